import type { Environment } from '../references';

export type Tone = 'good' | 'bad' | 'unsure';

/** How the text is to look: what the place it goes to can show. */
export interface Style {
  /** Columns. */
  width: number;
  /** What has passed, what is left, the refresh point. */
  cells: { passed: string; left: string; refresh: string };
  paint: (tone: Tone, text: string) => string;
}

const DEFAULT_WIDTH = 80;
/** SGR codes: green, red, yellow. Not `util.styleText`, whose newer versions look at the process by themselves. */
const COLOURS = { good: 32, bad: 31, unsure: 33 } as const;

/** ASCII without any control code: for pipes, files, and terminals that know no more. */
export const PLAIN: Style = {
  width: DEFAULT_WIDTH,
  cells: { passed: '#', left: '-', refresh: '|' },
  paint: (_, text) => text,
};

/**
 * @param env `TERM=dumb` asks for plain text, `NO_COLOR` (no-color.org) for text without colours
 * @param columns of the terminal, where it tells
 */
export function styleFor(isTerminal: boolean, env: Environment, columns: number | undefined): Style {
  if (!isTerminal || env['TERM'] === 'dumb') return PLAIN;
  const isColourful = (env['NO_COLOR'] ?? '') === '';
  return {
    // A terminal that was never told its size says 0.
    width: columns === undefined || columns === 0 ? DEFAULT_WIDTH : columns,
    cells: { passed: '█', left: '░', refresh: '┃' },
    paint: isColourful ? (tone, text) => `\u001b[${COLOURS[tone]}m${text}\u001b[39m` : PLAIN.paint,
  };
}
