import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { runProgram } from '../support/child-program';

const ROOT = join(__dirname, '../..');
const GUIDE = readFileSync(join(ROOT, 'docs/contributing.md'), 'utf8');
/** What everything may use, so that no arrow shows it. */
const BASICS = /^(?:src\/(?:errors|json|base64|sha256|mark|retry|log)\.ts|node_modules|package\.json)$/;

const arrows = [...GUIDE.matchAll(/^ {2}(\S+) --> (\S+)$/gm)].map(([, from = '', to = '']) => [pathOf(from), pathOf(to)] as const);
const shown = [...new Set(arrows.flat())];

/** Parts of src/ stand in the picture without that. */
function pathOf(name: string): string {
  return name.startsWith('tools/') ? name : `src/${name}`;
}

/** The part in the picture that a path belongs to. */
function partOf(path: string): string {
  const parts = shown.filter((part) => path === part || path.startsWith(`${part}/`));
  return parts.sort((one, other) => other.length - one.length)[0] ?? `${path}, which the picture does not show`;
}

function reaches(from: string, to: string): boolean {
  return from === to || arrows.some(([start, end]) => start === from && reaches(end, to));
}

describe('the picture', () => {
  let allowed: (readonly [from: string, to: string])[];

  beforeAll(async () => {
    const zones = await runProgram<{ part: string; allowed: string[] }[]>({ file: join(__dirname, 'support/directions.mjs'), args: [] });
    allowed = zones
      .filter(({ part }) => !BASICS.test(part))
      .flatMap(({ part, allowed: paths }) => paths.filter((path) => !BASICS.test(path) && path !== part).map((path) => [part, path] as const));
  });

  test('shows no import that lint refuses', () => {
    const refused = arrows.filter(([from, to]) => {
      const paths = allowed.filter(([part]) => from === part || from.startsWith(`${part}/`));
      return !paths.some(([, path]) => partOf(path) === to);
    });
    expect(refused).toEqual([]);
  });

  test('leaves none out that lint allows', () => {
    expect(allowed.length).toBeGreaterThan(arrows.length);
    expect(allowed.filter(([part, path]) => !reaches(partOf(part), partOf(path)))).toEqual([]);
  });

  test('has no circle', () => {
    for (const [from, to] of arrows) expect([from, to, reaches(to, from)]).toEqual([from, to, false]);
  });
});

test('it names nothing that is not there', () => {
  const names = [...GUIDE.matchAll(/`((?:src|docs|test|tools)\/[^`<]*)`/g)].map(([, path = '']) => path);
  const links = [...GUIDE.matchAll(/\]\(([^)#]+)\)/g)].map(([, path = '']) => join('docs', path));
  expect(names.length + links.length).toBeGreaterThan(10);
  expect([...names, ...links].filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
});
