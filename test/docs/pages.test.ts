import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

import { ROOT } from './support/readme';

const LONGEST_PAGE = 300;
const LONGEST_README = 150;

function pagesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? pagesIn(path) : entry.name.endsWith('.md') ? [path] : [];
  });
}

const PAGES = [...['README.md', 'SECURITY.md', 'CHANGELOG.md', 'test/README.md'].map((name) => join(ROOT, name)), ...pagesIn(join(ROOT, 'docs'))];
const textOf = (page: string) => readFileSync(page, 'utf8');
const nameOf = (page: string) => relative(ROOT, page);
const named = PAGES.map((page) => [nameOf(page), page] as const);

/** As GitHub makes them from headings, a number behind the second of a name. */
function anchorsOf(page: string): string[] {
  const seen = new Map<string, number>();
  const prose = textOf(page).replace(/^( *)```[^]*?^\1```$/gm, '');
  return [...prose.matchAll(/^#+ (.*)$/gm)].map(([, heading = '']) => {
    const anchor = heading.replace(/`|\*/g, '').toLowerCase().replace(/[^\p{L}\p{N}_ -]/gu, '').replaceAll(' ', '-');
    const count = seen.get(anchor) ?? 0;
    seen.set(anchor, count + 1);
    return count === 0 ? anchor : `${anchor}-${count}`;
  });
}

/** Links and pictures to what lies in the repository. */
function linksOf(page: string): string[] {
  const text = textOf(page).replace(/^( *)```[^]*?^\1```$/gm, '').replace(/`[^`\n]*`/g, '');
  const targets = [...text.matchAll(/\]\(([^)\s]+)\)/g), ...text.matchAll(/(?:src|srcset)="([^"]+)"/g)].map(([, target = '']) => target);
  return targets.filter((target) => !/^[a-z]+:/.test(target));
}

test.each(named)('%s: its links lead to files and headings that are there', (_, page) => {
  const broken = linksOf(page).filter((link) => {
    const [path = '', anchor] = link.split('#');
    const target = path === '' ? page : join(dirname(page), path);
    if (!existsSync(target)) return true;
    return anchor !== undefined && (!statSync(target).isFile() || !anchorsOf(target).includes(anchor));
  });
  expect(broken).toEqual([]);
});

test('each page is short enough to be read', () => {
  const lines = (page: string) => textOf(page).trimEnd().split('\n').length;
  const long = PAGES.filter((page) => nameOf(page).startsWith('docs/') && lines(page) > LONGEST_PAGE).map((page) => `${nameOf(page)}: ${lines(page)}`);
  expect(long).toEqual([]);
  expect(lines(join(ROOT, 'README.md'))).toBeLessThanOrEqual(LONGEST_README);
});

test('each page is found from the README', () => {
  const reached = new Set([join(ROOT, 'README.md')]);
  for (const page of reached) {
    if (!page.endsWith('.md')) continue;
    for (const link of linksOf(page)) {
      const [path = ''] = link.split('#');
      const target = join(dirname(page), path);
      if (path.endsWith('.md') && existsSync(target)) reached.add(target);
    }
  }
  const lost = PAGES.filter((page) => nameOf(page).startsWith('docs/') && !reached.has(page)).map(nameOf);
  expect(lost).toEqual([]);
});
