import fc from 'fast-check';

const CODE_POINTS = 0x110000;
const FIRST_SURROGATE = 0xd800;
const SURROGATES = 0x800;

/** Any character of Unicode. fast-check's own unit "binary" is the same, but sets up a table of all of them: 2 s a file. */
const character = fc
  .nat(CODE_POINTS - SURROGATES - 1)
  .map((index) => String.fromCodePoint(index < FIRST_SURROGATE ? index : index + SURROGATES), indexOf);

/** Lets fast-check shrink a text, and mix in those that it holds to be dangerous. */
function indexOf(value: unknown): number {
  if (typeof value !== 'string' || !/^\P{Surrogate}$/u.test(value)) throw new TypeError('This is no character.');
  const codePoint = value.codePointAt(0) ?? 0;
  return codePoint < FIRST_SURROGATE ? codePoint : codePoint - SURROGATES;
}

/** Any text that has a UTF-8 form. */
export function anyText(constraints: Omit<fc.StringConstraints, 'unit'> = {}): fc.Arbitrary<string> {
  return fc.string({ ...constraints, unit: character });
}
