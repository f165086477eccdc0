/** Builds all of dist/: `node tools/build/build.mjs [--quiet]`. */
import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import esbuild from 'esbuild';
import { bundleExtension } from './extension.mjs';
import { minified } from './minified.mjs';
import { packagesAmong, thirdPartyNotices } from './notices.mjs';
import { pack } from './pack.mjs';
import { bannerOf, PROGRAM_OPTIONS, PROGRAMS } from './programs.mjs';
import { bundleWithRemedies } from './remedies.mjs';

const HERE = dirname(fileURLToPath(import.meta.url));
const ROOT = join(HERE, '../..');
const DIST = join(ROOT, 'dist');
const STAGED = join(DIST, 'extension');

/**
 * The build fails above these limits. The platform's own limits are far higher: 100,000 and 500,000 characters, 128 MB. But a pasted file
 * must stay manageable in an editor, and the platform reads and compiles each file of the extension when it is needed, `module.js` at each
 * start.
 */
const LIMITS = {
  'transformer-rest.ts': { characters: 40_000 },
  'transformer-webhook.ts': { characters: 40_000 },
  'transformer-socket.ts': { characters: 40_000 },
  'function.ts': { characters: 40_000 },
  'function-custom-request.ts': { characters: 44_000 },
  'access-token.tar.gz': { bytes: 125 * 1024 },
  'extension/build/module.js': { bytes: 24 * 1024 },
  'extension/build/keep-stored-token.js': { bytes: 50 * 1024 },
  'extension/build/call-with-token.js': { bytes: 24 * 1024 },
  'extension/build/execute-forget.js': { bytes: 18 * 1024 },
  'extension/build/node-transport.js': { bytes: 4 * 1024 },
  'extension/build/proxy.js': { bytes: 4 * 1024 },
  'extension/build/failure.js': { bytes: 8 * 1024 },
  'extension/build/redis.js': { bytes: 100 * 1024 },
  'extension/build/with-certificates.js': { bytes: 8 * 1024 },
  'studio/page.js': { bytes: 48 * 1024 },
};

/** Up to this size, the generated part of a pasted file stays readable. A longer one is minified. */
const READABLE_CHARACTERS = 36_000;

const TRANSFORMERS = {
  rest: { ENDPOINT: 'REST', SWITCHES: 'the input transformer' },
  webhook: { ENDPOINT: 'webhook-based', SWITCHES: 'the input, the inject and the notify transformer' },
  socket: { ENDPOINT: 'socket-based', SWITCHES: 'the input, the inject and the notify transformer' },
};

/** The texts of the Function. `render` takes the smallest one that supports the configuration. */
const FUNCTIONS = {
  function: 'src/function/entry.ts',
  'function-custom-request': 'src/function/entry-custom-request.ts',
};

const ARCHIVE = 'access-token.tar.gz';
const STUDIO_PAGE = 'tools/studio';

/** Sections of the README that are useless without the repository. */
const REPOSITORY_SECTIONS = ['See it run', 'Where to go on'];

// The configuration in a file that was not rendered. The secrets are empty, and the generated code refuses that.
const EXAMPLE_TRANSFORMER_CONFIG = { endpointSecret: '' };
const EXAMPLE_FUNCTION_CONFIG = {
  tokens: [
    {
      tokenName: 'accessToken',
      tokenUrl: 'https://login.example.com/oauth2/token',
      clientId: '',
      clientSecret: '',
      refreshPercent: 90,
    },
  ],
  storeUrl: 'https://endpoint.example.com/0123456789abcdef',
  endpointSecret: '',
  apiUrl: 'https://api.example.com',
  apiKey: '',
  functionId: '',
  functionTimeLimitSeconds: 900,
  functionBufferSeconds: 5,
};

const manifest = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));
/** Paths in dist/ that this build wrote. Anything else is left over from an older build. */
const written = new Set();
/** The folders of the packages that are bundled, by the file or entry that contains them. */
const bundled = {};

async function write(path, content) {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, content);
  // The archive copies the file's mode, so the mode must not depend on the umask.
  await chmod(path, 0o644);
  written.add(path);
}

async function bundle(entry, options, build = esbuild.build) {
  const result = await build({
    absWorkingDir: ROOT,
    entryPoints: [entry],
    bundle: true,
    write: false,
    metafile: true,
    legalComments: 'none',
    logLevel: 'warning',
    ...options,
  });
  return { text: result.outputFiles[0].text, packages: packagesAmong(Object.keys(result.metafile.inputs)) };
}

