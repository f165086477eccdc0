import { spawn } from 'node:child_process';

/** The platform's own program that opens an address, with what comes before the address. */
const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly [program: string, ...before: string[]]>>> = {
  darwin: ['open'],
  // No shell reads the address there, as `start` would have it.
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

/**
 * Opens an address in the user's browser. Where that is impossible, nothing happens: the address stands on the screen too. It must hold no
 * secret, as other users of the machine can see the arguments of programs.
 */
export function openBrowser(address: string): void {
  const [program, ...before] = OPENERS[process.platform] ?? ['xdg-open'];
  const child = spawn(program, [...before, address], { stdio: 'ignore', detached: true });
  child.once('error', () => undefined);
  child.unref();
}
