import { spawn } from 'node:child_process';

/** The platform's program that opens an address, with its arguments before the address. */
const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly [program: string, ...before: string[]]>>> = {
  darwin: ['open'],
  // Unlike `start`, it passes the address to no shell.
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

/**
 * Opens an address in the user's browser. If that is impossible, nothing happens, because the address is on the screen too. The address
 * must hold no secret: other users of the machine can see the arguments of programs.
 */
export function openBrowser(address: string): void {
  const [program, ...before] = OPENERS[process.platform] ?? ['xdg-open'];
  const child = spawn(program, [...before, address], { stdio: 'ignore', detached: true });
  child.once('error', () => undefined);
  child.unref();
}
