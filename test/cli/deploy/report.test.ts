import { openProgress } from '../../../src/cli/deploy/progress';
import { reportFailure } from '../../../src/cli/deploy/report';

import { work } from './support';

test('with --json warnings and notes are kept for the document, and nothing else is printed', async () => {
  const { surroundings, lines } = work({});
  const told = { warnings: [], notes: [] };
  const progress = await openProgress('title', true, surroundings, told);
  progress.begin('one');
  progress.note('a note');
  progress.warn('a warning');
  progress.end('the end');
  expect(lines).toEqual([]);
  expect(told).toEqual({ warnings: ['a warning'], notes: ['a note'] });
});

test.each(['EACCES', 'EROFS', 'ENOSPC'])('a file that can not be written (%s) is a failure with a code', (code) => {
  const { surroundings, lines } = work({});
  const error = Object.assign(new Error(`${code}: no, open '/x.pid'`), { code, syscall: 'open' });
  expect(reportFailure(error, true, surroundings, { warnings: ['w'], notes: [] })).toBe(1);
  const message = `A file can't be written: ${code}: no, open '/x.pid'.`;
  expect(JSON.parse(lines.join(''))).toMatchObject({ ok: false, error: { code: 'file_unwritable', message }, warnings: ['w'] });
});

test('a mistake of the program itself is thrown on', () => {
  const { surroundings } = work({});
  expect(() => reportFailure(new TypeError('x is not a function'), true, surroundings)).toThrow('x is not a function');
});
