import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { pathToFileURL } from 'node:url';

import type { Transport } from '../../src/http';

import type { CliContext } from './command';
import { readIfPresent } from './files';
import { programOf } from './invocation';
import { run } from './program';

/** Loads the HTTP client with the first request: most commands send none. */
const transport: Transport = async (...args) => (await import('../../src/http/node-transport')).nodeTransport(...args);

/** A separate bundle beside this program, with the local platform and authorization server. Only this command loads it. */
const demo: CliContext['demo'] = async (args, call) => {
  const { default: built } = (await import(pathToFileURL(join(__dirname, 'demo.js')).href)) as { default: { main: NonNullable<CliContext['demo']> } };
  return built.main(args, call);
};

// If the reader has gone, as with `| head`, the work goes on: it matters more than its log.
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

void run(process.argv.slice(2), {
  program: programOf({ script: process.argv[1] ?? '', cwd: process.cwd(), env: process.env, readText: readIfPresent }),
  env: process.env,
  templates: __dirname,
  print: (text) => process.stdout.write(text),
  complain: (text) => process.stderr.write(text),
  isTerminal: [process.stdin, process.stdout].every(({ isTTY }) => isTTY),
  now: () => Date.now(),
  sleep: (ms) => sleep(ms),
  transport,
  demo,
}).then((code) => {
  process.exitCode = code;
});
