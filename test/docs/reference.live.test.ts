import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');

test('docs/reference.md is what its sources make of it', () => {
  const { status, stderr } = spawnSync(process.execPath, ['tools/build/reference.mjs', '--check'], { cwd: ROOT, encoding: 'utf8' });
  expect(stderr).toBe('');
  expect(status).toBe(0);
});
