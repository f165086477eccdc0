import fc from 'fast-check';

const CODE_POINTS = 0x110000;
const FIRST_SURROGATE = 0xd800;
const SURROGATES = 0x800;

/** Any Unicode character. fast-check's own unit "binary" does the same, but builds a table of all of them: 2 s in each file. */
const character = fc
  .nat(CODE_POINTS - SURROGATES - 1)
  .map((index) => String.fromCodePoint(index < FIRST_SURROGATE ? index : index + SURROGATES), indexOf);

/** Lets fast-check shrink a text, and mix in texts that it considers dangerous. */
function indexOf(value: unknown): number {
  if (typeof value !== 'string' || !/^\P{Surrogate}$/u.test(value)) throw new TypeError('This is no character.');
  const codePoint = value.codePointAt(0) ?? 0;
  return codePoint < FIRST_SURROGATE ? codePoint : codePoint - SURROGATES;
}

/** Any text that can be encoded as UTF-8. */
export function anyText(constraints: Omit<fc.StringConstraints, 'unit'> = {}): fc.Arbitrary<string> {
  return fc.string({ ...constraints, unit: character });
}
