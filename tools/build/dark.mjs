/** What a colour of our pictures is on a dark page, as in the studio's style sheet. */
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
 * Gives a picture its dark colours, for browsers that prefer them.
 *
 * @param {string} svg whose colours stand in `fill` and `stroke`
 * @throws Error for a colour that has none for the dark
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

/** Colours that nodes have in the editor, the same on any page: capital letters. */
const KEPT = /[A-F]/;
