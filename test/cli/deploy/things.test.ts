import { describe as titleOf } from '../../../tools/cli/deploy/things';

const label = 'Function';
const [one, other] = [{ id: 'f1', name: 'Access Token' }, { id: 'f2', name: 'Access Token' }];

test('a thing is called as the platform calls it, without its id', () => {
  expect(titleOf({ label }, one, [one, { id: 'f3', name: 'Another' }])).toBe('Function "Access Token"');
});

test('two things of one name are told apart by their ids', () => {
  expect([one, other].map((thing) => titleOf({ label }, thing, [one, other]))).toEqual(['Function "Access Token" (f1)', 'Function "Access Token" (f2)']);
});
