/** The colours of our pictures, and what they become on a dark page. The studio's style sheet uses the same. */
const DARK = {
  '#ffffff': '#1d2128',
  '#f6f7f9': '#14171c',
  '#eef5f8': '#252b34',
  '#c9ced6': '#3d4450',
  '#0e6780': '#5cc8e4',
  '#515b6b': '#aab3c2',
  '#1a2130': '#e7eaf0',
};

/**
 * Adds dark colours to a picture, for browsers in dark mode.
 *
 * @param {string} svg with its colours in `fill` and `stroke`
 * @throws Error for a colour without a dark counterpart
 */
export function withDarkColours(svg) {
  const used = new Set([...svg.matchAll(/ (fill|stroke)="(#[^"]+)"/g)].map(([, property, colour]) => `${property} ${colour}`));
  const rules = [...used].sort().flatMap((one) => {
    const [property, colour] = one.split(' ');
    if (KEPT.test(colour)) return [];
    if (DARK[colour] === undefined) throw new Error(`${colour} has no dark colour: see DARK in tools/build/dark.mjs.`);
    return [`[${property}="${colour}"] { ${property}: ${DARK[colour]}; }`];
  });
  const style = `<style>\n@media (prefers-color-scheme: dark) {\n  ${rules.join('\n  ')}\n}\n</style>`;
  return svg.replace(/<svg[^>]*>/, (start) => `${start}\n${style}`);
}

/** Matches colours of nodes in the editor, which are the same on any page. They are written in capital letters. */
const KEPT = /[A-F]/;
