import { spawn } from 'node:child_process';

/** The operating system's program that opens an address, and its arguments before the address. */
const OPENERS: Readonly<Partial<Record<NodeJS.Platform, readonly [program: string, ...before: string[]]>>> = {
  darwin: ['open'],
  // Not `start`: that needs a shell, and the shell would interpret the address.
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
};

/**
 * Opens an address in the user's browser. If that fails, nothing happens: the address is on the screen too. It must not contain a secret,
 * because other users of the machine can see a program's arguments.
 */
export function openBrowser(address: string): void {
  const [program, ...before] = OPENERS[process.platform] ?? ['xdg-open'];
  const child = spawn(program, [...before, address], { stdio: 'ignore', detached: true });
  child.once('error', () => undefined);
  child.unref();
}
