import fc from 'fast-check';

/** Texts that trip parsers: halves of surrogate pairs, control characters, dots, quotes, other scripts. */
export const hostileText = fc.string({
  unit: fc.constantFrom('a', '.', ':', '"', '\\', '$', '{', '\ud800', '\udfff', '\u0000', '\n', '\u0085', '\u2028', '😀', 'ß'),
  maxLength: 40,
});

const HOSTILE_NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'toJSON', 'hasOwnProperty', 'then', ''];

/** Values that are valid JSON, but dangerous for code that does not expect them. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue(),
  hostileText,
  fc.constantFrom<unknown>(...HOSTILE_NAMES, null, true, [], {}, [[]]),
  fc.constantFrom('NaN', '-Infinity', '1e999', '0x10', ' 5 ', '9'.repeat(400), 'x'.repeat(201), 'x'.repeat(60_000)),
  fc.constantFrom<unknown>(-0, -1, 0.5, 5e-324, 1e21, 1e300, 1.7976931348623157e308, 2 ** 53, -(2 ** 53), 2 ** 63),
  fc.constantFrom(nested(9), nested(300), Array(3000).fill(0), Array(200).fill({ a: 1 })),
  fc.constantFrom(...HOSTILE_NAMES).map((name) => ({ [name]: 'own' })),
  fc.constant(withOwn({}, '__proto__', { op: 'read', tokenName: 'accessToken', polluted: true })),
  fc.constant({ constructor: { prototype: { polluted: true } } }),
);

/** A value with one member, at any depth, replaced, added or removed. */
export function mutated(value: unknown): fc.Arbitrary<unknown> {
  if (typeof value !== 'object' || value === null) return hostileValue;
  const names = Object.keys(value);
  return fc
    .tuple(fc.constantFrom(...names, ...HOSTILE_NAMES.slice(0, 2), 'extra'), fc.nat(3))
    .chain(([name, what]): fc.Arbitrary<unknown> => {
      const { [name]: member, ...others } = value as Record<string, unknown>;
      if (what === 0) return fc.constant(others);
      const change = what === 1 || !names.includes(name) ? hostileValue : mutated(member);
      return change.map((changed) => withOwn({ ...others }, name, changed));
    });
}

/** Adds a member as a JSON parser would: `__proto__` is a member like any other. */
export function withOwn(value: object, name: string, member: unknown): object {
  return Object.defineProperty(value, name, { value: member, enumerable: true, writable: true, configurable: true });
}

export function nested(depth: number): unknown {
  return Array.from({ length: depth }).reduce((inner) => ({ inner }), 'end');
}
