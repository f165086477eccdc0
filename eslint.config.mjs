import js from '@eslint/js';
import { createNodeResolver, importX } from 'eslint-plugin-import-x';
import tseslint from 'typescript-eslint';

/** What every part may use. */
const BASICS = ['errors.ts', 'json.ts', 'base64.ts', 'sha256.ts', 'mark.ts', 'retry.ts', 'log.ts'];

/**
 * Which parts of src/ each part may import, besides itself. What is not listed here is refused, whether it is an
 * `import`, an `export … from` or an `import()`.
 */
const DIRECTIONS = {
  'json.ts': [],
  'base64.ts': [],
  'sha256.ts': ['base64.ts'],
  'mark.ts': [],
  'retry.ts': [],
  'errors.ts': ['base64.ts', 'json.ts'],
  'log.ts': ['errors.ts'],
  lifetime: [...BASICS],
  http: [...BASICS],
  'world.ts': ['log.ts', 'http'],
  settings: [...BASICS, 'world.ts', 'lifetime', 'http', 'oauth/client-authentication', 'stores'],
  'cognigy-api': [...BASICS, 'http', 'settings'],
  oauth: [...BASICS, 'world.ts', 'lifetime', 'http', 'settings'],
  stores: [...BASICS, 'lifetime', 'http'],
  refresh: [...BASICS, 'world.ts', 'lifetime', 'oauth', 'stores/token-store.ts'],
  'api-request': [...BASICS, 'world.ts', 'http', 'settings'],
  connections: ['settings'],
  nodes: [...BASICS, 'connections', 'world.ts', 'lifetime', 'http', 'settings', 'oauth', 'stores', 'refresh', 'cognigy-api', 'api-request'],
  'module.ts': ['nodes', 'connections'],
  // Of the stores only what both sides of the protocol share.
  transformer: [...BASICS, 'lifetime', 'stores/engine', 'stores/ports', 'stores/protocol', 'stores/token-store.ts'],
  function: [...BASICS, 'world.ts', 'lifetime', 'http', 'settings', 'oauth', 'stores/protocol', 'stores/token-store.ts', 'refresh', 'cognigy-api'],
};

/** What each of the tools may import, of src/ and of the other tools. */
const TOOL_DIRECTIONS = {
  // The same rules that the rendered files go by, and the store that they talk to; everything else comes from dist/.
  cli: ['package.json', 'src/errors.ts', 'src/json.ts', 'src/retry.ts', 'src/sha256.ts', 'src/world.ts', 'src/http', 'src/lifetime', 'src/oauth', 'src/settings', 'src/stores'],
  // It runs the built files, so that what is tried out is what is shipped; `authorize` and the demo open a browser the same way.
  sandbox: ['tools/cli/browser.ts'],
  studio: ['tools/sandbox/studio'],
};

/** Parts that run in a bare ECMAScript VM: no Node module, no HTTP client. */
const PORTABLE = [
  ...['errors', 'json', 'base64', 'retry', 'log', 'world'].map((file) => `src/${file}.ts`),
  ...['lifetime', 'settings', 'oauth', 'stores', 'refresh', 'transformer', 'function'].map(inside),
];

function inside(folder) {
  return `src/${folder}/**/*.ts`;
}

const zones = Object.entries(DIRECTIONS).map(([part, allowed]) => ({
  target: `./src/${part}`,
  from: './src',
  except: [part, ...allowed].map((path) => `./${path}`),
  message: `src/${part} may import ${allowed.join(', ') || 'no other part'}: see DIRECTIONS in eslint.config.mjs.`,
}));

const toolZones = Object.entries(TOOL_DIRECTIONS).map(([tool, allowed]) => ({
  target: `./tools/${tool}`,
  from: '.',
  except: [`tools/${tool}`, 'node_modules', ...allowed].map((path) => `./${path}`),
  message: `tools/${tool} may import ${allowed.join(', ') || 'no other part'}: see TOOL_DIRECTIONS in eslint.config.mjs.`,
}));

