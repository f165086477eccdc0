/** The start-up costs as horizontal bars, readable on light and dark backgrounds. */
import { AXIOS, BARE } from './whole-process.mjs';

const WIDTH = 760;
const LABEL_WIDTH = 290;
const BAR_HEIGHT = 22;
const STEP = 34;
const TOP = 58;
const BOTTOM = 34;
const VALUE_WIDTH = 60;
/** The colours of other programs and of this package. */
const COLORS = { [BARE]: '#94a3b8', [AXIOS]: '#c2410c', ours: '#0e7490', others: '#94a3b8' };

/** @param {{ node: string, rows: object[] }} measured */
export function drawStartUp({ node, rows }) {
  const height = TOP + rows.length * STEP + BOTTOM;
  const longest = Math.max(...rows.map(({ median }) => median));
  const scale = (WIDTH - LABEL_WIDTH - VALUE_WIDTH) / longest;
  const bare = rows.find(({ name }) => name === BARE).median;
  const bareX = LABEL_WIDTH + bare * scale;
  const bars = rows.map(({ name, median, needed }, index) => {
    const y = TOP + index * STEP;
    const middle = y + BAR_HEIGHT / 2 + 5;
    const width = median * scale;
    const color = COLORS[name] ?? (needed === undefined ? COLORS.others : COLORS.ours);
    return [
      `<text x="${LABEL_WIDTH - 10}" y="${middle}" text-anchor="end">${escape(name)}</text>`,
      `<rect x="${LABEL_WIDTH}" y="${y}" width="${width.toFixed(1)}" height="${BAR_HEIGHT}" rx="3" fill="${color}"/>`,
      `<text x="${(LABEL_WIDTH + width + 8).toFixed(1)}" y="${middle}">${median.toFixed(0)} ms</text>`,
    ].join('\n  ');
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="title">
  <title id="title">Milliseconds of a whole process, ${escape(node)}</title>
  <style>
    text { font: 14px system-ui, sans-serif; fill: #0f172a; }
    .note { font-size: 12px; }
    line { stroke: #64748b; stroke-dasharray: 4 4; }
    @media (prefers-color-scheme: dark) { text { fill: #e2e8f0; } }
  </style>
  <text x="10" y="26" font-weight="600">What an execution costs: a whole process, ${escape(node)}</text>
  ${bars.join('\n  ')}
  <line x1="${bareX.toFixed(1)}" x2="${bareX.toFixed(1)}" y1="${TOP - 10}" y2="${height - BOTTOM + 4}"/>
  <text class="note" x="${bareX.toFixed(1)}" y="${height - 10}" text-anchor="middle">Node.js itself</text>
</svg>
`;
}

function escape(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
}
