/** Programs that run on the user's own machine, from the source of each. */
export const PROGRAMS = {
  'cli.js': 'tools/cli/main.ts',
  'sandbox.js': 'tools/sandbox/index.ts',
  'demo.js': 'tools/sandbox/demo/main.ts',
  'authorization-server.js': 'tools/sandbox/authorization-server/process.ts',
  'extension-host.js': 'tools/sandbox/extensions/host-process.ts',
};

export const PROGRAM_OPTIONS = {
  bundle: true,
  write: false,
  metafile: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  legalComments: 'none',
  logLevel: 'warning',
};

/** @returns what stands at the beginning of a program: a command is run by its name */
export const bannerOf = (name) => ({ js: name === 'cli.js' ? '#!/usr/bin/env node' : '' });
