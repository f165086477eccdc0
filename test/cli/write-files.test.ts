import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { trackedWarning } from '../../tools/cli/git';
import { DISK } from '../../tools/cli/write-files';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'access-token-init-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const path = (name: string): string => join(folder, name);

test('a private file is for its owner only, also where it was open before', () => {
  writeFileSync(path('x.env'), 'old', { mode: 0o644 });
  DISK.writePrivate(path('x.env'), 'new');
  expect(statSync(path('x.env')).mode & 0o777).toBe(0o600);
  expect(DISK.read(path('x.env'))).toBe('new');
  expect(DISK.read(path('missing'))).toBeUndefined();
});

test('the warning of a tracked file has a command that can be pasted', () => {
  expect(trackedWarning("it's mine.env")).toContain("git rm --cached 'it'\\''s mine.env'");
  expect(trackedWarning('./x.env')).toMatch(/git rm --cached \.\/x\.env$/);
});
