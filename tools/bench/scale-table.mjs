/** Formats the numbers and tables of the scale benchmark. */

export const grouped = (number) => Math.round(number).toLocaleString('en-US');

export function seconds(ms) {
  return (ms / 1000).toFixed(1);
}

/** A lifetime in words. @param lifetime seconds */
export function lifetimeName(lifetime) {
  return lifetime < 3600 ? `${lifetime / 60} min` : `${lifetime / 3600} h`;
}

/** @returns the largest number, and the one that 99 % of the numbers don't exceed; 0 if there are none */
export function spread(numbers) {
  const sorted = [...numbers].sort((one, other) => one - other);
  return { max: sorted.at(-1) ?? 0, p99: sorted[Math.ceil(sorted.length * 0.99) - 1] ?? 0 };
}

/** A Markdown table. Each of the `columns` is `[title, function from a row to its cell]`. */
export function table(columns, rows) {
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [
    line(columns.map(([title]) => title)),
    line(columns.map((_, index) => (index === 0 ? '---' : '---:'))),
    ...rows.map((row) => line(columns.map(([, cell]) => cell(row)))),
  ].join('\n');
}