/** The folders of tools/cli/ that are a command each; `deploy` and `undeploy` are one. */
const COMMANDS = ['authorize', 'completion', 'deploy', 'init', 'render', 'status'];

/** Commands know nothing of each other, nor does what they share know of them: only the program does. */
const commandZones = [...COMMANDS, 'api', 'rendered', '!(program|main).ts'].map((part) => ({
  target: `./tools/cli/${part}`,
  from: COMMANDS.filter((command) => command !== part).map((command) => `./tools/cli/${command}`),
  message: 'What commands share stands in tools/cli/ itself: see COMMANDS in eslint.config.mjs.',
}));

const transportsOnlyInNodes = {
  target: [
    ...['settings', 'oauth', 'stores', 'refresh', 'api-request', 'function', 'transformer'].map((part) => `./src/${part}/**/*`),
    './tools/cli/*/**/*',
    './tools/cli/!(main).ts',
  ],
  from: ['./src/http/node-transport.ts', './src/http/proxy.ts'],
  message: 'The transport is passed in: only the nodes and the command line know an HTTP client.',
};

const noProcessEnvironment = {
  object: 'process',
  property: 'env',
  message: 'Settings come in as arguments; only the command line and the HTTP client read the environment.',
};

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'coverage/'] },
  js.configs.recommended,
  {
    files: ['**/*.mjs'],
    languageOptions: { globals: { console: 'readonly', process: 'readonly', Buffer: 'readonly', URL: 'readonly', fetch: 'readonly' } },
  },
  {
    files: ['**/*.cjs'],
    languageOptions: {
      sourceType: 'commonjs',
      globals: { console: 'readonly', process: 'readonly', Buffer: 'readonly', __dirname: 'readonly' },
    },
  },
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked, tseslint.configs.stylisticTypeChecked],
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { 'import-x': importX },
    settings: { 'import-x/resolver-next': [createNodeResolver({ extensions: ['.ts', '.tsx', '.js', '.json'] })] },
    rules: {
      '@typescript-eslint/ban-ts-comment': ['error', { 'ts-ignore': true, 'ts-nocheck': true, 'ts-expect-error': true }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      // `config['key']` is how tsconfig wants members of an index signature to be read elsewhere.
      '@typescript-eslint/dot-notation': 'off',
      // Short arrow functions read better when a call's empty result is passed on.
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidReturningFunctions: true },
      ],
      '@typescript-eslint/array-type': 'off',
      // What is kept by name (sessions, contexts) is deleted by name.
      '@typescript-eslint/no-dynamic-delete': 'off',
      // What an asynchronous interface asks for may have nothing to wait for.
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      'no-restricted-properties': ['error', noProcessEnvironment],
      'no-empty': ['error', { allowEmptyCatch: false }],
      '@typescript-eslint/no-empty-function': 'error',
      eqeqeq: 'error',
      'import-x/no-restricted-paths': ['error', { basePath: import.meta.dirname, zones: [...zones, ...toolZones, ...commandZones, transportsOnlyInNodes] }],
    },
  },
  {
    files: PORTABLE,
    // Loaded late, and in the nodes only.
    ignores: ['src/oauth/assertion/{index,sign,read-key}.ts'],
    rules: {
      'no-restricted-imports': ['error', { patterns: ['node:*', 'axios'] }],
    },
  },
  {
    files: ['src/refresh/**/*.ts'],
    rules: {
      // Which store is used is decided outside: here only the TokenStore type is known.
      '@typescript-eslint/no-restricted-imports': [
        'error',
        { patterns: [{ group: ['**/stores', '**/stores/**'], allowTypeImports: true }] },
      ],
      'no-restricted-syntax': ['error', { selector: 'ImportExpression', message: 'Nothing is loaded late here.' }],
    },
  },
  {
    // HTTP clients read the proxy's address and trusted authorities from the environment, as users expect of them.
    files: ['tools/**/*.{ts,tsx}', 'test/**/*.ts', 'src/http/node-transport.ts', 'src/http/tls-context.ts'],
    rules: { 'no-restricted-properties': 'off' },
  },
);
