import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { version, workspaces } from '../package.json';

const ROOT = join(__dirname, '..');
const read = (path: string): string => readFileSync(join(ROOT, path), 'utf8');

interface Manifest {
  version?: string;
}

/** The folders of the workspaces; `tools/*` are all in tools/ that have a package.json. */
const FOLDERS = workspaces.flatMap((pattern) => {
  if (!pattern.endsWith('/*')) return [pattern];
  const parent = pattern.slice(0, -2);
  return readdirSync(join(ROOT, parent)).flatMap((name) => (existsSync(join(ROOT, parent, name, 'package.json')) ? [`${parent}/${name}`] : []));
});

test('every workspace has the version of the whole, in the lock file too', () => {
  const { version: locked, packages } = JSON.parse(read('package-lock.json')) as Manifest & { packages: Record<string, Manifest> };
  expect(FOLDERS).toEqual(expect.arrayContaining(['tools/cli', 'tools/sandbox', 'test']));
  const manifests = FOLDERS.map((folder) => [folder, (JSON.parse(read(`${folder}/package.json`)) as Manifest).version]);
  expect(Object.fromEntries(manifests)).toEqual(Object.fromEntries(FOLDERS.map((folder) => [folder, version])));
  expect([locked, ...['', ...FOLDERS].map((folder) => packages[folder]?.version)]).toEqual(['', '', ...FOLDERS].map(() => version));
});

test('the CHANGELOG begins with this version, and each version has a date', () => {
  const headings = read('CHANGELOG.md').match(/^## .*$/gm) ?? [];
  expect(headings[0]).toContain(`[${version}]`);
  for (const heading of headings) expect(heading).toMatch(/^## \[\d+\.\d+\.\d+\] - \d{4}-\d{2}-\d{2}$/);
});

describe('the workflow that releases', () => {
  const workflow = read('.github/workflows/release.yml');

  test('pins each action, and grants rights to each job by itself', () => {
    const actions = [...workflow.matchAll(/uses: (\S+)/g)].map(([, action]) => action);
    expect(actions.length).toBeGreaterThan(3);
    for (const action of actions) expect(action).toMatch(/^actions\/[\w-]+@(?:v\d+|[0-9a-f]{40})$/);
    expect(workflow).toMatch(/^permissions: \{\}$/m);
    // Tests and dependencies run in the job that can't write.
    const [, build = '', publish = ''] = workflow.split(/^ {2}(?:build|publish):$/m);
    expect(build).toMatch(/permissions:\n {6}contents: read\n {4}steps:/);
    expect(publish).toContain('contents: write');
    expect(publish).not.toMatch(/build\.sh|npm |node /);
  });

  test('calls only what build.sh knows', () => {
    const known = [...read('build.sh').matchAll(/^ {2}([a-z]+)\)$/gm)].map(([, command]) => command);
    const called = [...workflow.matchAll(/build\.sh ([a-z]+)/g)].map(([, command]) => command);
    expect(called).toEqual(['test', 'release']);
    expect(known).toEqual(expect.arrayContaining(called));
  });
});