async function buildExtension() {
  const { files: parts, inputs } = await bundleExtension(ROOT);
  bundled[ARCHIVE] = packagesAmong(inputs);
  const { name, version, description, keywords, license, author } = manifest;
  const files = {
    ...parts,
    'build/THIRD-PARTY-NOTICES.txt': await thirdPartyNotices(ROOT, bundled[ARCHIVE]),
    'package.json': json({ name, version, description, keywords, license, author, main: 'build/module.js' }),
    'package-lock.json': json({
      name,
      version,
      lockfileVersion: 3,
      requires: true,
      packages: { '': { name, version, license } },
    }),
    'README.md': existsSync(join(ROOT, 'README.md'))
      ? withoutNeighbours(await readFile(join(ROOT, 'README.md'), 'utf8'))
      : `# Access Token\n\n${description}.\n`,
    LICENSE: await readFile(join(ROOT, 'LICENSE')),
    'icon.png': await readFile(join(ROOT, 'icons/icon.png')),
  };
  for (const [path, content] of Object.entries(files)) await write(join(STAGED, path), content);
  await pack(join(DIST, ARCHIVE), STAGED, inOrder(files));
  written.add(join(DIST, ARCHIVE));
}

/** Removes what the archive lacks: sections about the repository, pictures, links to other files. */
function withoutNeighbours(markdown) {
  const sections = markdown.split(/^(?=## )/m);
  const missing = REPOSITORY_SECTIONS.filter((title) => !sections.some((section) => section.startsWith(`## ${title}\n`)));
  if (missing.length > 0) throw new Error(`The README has no section ${missing.join(', ')} any more: see REPOSITORY_SECTIONS.`);
  const kept = sections.filter((section) => !REPOSITORY_SECTIONS.some((title) => section.startsWith(`## ${title}\n`)));
  const withoutPictures = kept.join('').replace(/^ *!\[[^\]]*\]\([^)]*\)\n\n?|^<picture>[^]*?<\/picture>\n\n?/gm, '');
  return withoutPictures.replace(/\[([^\]]+)\]\((?!https?:|#)[^)]*\)/g, '$1');
}

/** Sorts texts first, then code from large to small. gzip looks back over 32 KB, so files with common parts should be neighbours. */
function inOrder(files) {
  const size = (path) => (path.endsWith('.js') ? Buffer.byteLength(files[path]) : Infinity);
  return Object.keys(files).sort().sort((one, other) => (size(one) === size(other) ? 0 : size(other) - size(one)));
}

async function buildTransformers() {
  const code = await pastedBundle('src/transformer/entry.ts');
  const template = await readFile(join(HERE, 'templates/transformer.ts.txt'), 'utf8');
  for (const [variant, texts] of Object.entries(TRANSFORMERS)) {
    const text = fillTemplate(template, variant, { ...texts, VARIANT: variant, BUNDLE: code });
    await write(join(DIST, `transformer-${variant}.ts`), withConfiguration(text, EXAMPLE_TRANSFORMER_CONFIG));
  }
}

async function buildFunction() {
  const template = await readFile(join(HERE, 'templates/function.ts.txt'), 'utf8');
  for (const [name, entry] of Object.entries(FUNCTIONS)) {
    const text = fillTemplate(template, 'function', { BUNDLE: await pastedBundle(entry) });
    await write(join(DIST, `${name}.ts`), withConfiguration(text, EXAMPLE_FUNCTION_CONFIG));
  }
}

/** Bundles code for pasting into an editor: one global, `AccessToken`, in syntax that old runtimes know. */
async function pastedBundle(entry) {
  const options = { platform: 'neutral', target: 'es2020', format: 'esm' };
  const { text, packages } = await bundle(entry, options, (all) => bundleWithRemedies(all, { isPasted: true }));
  bundled[entry] = packages;
  const notices = await thirdPartyNotices(ROOT, packages);
  const comment = notices && `/*\nContains third-party code:\n\n${notices.replaceAll('*/', '* /')}*/\n`;
  // The module's exports become the global's members. esbuild's own wrapper for that would add 400 characters.
  const body = text.replace(/export\s*\{([^}]*)\};\s*$/, (_, names) => `return {${names.replace(/(\w+) as (\w+)/g, '$2: $1')}};`);
  const code = body.length > READABLE_CHARACTERS ? await minified(body, entry) : `var AccessToken = (() => {\n${body}\n})();`;
  return `// ---- generated code: please don't edit ----\n${comment}${code}`;
}

/** Fills `{{NAME}}`, and keeps only one variant of the `{{#variant}}…{{/variant}}` parts. */
function fillTemplate(template, variant, values) {
  const texts = { VERSION: manifest.version, ...values };
  return template
    .replace(/^\{\{#(\w+)\}\}\n([^]*?)^\{\{\/\1\}\}\n/gm, (_, name, part) => (name === variant ? part : ''))
    .replace(/\{\{(\w+)\}\}/g, (_, name) => {
      if (texts[name] === undefined) throw new Error(`The template asks for the unknown {{${name}}}.`);
      return texts[name];
    });
}

/** Puts the example configuration between the marker lines. `render` replaces it with the user's. */
function withConfiguration(text, config) {
  const end = '\n// ---- end of configuration ----\n';
  return text.replace(end, () => `\nconst CONFIG = ${JSON.stringify(config, null, 2)};${end}`);
}

async function buildProgram(name, source) {
  const { text } = await bundle(source, { ...PROGRAM_OPTIONS, packages: 'external', banner: bannerOf(name) });
  await write(join(DIST, name), text);
  if (name === 'cli.js') await chmod(join(DIST, name), 0o755);
}

/** Builds the page that the sandbox serves, in its own folder. It is not uploaded. */
async function buildStudio() {
  const { outputFiles, metafile } = await esbuild.build({
    absWorkingDir: ROOT,
    metafile: true,
    entryPoints: { page: join(STUDIO_PAGE, 'main.tsx') },
    outdir: 'studio',
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    target: 'es2021',
    jsx: 'automatic',
    jsxImportSource: 'preact',
    legalComments: 'none',
    logLevel: 'warning',
  });
  bundled['studio/page.js'] = packagesAmong(Object.keys(metafile.inputs));
  const copied = { 'index.html': join(STUDIO_PAGE, 'index.html'), 'page.css': join(STUDIO_PAGE, 'page.css'), 'icon.png': 'icons/icon.png' };
  await write(join(DIST, 'studio/page.js'), outputFiles[0].text);
  for (const [name, source] of Object.entries(copied)) await write(join(DIST, 'studio', name), await readFile(join(ROOT, source)));
}

async function removeLeftovers() {
  for (const entry of await readdir(DIST, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (entry.isFile() && !written.has(path)) await rm(path);
  }
}

/** Prints what was built, with sizes. @returns whether every file is within its limit */
async function report(quiet) {
  const rows = [];
  let fits = true;
  for (const path of [...written].sort()) {
    const name = relative(DIST, path).split('\\').join('/');
    const limit = LIMITS[name];
    if (limit === undefined && path.startsWith(join(STAGED, '/'))) continue;
    const bytes = (await stat(path)).size;
    const characters = limit?.characters ? (await readFile(path, 'utf8')).length : 0;
    const within = limit === undefined || (limit.characters ? characters <= limit.characters : bytes <= limit.bytes);
    fits &&= within;
    rows.push([
      name,
      characters ? `${grouped(characters)} characters` : kilobytes(bytes),
      limit === undefined ? '' : limit.characters ? grouped(limit.characters) : kilobytes(limit.bytes),
      within ? '' : 'TOO LARGE',
    ]);
  }
  if (!quiet || !fits) {
    const table = [['dist/', 'size', 'limit', ''], ...rows];
    const widths = [0, 1, 2].map((column) => Math.max(...table.map((row) => row[column].length)));
    for (const [name, size, limit, verdict] of table) {
      const line = `${name.padEnd(widths[0])}  ${size.padStart(widths[1])}  ${limit.padStart(widths[2])}  ${verdict}`;
      console.log(line.trimEnd());
    }
  }
  return fits;
}

const json = (value) => `${JSON.stringify(value, null, 2)}\n`;
const grouped = (number) => number.toLocaleString('en-US');
const kilobytes = (bytes) => `${(bytes / 1024).toFixed(1)} KB`;

const STEPS = [
  ['src/module.ts', buildExtension],
  ['src/transformer/entry.ts', buildTransformers],
  ['src/function/entry.ts', buildFunction],
  [join(STUDIO_PAGE, 'main.tsx'), buildStudio],
  ...Object.entries(PROGRAMS).map(([name, source]) => [source, () => buildProgram(name, source)]),
];

async function main() {
  await mkdir(DIST, { recursive: true });
  await Promise.all(
    STEPS.map(async ([source, build]) => {
      if (existsSync(join(ROOT, source))) return build();
      console.warn(`Skipped: ${source} does not exist.`);
    }),
  );
  await write(join(DIST, 'bundled-packages.json'), json(Object.fromEntries(Object.entries(bundled).sort())));
  await removeLeftovers();
  if (!(await report(process.argv.includes('--quiet')))) process.exitCode = 1;
}

await main();
