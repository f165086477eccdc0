import { CliError } from '../../tools/cli/cli-error';
import { reportFailure } from '../../tools/cli/report';

import { work } from './deploy/support';

test('a failure is one document with what was told before', () => {
  const { context, lines } = work({});
  const error = new CliError('file_unwritable', 'no');
  expect(reportFailure(error, true, context, { warnings: ['w'], notes: [] })).toBe(1);
  expect(JSON.parse(lines.join(''))).toMatchObject({ ok: false, error: { code: 'file_unwritable', message: 'no' }, warnings: ['w'] });
});

test('a mistake of the program itself is thrown on', () => {
  const { context } = work({});
  expect(() => reportFailure(new TypeError('x is not a function'), true, context)).toThrow('x is not a function');
});
