import { execFileSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { version } from '../../package.json';
import { RunningProgram } from '../artifacts/support/command-line';
import { copySources, release } from '../artifacts/support/release';
import { mentionedCommands, ROOT, stepsOf } from './support/readme';
import { Reader, SECRETS, startSurroundings } from './support/reader';
import type { Surroundings } from './support/reader';

/** Only there to end a run that hangs. */
const HANGS_AFTER_MS = 15 * 60_000;
const PACKAGE = `access-token-cli-${version}.tgz`;

/** Pages whose commands need nothing but the release, with what a reader has done before. */
const FROM_RELEASE: Record<string, { deployed?: boolean; commands: number }> = {
  'README.md': { commands: 5 },
  'docs/get-started.md': { commands: 2 },
  'docs/set-up-by-command.md': { commands: 8 },
  'docs/set-up-by-hand.md': { commands: 7 },
  'docs/migration.md': { commands: 4 },
  'docs/operations.md': { deployed: true, commands: 1 },
};

/** Pages whose commands need the sources. */
const FROM_SOURCES: Record<string, { commands: number }> = {
  'docs/contributing.md': { commands: 2 },
};

let folder: string;
let released: string;
/** Where npm installs globally: the package stays from page to page, as on a reader's machine. */
let prefix: string;
let surroundings: Surroundings;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'access-token-pages-'));
  released = join(folder, 'release');
  prefix = join(folder, 'global');
  mkdirSync(join(prefix, 'lib'), { recursive: true });
  await release(ROOT, released);
});

beforeEach(async () => {
  surroundings = await startSurroundings();
});

afterEach(() => surroundings.close());

afterAll(() => {
  RunningProgram.killAll();
  rmSync(folder, { recursive: true, force: true });
});

const textOf = (page: string): string => readFileSync(join(ROOT, page), 'utf8');

function pagesWithCommands(): string[] {
  const pages = (path: string): string[] =>
    readdirSync(join(ROOT, path), { withFileTypes: true }).flatMap((entry) => {
      const inside = join(path, entry.name);
      return entry.isDirectory() ? pages(inside) : inside.endsWith('.md') ? [inside] : [];
    });
  return ['README.md', ...pages('docs')].filter((page) => stepsOf(textOf(page)).some((step) => 'command' in step));
}

test('no page with commands is forgotten here', () => {
  // The commands page has a test of its own, with a browser that consents.
  const elsewhere = ['docs/commands.md'];
  expect(pagesWithCommands().sort()).toEqual([...Object.keys(FROM_RELEASE), ...Object.keys(FROM_SOURCES), ...elsewhere].sort());
});

/** A reader with nothing but what the release has, in an empty folder. */
function readerOfRelease(name: string): Reader {
  const reader = new Reader(join(folder, name), prefix, surroundings);
  copyFileSync(join(released, PACKAGE), join(reader.folder, PACKAGE));
  return reader;
}

async function install(reader: Reader): Promise<void> {
  if (existsSync(join(prefix, 'bin/access-token'))) return;
  expect(await reader.type(`npm install --global ./${PACKAGE}`)).toMatchObject({ code: 0 });
}

async function setUp(reader: Reader): Promise<void> {
  for (const command of ['access-token init', 'access-token deploy']) expect(await reader.type(command)).toMatchObject({ code: 0 });
}

test.each(Object.entries(FROM_RELEASE))(
  'every command of %s, in its order, from the release alone',
  async (page, { deployed = false, commands }) => {
    const reader = readerOfRelease(page.replace(/\W/g, '-'));
    await install(reader);
    if (deployed) await setUp(reader);
    const typed = await reader.follow(textOf(page));
    expect(typed).toHaveLength(commands);
    if (page !== 'docs/set-up-by-hand.md') return;
    // The last rendering is the one for a Flow, which holds the key and no other secret.
    const rendered = readFileSync(join(reader.folder, 'function.ts'), 'utf8');
    expect(rendered).toContain(SECRETS.COGNIGY_API_KEY);
    expect(rendered).not.toContain(SECRETS.CLIENT_SECRET);
    expect(readFileSync(join(reader.folder, 'transformer.ts'), 'utf8')).toContain('createRestTransformer');
  },
  HANGS_AFTER_MS,
);

describe('in a fresh clone', () => {
  let clone: string;

  beforeAll(() => {
    clone = join(folder, 'clone');
    if (existsSync(join(ROOT, '.git'))) {
      execFileSync('git', ['clone', '--quiet', ROOT, clone]);
      // The dependencies are those that these tests run with, as hard links.
      execFileSync('cp', ['-al', join(ROOT, 'node_modules'), join(clone, 'node_modules')]);
    } else copySources(clone);
  });

  test.each(Object.entries(FROM_SOURCES))(
    'every command of %s, in its order',
    async (page, { commands }) => {
      const typed = await new Reader(clone, prefix, surroundings).follow(textOf(page));
      expect(typed).toHaveLength(commands);
      // A reader who pulls the next version has a clean tree: what the commands write is ignored.
      if (existsSync(join(clone, '.git'))) {
        expect(execFileSync('git', ['status', '--short'], { cwd: clone, encoding: 'utf8' })).toBe('');
      }
    },
    HANGS_AFTER_MS,
  );
});

test('every command in running text exists', () => {
  const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
  const mentioned = [...new Set(['README.md', ...Object.keys(FROM_SOURCES)].flatMap((page) => mentionedCommands(textOf(page))))];
  expect(mentioned).toContain('./build.sh test');
  for (const command of mentioned) {
    const script = /^npm run ([\w-]+)/.exec(command)?.[1];
    if (script !== undefined) expect(Object.keys(scripts)).toContain(script);
    else expect(command).toMatch(/^(?:\.\/build\.sh(?: test(?: fast)?| release| demo(?: --help)?)?|npx jest .*|node test\/repeat\.mjs|node tools\/.*)$/);
  }
  // Running the tests from a test would never end: it is what the checks run.
  expect(textOf('.ci/run')).toContain('./build.sh test');
});

test('the pages name the package of this version', () => {
  for (const page of pagesWithCommands()) {
    for (const [name] of textOf(page).matchAll(/access-token-cli-\d[\w.]*\.tgz/g)) expect({ page, name }).toEqual({ page, name: PACKAGE });
  }
});
