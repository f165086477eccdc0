/** The programs that run on the user's own machine, with their sources. */
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

/** @returns the first line of a program: the commands need a shebang */
export const bannerOf = (name) => ({ js: name === 'cli.js' ? '#!/usr/bin/env node' : '' });
