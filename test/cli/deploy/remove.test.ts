import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Api, Instance } from '../../../tools/cli/api';
import { ApiFailure } from '../../../tools/cli/api/failure';
import { remove } from '../../../tools/cli/deploy/removal';
import type { Removal } from '../../../tools/cli/deploy/removal';
import type { DeployRun } from '../../../tools/cli/deploy/run';
import { KINDS } from '../../../tools/cli/deploy/things';

import { FUNCTION, lockOfEverything, work } from './support';
import type { Told } from './support';

/** What git is told of saved texts is tested where it runs. */
jest.mock('../../../tools/cli/git', () => ({ isTrackedByGit: () => false, ignoreInGit: () => undefined }));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'access-token-remove-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** @param step as the lock file has it, or `chain` */
function removalOf(step: string, action: Removal['action'], id: string): Removal {
  const label = { chain: 'Function', function: 'Function', endpoint: 'Endpoint' }[step] ?? 'connection';
  const kind = KINDS.find((one) => one.label === label);
  if (kind === undefined) throw new Error(`There is no kind ${label}.`);
  return { kind, step, action, description: '', id, title: label === 'Endpoint' ? 'Endpoint "Mine"' : `${label} "Access Token"` };
}

const stop = removalOf('chain', 'stop', 'f1');

function undeployment(api: Partial<Api>): DeployRun & Told {
  return work(api, { lock: lockOfEverything() });
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
  const removal = removalOf('function', 'delete', 'f1');

  function withCode(code: string): { here: DeployRun & Told; deleted: jest.Mock } {
    const deleted = jest.fn(() => Promise.resolve());
    const readFunction: Api['readFunction'] = (id) => Promise.resolve({ id, name: 'Access Token', code, isDisabled: false });
    const here = undeployment({ readFunction, deleteFunction: deleted });
    Object.assign(here, { configFile: join(folder, 'my.json') });
    Object.assign(here.keeper, { gone: jest.fn() });
    return { here, deleted };
  }

  test('leaves it alone where somebody else has put code into it since the look', async () => {
    const { here, deleted } = withCode('export default async () => 1;');
    await remove(removal, here);
    expect(deleted).not.toHaveBeenCalled();
    expect(here.lines).toEqual(['Warning: The Function "Access Token" stays: its code is not ours. Delete it yourself if nobody needs it.']);
  });

  test.each([FUNCTION, ''])('goes with our own code, or none, of which nothing is saved', async (code) => {
    const { here, deleted } = withCode(code);
    await remove(removal, here);
    expect(readdirSync(folder)).toEqual([]);
    expect(deleted).toHaveBeenCalledWith('f1');
  });
});

test.each(['delete', 'reset'] as const)('an Endpoint stays where somebody else has put a transformer into it since the look: %s', async (action) => {
  const written = jest.fn(() => Promise.resolve());
  const readEndpoint: Api['readEndpoint'] = async (id) => ({ id, name: 'Mine', channel: 'rest', urlToken: 't1', transformer: { transformer: 'createRestTransformer({});' } });
  const here = undeployment({ readEndpoint, deleteEndpoint: written, updateTransformer: written });
  await remove(removalOf('endpoint', action, 'e1'), here);
  expect(written).not.toHaveBeenCalled();
  expect(here.lines).toEqual([expect.stringContaining('The Endpoint "Mine" stays: its transformer is not ours.')]);
});

test('what is gone already counts as removed', async () => {
  const here = undeployment({ deleteConnection: () => Promise.reject(new ApiFailure('DELETE /x', 404, 'gone', false)) });
  const gone = jest.fn();
  Object.assign(here.keeper, { gone });
  await remove(removalOf('connection:A Store', 'delete', 'c1'), here);
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
  await expect(remove(removalOf(step, action, 'x'), here)).resolves.toBeUndefined();
});
