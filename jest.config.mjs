/** ES modules that the tests load as sources; Jest runs CommonJS, so they are translated. */
const ES_MODULES = ['oauth4webapi', 'uuid'];

/** What ts-jest compiles with. Types are checked by build.sh: `isolatedModules` keeps the tests quick. */
const compilerOptions = {
  target: 'ES2021',
  module: 'CommonJS',
  moduleResolution: 'Node10',
  isolatedModules: true,
  esModuleInterop: true,
  resolveJsonModule: true,
  allowJs: true,
  skipLibCheck: true,
  ignoreDeprecations: '5.0',
};

const LIVE = '.live.test.ts';
const SOAK = '.soak.test.ts';

/** A tier of the tests: test/README.md says what is in which. */
function tier(displayName, settings) {
  return {
    displayName,
    testEnvironment: 'node',
    modulePathIgnorePatterns: ['<rootDir>/dist/'],
    transform: { '\\.[jt]s$': ['ts-jest', { tsconfig: compilerOptions }] },
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
  // Only there to end a test that hangs, on the slowest machine. Projects have none of their own; soak says so itself.
  testTimeout: 180_000,
  // What each file leaves behind makes the next ones slower, several times in the end: a process that has grown begins anew.
  workerIdleMemoryLimit: '300MB',
};
