import { openProgress } from '../../../tools/cli/deploy/progress';

import { work } from './support';

test('with --json warnings and notes are kept for the document, and nothing else is printed', async () => {
  const { context, lines } = work({});
  const told = { warnings: [], notes: [] };
  const progress = await openProgress('title', true, context, told);
  progress.begin('one');
  progress.note('a note');
  progress.warn('a warning');
  progress.end('the end');
  expect(lines).toEqual([]);
  expect(told).toEqual({ warnings: ['a warning'], notes: ['a note'] });
});
