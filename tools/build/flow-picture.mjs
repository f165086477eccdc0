/** Draws a Flow with Authorized Request and its branches, with the labels and colours of the built extension. */
import { withDarkColours } from './dark.mjs';

const WIDTH = 640;
const HEIGHT = 330;
const FONT = 'font-family="Helvetica,Arial,sans-serif"';
const CODE = 'font-family="ui-monospace,Consolas,Liberation Mono,monospace"';
/** Half the width of a node's box, and half the width of a branch's pill. */
const BOX = 145;
const PILL = 72;
/** One of the platform's own nodes. */
const SAY = { label: 'Say', colour: '#8A94A6' };

/** @param {Array<object>} nodes of the built extension */
export function drawFlow(nodes) {
  const node = (type) => nodes.find((one) => one.type === type);
  const labelOf = (type) => node(type).defaultLabel.default;
  const colourOf = (type) => node(type).appearance.color.toUpperCase();
  const result = node('authorizedRequest').fields.find(({ key }) => key === 'contextKey').defaultValue;
  const [middle, left, right] = [WIDTH / 2, 160, WIDTH - 160];
  const branch = (type, x) => pill(x, 194, labelOf(type), colourOf(type));
  const parts = [
    arrow(middle, 40, middle, 78),
    arrow(middle, 140, left, 174),
    arrow(middle, 140, right, 174),
    arrow(left, 214, left, 250),
    arrow(right, 214, right, 250),
    pill(middle, 22, 'Start', SAY.colour),
    box(middle, 80, labelOf('authorizedRequest'), 'https://api.example.com/v1/orders', colourOf('authorizedRequest')),
    branch('authorizedRequestOnSuccess', left),
    branch('authorizedRequestOnError', right),
    box(left, 252, SAY.label, `{{context.${result}.body.status}}`, SAY.colour),
    box(right, 252, SAY.label, `{{context.${result}.error.message}}`, SAY.colour),
  ];
  const title = `A Flow: ${labelOf('authorizedRequest')} calls the API; below ${labelOf('authorizedRequestOnSuccess')} and ${labelOf('authorizedRequestOnError')} a Say node answers.`;
  return withDarkColours(`<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${HEIGHT}" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img">
<title>${escaped(title)}</title>
<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>
${parts.join('\n')}
</svg>
`);
}

function box(x, y, label, text, colour) {
  const from = x - BOX;
  return `<rect x="${from}" y="${y}" width="${2 * BOX}" height="60" rx="10" fill="#f6f7f9" stroke="#515b6b"/>
<circle cx="${from + 20}" cy="${y + 21}" r="7" fill="${colour}"/>
<text x="${from + 36}" y="${y + 26}" ${FONT} font-size="14" font-weight="bold" fill="#1a2130">${escaped(label)}</text>
<text x="${from + 14}" y="${y + 47}" ${CODE} font-size="11.5" fill="#515b6b">${escaped(text)}</text>`;
}

function pill(x, y, label, colour) {
  return `<rect x="${x - PILL}" y="${y - 18}" width="${2 * PILL}" height="36" rx="18" fill="#f6f7f9" stroke="#515b6b"/>
<circle cx="${x - PILL + 20}" cy="${y}" r="7" fill="${colour}"/>
<text x="${x - PILL + 36}" y="${y + 5}" ${FONT} font-size="13" fill="#1a2130">${escaped(label)}</text>`;
}

function arrow(x1, y1, x2, y2) {
  const bend = (y1 + y2) / 2;
  return `<path d="M${x1} ${y1} C${x1} ${bend} ${x2} ${bend} ${x2} ${y2 - 6}" fill="none" stroke="#515b6b" stroke-width="1.5"/>
<path d="M${x2 - 4} ${y2 - 7} L${x2 + 4} ${y2 - 7} L${x2} ${y2} Z" fill="#515b6b"/>`;
}

function escaped(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
