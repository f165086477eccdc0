import type { Api } from '../../../tools/cli/api';
import { ApiFailure } from '../../../tools/cli/api/failure';
import { CliError } from '../../../tools/cli/cli-error';
import { listenForChain, startChain } from '../../../tools/cli/deploy/chain';
import { deployExtension, finishEarlierUpload } from '../../../tools/cli/deploy/extension';
import { make } from '../../../tools/cli/deploy/make';
import { atStep } from '../../../tools/cli/deploy/run';
import { emptyLock } from '../../../tools/cli/lock';
import type { Transport } from '../../../src/http';

import { desired, everything, lockOfEverything, work } from './support';

const upload = { step: 'extension', action: 'create', description: '' } as const;
const ids = { functionId: 'f1', urlToken: 't1' };

/** A store whose chain is that of each answer in turn; the last one stays. `undefined` is an answer of somebody else. */
function storeWith(...chains: Array<string | null | undefined>): Transport {
  return () => {
    const chainId = chains.length > 1 ? chains.shift() : chains[0];
    const chain = typeof chainId === 'string' ? { chainId, hop: 0, at: 1, dueBy: 2 } : null;
    const data = chainId === undefined ? 'hello' : { record: null, chain, now: 1 };
    return Promise.resolve({ status: 200, headers: {}, data });
  };
}

function chainApi(changes: Partial<Api> = {}): Partial<Api> {
  return {
    triggerFunction: () => Promise.resolve('i1'),
    instances: () => Promise.resolve([]),
    readInstance: () => Promise.resolve({ status: 'active' as const }),
    ...changes,
  };
}

describe('the upload task', () => {
  test('that does not end is a failure that can be taken up again', async () => {
    const api: Partial<Api> = {
      uploadExtension: () => Promise.resolve('task1'),
      readTask: () => Promise.resolve({ id: 'task1', status: 'active', failReason: '' }),
    };
    const here = work(api);
    await expect(deployExtension(upload, undefined, here)).rejects.toMatchObject({ code: 'task_slow', exitCode: 1 });
    expect(here.keeper.lock).toMatchObject({ extensionTask: { id: 'task1', hash: 'hash' }, making: 'extension' });
    // It is over by the time of the next run, which uploads nothing.
    const states = ['queued', 'active', 'done'];
    const later = work(
      {
        readTask: () => Promise.resolve({ id: 'task1', status: states.shift() ?? 'done', failReason: '' }),
        extensions: () => Promise.resolve([{ id: 'x1', name: 'access-token', version: '1.2.3' }]),
      },
      { lock: here.keeper.lock },
    );
    await finishEarlierUpload(later);
    expect(later.keeper.lock).toMatchObject({ extensionId: 'x1', extensionHash: 'hash', made: ['extension'] });
    expect(later.keeper.lock.extensionTask).toBeUndefined();
  });

  test('is told of without secrets when it fails', async () => {
    const api: Partial<Api> = {
      uploadExtension: () => Promise.resolve('task1'),
      readTask: () => Promise.resolve({ id: 'task1', status: 'error', failReason: 'a secret is in the way' }),
    };
    const here = work(api);
    const failed = deployExtension(upload, undefined, here);
    await expect(failed).rejects.toThrow('The upload of the extension ended with "error": a [secret] is in the way.');
    expect(here.keeper.lock).toMatchObject({ extensionTask: undefined, making: undefined });
  });

  test('of an earlier run that nobody remembers is none', async () => {
    const gone = new ApiFailure('GET /tasks', 404, 'gone', false);
    const here = work(
      { readTask: () => Promise.reject(gone) },
      { lock: { ...emptyLock(), extensionTask: { id: 'task1', hash: 'hash' } } },
    );
    await finishEarlierUpload(here);
    expect(here.keeper.lock.extensionTask).toBeUndefined();
  });
});

describe('starting the chain', () => {
  test('waits for a store that does not answer yet, and for the heartbeat', async () => {
    const here = work(chainApi(), { transport: storeWith(undefined, undefined, 'old', 'old', 'new') });
    await startChain(ids, here, []);
    expect(here.lines).toEqual(['The chain is running.']);
  });

  test('is not done while the store does not answer', async () => {
    const triggerFunction = jest.fn(() => Promise.resolve('i1'));
    const here = work(chainApi({ triggerFunction }), { transport: storeWith(undefined) });
    await expect(startChain(ids, here, [])).rejects.toMatchObject({ code: 'store_silent', exitCode: 1 });
    expect(triggerFunction).not.toHaveBeenCalled();
  });

  test('says so when the chain is not heard of', async () => {
    const here = work(chainApi(), { transport: storeWith('old') });
    await startChain(ids, here, []);
    expect(here.lines).toEqual([expect.stringContaining('Warning: The chain was started, but has not reported yet')]);
  });

  test("fails with the Function's own words when its first instance does", async () => {
    const readInstance = () => Promise.resolve({ status: 'error' as const, error: 'cognigy_api_incomplete: a secret is empty' });
    const here = work(chainApi({ readInstance }), { transport: storeWith(null) });
    await expect(startChain(ids, here, [])).rejects.toThrow("The Function's first instance failed: cognigy_api_incomplete: a [secret] is empty.");
  });

  test('is not done twice when the answer to the first trigger is lost', async () => {
    const triggerFunction = jest.fn(() => Promise.reject(new ApiFailure('POST', undefined, 'ECONNRESET', true)));
    const instances = () => Promise.resolve([{ id: 'i7', status: 'queued' as const, createdAt: 1 }]);
    const readInstance = jest.fn(() => Promise.resolve({ status: 'active' as const }));
    const here = work(chainApi({ triggerFunction, instances, readInstance }), { transport: storeWith(null, 'new') });
    await startChain(ids, here, []);
    expect(triggerFunction).toHaveBeenCalledTimes(1);
    expect(readInstance).toHaveBeenCalledWith('f1', 'i7');
  });
});

