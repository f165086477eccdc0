import { isAnswer } from './redirect';

/**
 * The parameters of a redirect that was copied from a browser's address bar.
 *
 * @param line the whole address, or what comes behind its "?"
 * @returns `undefined` for a text that has no answer in it
 */
export function parametersIn(line: string): URLSearchParams | undefined {
  const parameters = new URLSearchParams(line.trim().replace(/^[^?]*\?/, '').replace(/#.*$/, ''));
  return isAnswer(parameters) ? parameters : undefined;
}

/** Lines that somebody enters; they are not shown. */
export interface Lines {
  /** @returns `undefined` when no more will come */
  next(): Promise<string | undefined>;
  close(): void;
}

/**
 * Reads lines until one of them is a redirect.
 *
 * @param complain tells what is wrong with a line
 * @returns never, where no more lines come: the redirect may still come by itself
 */
export async function readPasted(lines: Lines, complain: (text: string) => void): Promise<URLSearchParams> {
  for (;;) {
    const line = await lines.next();
    if (line === undefined) return new Promise<never>(() => undefined);
    const parameters = parametersIn(line);
    if (parameters !== undefined) return parameters;
    if (line.trim() !== '') complain('That is no redirect: it has neither "code=" nor "error=" in it. Paste the whole address.\n');
  }
}
