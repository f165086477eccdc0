import { ApiFailure } from '../../../tools/cli/api';
import { make } from '../../../tools/cli/deploy/make';

import { work } from './support';

const answered = (status: number) => () => Promise.reject(new ApiFailure('POST /x', status, 'no', false));

test('what a strange answer may have created is looked for; after a refusal nothing was created', async () => {
  const find = jest.fn(() => Promise.resolve('found'));
  expect(await make('flow', work({}), answered(201), find)).toBe('found');
  await expect(make('flow', work({}), answered(400), find)).rejects.toMatchObject({ status: 400 });
  expect(find).toHaveBeenCalledTimes(1);
});
