/** ES modules that the tests load as sources; Jest runs CommonJS, so they are translated. */
const ES_MODULES = ['jose', 'oauth4webapi', 'uuid'];

/**
 * Types are checked by build.sh. Here they are only left out, by SWC: with the TypeScript compiler, a first run of the
 * fast tests spends 27 of 133 seconds of processor time on that.
 */
const swc = {
  jsc: { parser: { syntax: 'typescript' }, target: 'es2021' },
  module: { type: 'commonjs' },
};

const LIVE = '.live.test.ts';
const SOAK = '.soak.test.ts';

/** A tier of the tests: test/README.md says what is in which. */
function tier(displayName, settings) {
  return {
    displayName,
    // Jest looks through these, and not through node_modules.
    roots: ['<rootDir>/src', '<rootDir>/tools', '<rootDir>/test'],
    testEnvironment: '<rootDir>/test/support/compiled-once-environment.cjs',
    moduleNameMapper: { '^esbuild$': '<rootDir>/test/support/esbuild-once.cjs' },
    modulePathIgnorePatterns: ['<rootDir>/dist/'],
    transform: { '\\.[jt]s$': ['@swc/jest', swc] },
    transformIgnorePatterns: [`/node_modules/(?!(?:${ES_MODULES.join('|')})/)`, '<rootDir>/dist/'],
    ...settings,
  };
}

const endingIn = (ending) => [`<rootDir>/test/**/*${ending}`];
const asPattern = (ending) => `${ending.replaceAll('.', '\\.')}$`;

/** @type {import('jest').Config} */
export default {
  projects: [
    tier('fast', {
      testMatch: endingIn('.test.ts'),
      testPathIgnorePatterns: ['/node_modules/', asPattern(LIVE), asPattern(SOAK)],
      setupFilesAfterEnv: ['<rootDir>/test/support/fast-tier.ts'],
    }),
    tier('live', { testMatch: endingIn(LIVE) }),
    tier('soak', { testMatch: endingIn(SOAK) }),
  ],
  testSequencer: '<rootDir>/test/support/longest-first.cjs',
  // Only there to end a test that hangs, on the slowest machine. Projects have none of their own; soak says so itself.
  testTimeout: 180_000,
  // What each file leaves behind makes the next ones slower, several times in the end: a process that has grown begins anew.
  workerIdleMemoryLimit: '600MB',
};