describe('listening for the chain', () => {
  const START = 1_700_000_000_000;
  const storeAt = (view: (asked: number) => object): Transport => {
    let asked = 0;
    return () => Promise.resolve({ status: 200, headers: {}, data: { record: null, ...view((asked += 1)) } });
  };
  const beat = (dueBy: number): object => ({ chainId: 'c', hop: 0, at: 1, dueBy });
  const running = (createdAt: number) => everything({ running: [{ id: 'i1', status: 'active', createdAt }] });

  test.each([
    ['on_time', { chain: beat(START + 1), now: START }],
    ['late', { chain: beat(START), now: START }],
    ['never', { chain: null, now: START }],
    ['unknown', { now: START }],
  ])('%s', async (expected, view) => {
    const here = work({}, { transport: storeAt(() => view) });
    expect(await listenForChain(running(START - 60_000), here)).toBe(expected);
  });

  test('gives an instance that has just begun the time for its first heartbeat', async () => {
    const here = work({}, { transport: storeAt((asked) => ({ chain: asked < 3 ? null : beat(START + 9), now: START })) });
    expect(await listenForChain(running(START), here)).toBe('on_time');
    const mute = work({}, { transport: storeAt(() => ({ chain: null, now: START })) });
    expect(await listenForChain(running(START), mute)).toBe('never');
  });

  test('asks nobody where nothing runs, where a Flow refreshes, or where the store is silent', async () => {
    const silent = work({}, { transport: storeWith(undefined) });
    expect(await listenForChain(running(START), silent)).toBe('unknown');
    expect(await listenForChain(everything({ running: [] }), work({}))).toBe('unknown');
    const byFlow = work({}, { desired: desired({}, { refreshBy: 'flow' }) });
    expect(await listenForChain(running(START), byFlow)).toBe('unknown');
  });
});

describe('making something', () => {
  test('is noted before it is done, and looked for before it is repeated', async () => {
    const here = work({}, { lock: lockOfEverything() });
    const create = jest.fn(() => {
      expect(here.keeper.lock.making).toBe('function');
      return Promise.reject<string>(new ApiFailure('POST', 500, 'broken', true));
    });
    const found = [undefined, 'f9'];
    expect(await make('function', here, create, () => Promise.resolve(found.shift()))).toBe('f9');
    expect(create).toHaveBeenCalledTimes(2);
  });

  const refused = new ApiFailure('POST', 403, 'no', false);
  const lost = new ApiFailure('POST', undefined, 'ECONNRESET', true);
  test.each([
    ['is no longer being made when it is refused', [refused], undefined],
    ['is no longer being made when it is not there after a refusal, though a try before was lost', [lost, refused], undefined],
    ['is no longer being made when it is not there, though no answer came', [new ApiFailure('POST', undefined, 'x', false)], undefined],
    ['is no longer being made when it is not there after all tries', Array<ApiFailure>(5).fill(lost), undefined],
  ])('%s', async (_, failures, making) => {
    const here = work({});
    const create = (): Promise<string> => Promise.reject(failures.shift() ?? new Error('asked too often'));
    await expect(make('function', here, create, () => Promise.resolve(undefined))).rejects.toBeInstanceOf(ApiFailure);
    expect(here.keeper.lock.making).toBe(making);
  });

  test('has been made where it is there after the last try, which was lost', async () => {
    const found = [undefined, undefined, undefined, undefined, 'f9'];
    const here = work({});
    expect(await make('function', here, () => Promise.reject<string>(lost), () => Promise.resolve(found.shift()))).toBe('f9');
  });

  test.each([
    ['the API does not answer', new ApiFailure('GET', undefined, 'ECONNRESET', true)],
    ['there are two', new CliError('name_ambiguous', 'two')],
  ])('may have been made where nobody can look: %s', async (_, obstacle) => {
    const here = work({}, { tries: 1 });
    const made = make('function', here, () => Promise.reject<string>(lost), () => Promise.reject(obstacle));
    await expect(made).rejects.toBe(lost);
    expect(here.keeper.lock.making).toBe('function');
  });

  test('a mistake of the program itself while it looks is not passed over', async () => {
    const here = work({}, { tries: 1 });
    const made = make('function', here, () => Promise.reject<string>(lost), () => Promise.reject(new TypeError('a bug')));
    await expect(made).rejects.toThrow(TypeError);
  });
});

test('an error names the step that it happened at, the innermost one', async () => {
  const failing = (): Promise<never> => Promise.reject(new ApiFailure('GET /x', 403, 'no', false));
  const outer = atStep('outer', () => atStep('inner', failing));
  await expect(outer).rejects.toMatchObject({ code: 'api_forbidden', step: 'inner', status: 403, exitCode: 2 });
});
