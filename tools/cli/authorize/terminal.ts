import { randomBytes } from 'node:crypto';
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';

import { listenForInterruption } from '../interruption';
import type { Interruption } from '../interruption';
import { DISK } from '../write-files';
import type { Files } from '../write-files';
import { openBrowser } from '../browser';
import type { CodeFlowEdge } from './code-flow';
import type { Lines } from './pasted';

/** What the command needs from the outside world besides its context. */
export interface AuthorizeEdge extends CodeFlowEdge {
  /** @returns a QR code, as lines of a terminal */
  drawQrCode: (text: string) => Promise<string>;
  /** Takes over Ctrl+C. */
  listen: () => Interruption;
  files: Files;
}

/** The browser, the terminal and the disk of this machine. */
export const REAL_EDGE: AuthorizeEdge = {
  randomBytes,
  openBrowser,
  openLines,
  drawQrCode: async (text) => {
    // Imported here because it is an ES module and nothing else needs it.
    const { renderUnicodeCompact } = await import('uqr');
    return renderUnicodeCompact(text);
  },
  listen: () => listenForInterruption(process, process.stdout),
  files: DISK,
};

/**
 * Reads lines from the terminal without echoing them, because they contain a code. A terminal in raw mode also accepts lines of more than
 * 4096 bytes, and passes Ctrl+C on as a character.
 */
function openLines(onInterrupt: () => void): Lines {
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  const reader = createInterface({ input: process.stdin, output: nowhere, terminal: process.stdin.isTTY });
  reader.on('SIGINT', onInterrupt);
  const lines = reader[Symbol.asyncIterator]();
  return {
    next: async () => {
      const line = await lines.next();
      return line.done === true ? undefined : line.value;
    },
    close: () => {
      reader.close();
      // An open pipe must not keep the program running.
      process.stdin.destroy();
    },
  };
}
