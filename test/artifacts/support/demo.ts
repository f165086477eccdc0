import { join } from 'node:path';

import type { DemoSummary } from '../../../tools/sandbox/demo/summary';
import { DIST } from '../../support/artifact-platform';
import { until } from '../../support/until';
import { RunningProgram } from './command-line';
import type { Ended, StartOptions } from './command-line';

/** A token is due every 3 seconds, but lives for five minutes, so that none expires even on a slow machine. */
export const OFTEN_DUE = ['--lifetime', '300', '--percent', '1'];
/** The demo prints everything, including the summary as JSON. */
export const VERBOSE = ['--verbose'];
/** No token is due while a test runs. */
export const NEVER_DUE = ['--lifetime', '3600', '--percent', '99'];

/** Makes the library that restores the cursor listen for Ctrl+C too. */
const ERRORS_TO_TERMINAL = ['--import', 'data:text/javascript,process.stderr.isTTY = true'];

/** @param options `dist`: the folder of the built files */
export function startDemo(args: readonly string[], { dist = DIST, ...options }: StartOptions & { dist?: string } = {}): RunningProgram {
  const program = join(dist, 'demo.js');
  return new RunningProgram([...(options.terminal === true ? ERRORS_TO_TERMINAL : []), program, ...args], options);
}

/** Waits until the demo prints a text. Fails at once if the demo ends before that. */
export async function untilPrinted(demo: RunningProgram, text: string | RegExp): Promise<void> {
  await untilShown(demo, String(text), (out) => (typeof text === 'string' ? out.includes(text) : text.test(out)));
}

/** Waits until the display has shown this count or a larger one, because a redraw may skip numbers. */
export async function untilCounted(demo: RunningProgram, least: number, noun: 'executions' | 'refreshes'): Promise<void> {
  await untilShown(demo, `${least} ${noun}`, (out) =>
    [...out.matchAll(new RegExp(`(\\d+) ${noun}`, 'g'))].some(([, count]) => Number(count) >= least),
  );
}

export function summaryOf({ out }: Ended): DemoSummary {
  return JSON.parse(out.trimEnd().split('\n').at(-1) ?? '') as DemoSummary;
}

async function untilShown(demo: RunningProgram, what: string, isIn: (out: string) => boolean): Promise<void> {
  let ended: Ended | undefined;
  void demo.ended.then((how) => (ended = how));
  await until(`the demo shows "${what}"`, () => {
    if (isIn(demo.out)) return true;
    if (ended !== undefined) throw new Error(`The demo has ended without "${what}": ${ended.out}${ended.err}`);
    return false;
  });
}
