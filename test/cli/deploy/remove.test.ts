import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Api, Instance } from '../../../tools/cli/api';
import { ApiFailure } from '../../../tools/cli/api/failure';
import { remove } from '../../../tools/cli/deploy/remove';
import type { Undeployment } from '../../../tools/cli/deploy/undeployment';

import { FUNCTION, lockOfEverything, wanted, work } from './support';

/** What git is told of saved texts is tested where it runs. */
jest.mock('../../../tools/cli/git', () => ({ isTrackedByGit: () => false, ignoreInGit: () => undefined }));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'access-token-remove-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

const stop = { step: 'chain', action: 'stop', description: '', id: 'f1' } as const;

function undeployment(api: Partial<Api>): Undeployment {
  return { ...work(api, { lock: lockOfEverything() }), values: wanted().values };
}

function instance(id: string, status: Instance['status']): Instance {
  return { id, status, createdAt: 1 };
}

describe('stopping the chain', () => {
  test('disables the Function first, then stops what is running until nothing is', async () => {
    const calls: string[] = [];
    // The first hop triggers the second one while it is being stopped.
    const rounds = [[instance('1', 'active'), instance('0', 'done')], [instance('2', 'queued')], []];
    await remove(stop, undeployment({
      updateFunction: async (id, changes) => void calls.push(`${id} ${JSON.stringify(changes)}`),
      instances: () => Promise.resolve(rounds.shift() ?? []),
      stopInstance: async (_, id) => void calls.push(`stop ${id}`),
    }));
    expect(calls).toEqual(['f1 {"isDisabled":true}', 'stop 1', 'stop 2']);
  });

  test('takes no offence at an instance that has just ended, or a Function that is gone', async () => {
    const refusal = (status: number) => () => Promise.reject(new ApiFailure('POST /x', status, 'no', false));
    const rounds = [[instance('1', 'active')], []];
    const api: Partial<Api> = {
      updateFunction: refusal(404),
      instances: () => Promise.resolve(rounds.shift() ?? []),
      stopInstance: refusal(409),
    };
    await remove(stop, undeployment(api));
    const forbidden = undeployment({ ...api, instances: () => Promise.resolve([instance('1', 'active')]), stopInstance: refusal(403) });
    await expect(remove(stop, forbidden)).rejects.toMatchObject({ status: 403 });
  });

  test('gives up on instances that do not stop', async () => {
    const stuck = undeployment({
      updateFunction: () => Promise.resolve(),
      instances: () => Promise.resolve([instance('1', 'active')]),
      stopInstance: () => Promise.resolve(),
    });
    await expect(remove(stop, stuck)).rejects.toMatchObject({ code: 'chain_not_stopped', exitCode: 1 });
  });
});

describe('deleting the Function', () => {
  const removal = { step: 'function', action: 'delete', description: '', id: 'f1' } as const;

  function withCode(code: string): { here: Undeployment; deleted: jest.Mock } {
    const deleted = jest.fn(() => Promise.resolve());
    const readFunction: Api['readFunction'] = (id) => Promise.resolve({ id, name: 'Access Token', code, isDisabled: false });
    const here = undeployment({ readFunction, deleteFunction: deleted });
    Object.assign(here, { configFile: join(folder, 'my.json') });
    Object.assign(here.keeper, { gone: jest.fn() });
    return { here, deleted };
  }

  test('saves code that somebody else has put into it', async () => {
    const { here, deleted } = withCode('export default async () => 1;');
    await remove(removal, here);
    expect(readFileSync(join(folder, 'my.function-f1.ts'), 'utf8')).toBe('export default async () => 1;');
    expect(deleted).toHaveBeenCalledWith('f1');
  });

  test.each([FUNCTION, ''])('has nothing to save of our own code, or of none', async (code) => {
    const { here, deleted } = withCode(code);
    await remove(removal, here);
    expect(readdirSync(folder)).toEqual([]);
    expect(deleted).toHaveBeenCalledWith('f1');
  });
});

test('what is gone already counts as removed', async () => {
  const here = undeployment({ deleteConnection: () => Promise.reject(new ApiFailure('DELETE /x', 404, 'gone', false)) });
  const gone = jest.fn();
  Object.assign(here.keeper, { gone });
  await remove({ step: 'connection:A Store', action: 'delete', description: '', id: 'c1' }, here);
  expect(gone).toHaveBeenCalledWith('connection:A Store', {});
});

test.each([
  ['endpoint', 'delete'],
  ['endpoint', 'reset'],
  ['function', 'delete'],
  ['function', 'reset'],
] as const)('so does an %s that goes between the look and the %s', async (step, action) => {
  const isGone = () => Promise.reject(new ApiFailure('GET /x', 404, 'gone', false));
  const here = undeployment({
    readEndpoint: isGone,
    deleteEndpoint: isGone,
    updateTransformer: isGone,
    readFunction: isGone,
    deleteFunction: isGone,
    updateFunction: isGone,
  });
  Object.assign(here.keeper, { gone: () => undefined });
  await expect(remove({ step, action, description: '', id: 'x' }, here)).resolves.toBeUndefined();
});
