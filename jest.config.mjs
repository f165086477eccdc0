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

/** @type {import('jest').Config} */
export default {
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/dist/'],
  transform: { '\\.[jt]s$': ['ts-jest', { tsconfig: compilerOptions }] },
  transformIgnorePatterns: [`/node_modules/(?!(?:${ES_MODULES.join('|')})/)`, '<rootDir>/dist/'],
  testTimeout: 30_000,
  // Tests of the built files live in real time and start many processes: more of them at once would disturb each other.
  maxWorkers: 2,
  // What each file leaves behind makes the next ones slower, several times in the end: a process that has grown begins anew.
  workerIdleMemoryLimit: '150MB',
};
