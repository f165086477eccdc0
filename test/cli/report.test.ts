import { CliError } from '../../tools/cli/cli-error';
import { reportFailure } from '../../tools/cli/report';

import { work } from './deploy/support';

test('a failure is one document with what was told before', () => {
  const { context, lines } = work({});
  const error = new CliError('file_unwritable', 'no');
  expect(reportFailure(error, true, context, { warnings: ['w'], notes: [] })).toBe(1);
  expect(JSON.parse(lines.join(''))).toMatchObject({ ok: false, error: { code: 'file_unwritable', message: 'no' }, warnings: ['w'] });
});

test.each([
  [new TypeError('x is not a function'), 'x is not a function'],
  ['a text', 'Something unknown went wrong.'],
])('a mistake of the program itself is one document too: %s', (thrown, message) => {
  const { context, lines } = work({});
  expect(reportFailure(thrown, true, context)).toBe(1);
  expect(JSON.parse(lines.join(''))).toMatchObject({ ok: false, error: { code: 'unexpected_error', message } });
});
