import { isAnswer } from './redirect';

/**
 * Reads the parameters of a redirect that was copied from a browser's address bar.
 *
 * @param line the whole address, or the part after its "?"
 * @returns `undefined` if the text contains no answer
 */
export function parametersIn(line: string): URLSearchParams | undefined {
  const parameters = new URLSearchParams(line.trim().replace(/^[^?]*\?/, '').replace(/#.*$/, ''));
  return isAnswer(parameters) ? parameters : undefined;
}

/** Lines that somebody enters. They are not echoed. */
export interface Lines {
  /** @returns `undefined` if there are no more lines */
  next(): Promise<string | undefined>;
  close(): void;
}

/**
 * Reads lines until one of them is a redirect.
 *
 * @param complain tells the user what is wrong with a line
 * @returns a promise that stays pending if there are no more lines, because the redirect may still arrive by itself
 */
export async function readPasted(lines: Lines, complain: (text: string) => void): Promise<URLSearchParams> {
  for (;;) {
    const line = await lines.next();
    if (line === undefined) return new Promise<never>(() => undefined);
    const parameters = parametersIn(line);
    if (parameters !== undefined) return parameters;
    if (line.trim() !== '') complain('That is not the right address: it contains neither "code=" nor "error=". Paste the whole address.\n');
  }
}
