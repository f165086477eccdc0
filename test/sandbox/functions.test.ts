import { FunctionRuntime, type FunctionRuntimeInput } from '../../tools/sandbox/functions/runtime';
import type { FunctionEvent, FunctionInstance } from '../../tools/sandbox/functions/types';
import { HttpClientError, type HttpClient, type HttpClientRequest } from '../../tools/sandbox/http-client';
import { LogBook } from '../../tools/sandbox/log-book';
import { DEFAULT_OPTIONS, type SandboxOptions } from '../../tools/sandbox/options';
import { VirtualClock } from '../../tools/sandbox/virtual-clock';

interface Setup {
  clock: VirtualClock;
  runtime: FunctionRuntime;
  requests: HttpClientRequest[];
  events: FunctionEvent[];
  logBook: LogBook;
  /** Runs one Function to its end. */
  run: (code: string, parameters?: Record<string, unknown>) => Promise<FunctionInstance>;
}

function create(options: Partial<SandboxOptions> = {}, input: Partial<FunctionRuntimeInput> = {}): Setup {
  const clock = new VirtualClock(Date.UTC(2030, 0, 1));
  const requests: HttpClientRequest[] = [];
  const events: FunctionEvent[] = [];
  const logBook = new LogBook(clock);
  const http: HttpClient = async (request) => {
    requests.push(request);
    return { status: 200, statusText: 'OK', headers: {}, data: { number: requests.length } };
  };
  const runtime = new FunctionRuntime({
    clock,
    http,
    logBook,
    options: { ...DEFAULT_OPTIONS, ...options },
    onEvent: (event) => events.push(event),
    ...input,
  });
  const run = async (code: string, parameters = {}): Promise<FunctionInstance> => {
    const functionId = runtime.create({ name: 'f', code });
    const instanceId = runtime.trigger(functionId, parameters);
    await clock.runUntil(() => runtime.get(functionId, instanceId).finishedAt !== undefined);
    return runtime.get(functionId, instanceId);
  };
  return { clock, runtime, requests, events, logBook, run };
}

const LOOP_OF_REQUESTS = `export default async ({ parameters, api }) => {
  for (let i = 0; i < parameters.count; i++) {
    try { await api.httpRequest({ method: 'POST', url: 'http://x.test/' + i, headers: {}, data: { i } }); }
    catch (error) { console.log('refused: ' + error.message); }
  }
};`;

describe('Function runtime', () => {
  it('runs TypeScript with parameters, answers and the clock of the sandbox', async () => {
    const { run, requests } = create();
    const instance = await run(
      `interface P { name: string }
       export default async ({ parameters, api }: { parameters: P; api: any }) => {
         const answer = await api.httpRequest({ method: 'POST', url: 'http://x.test/', headers: { a: 'b' }, data: { n: 1 } });
         console.log(parameters.name, answer.status, answer.data, Date.now(), new Date().toISOString());
       };`,
      { name: 'Ada' },
    );
    expect(instance.status).toBe('done');
    expect(instance.log).toEqual(['log: Ada 200 {number: 1} 1893456001500 2030-01-01T00:00:01.500Z']);
    expect(requests).toEqual([{ method: 'POST', url: 'http://x.test/', headers: { a: 'b' }, data: { n: 1 } }]);
  });

  it('gives the VM the language, setTimeout and console, and nothing else', async () => {
    const { run } = create();
    const { log } = await run(`export default () => {
      const names = Object.getOwnPropertyNames(globalThis).concat(Object.getOwnPropertySymbols(globalThis).map(String));
      console.log(JSON.stringify(names));
      console.log([typeof URL, typeof Buffer, typeof crypto, typeof fetch, typeof TextEncoder, typeof atob,
        typeof structuredClone, typeof clearTimeout, typeof process, typeof require, typeof queueMicrotask,
        typeof performance, typeof WebAssembly].join());
      console.log(typeof setTimeout.constructor('return this')().process, typeof console.log.constructor('return process'));
    };`);
    const names = JSON.parse(log[0]?.replace('log: ', '') ?? '') as string[];
    const language = ['Object', 'Array', 'Promise', 'JSON', 'Math', 'Date', 'Map', 'Intl', 'globalThis'];
    expect(names).toEqual(expect.arrayContaining([...language, 'setTimeout', 'console']));
    const known = /^(Object|Function|Array|Number|parseFloat|parseInt|Infinity|NaN|undefined|Boolean|String|Symbol|Date|Promise|RegExp|\w*Error|globalThis|JSON|Math|Intl|\w*Array|ArrayBuffer|Atomics|SharedArrayBuffer|DataView|Map|BigInt|Set|WeakMap|WeakSet|WeakRef|Proxy|Reflect|FinalizationRegistry|Iterator|decodeURI|decodeURIComponent|encodeURI|encodeURIComponent|escape|unescape|eval|isFinite|isNaN|setTimeout|console)$/;
    expect(names.filter((name) => !known.test(name))).toEqual([]);
    expect(log[1]).toBe(`log: ${Array(13).fill('undefined').join()}`);
    expect(log[2]).toBe('log: undefined function');
  });

  it('drives setTimeout with the clock and gives a number', async () => {
    const { run } = create();
    const instance = await run(`export default async () => {
      console.log(typeof setTimeout(() => undefined, 1));
      const before = Date.now();
      await new Promise((resolve) => setTimeout(resolve, 600_000));
      console.log(Date.now() - before, new Date() instanceof Date);
    };`);
    expect(instance.log).toEqual(['log: number', 'log: 600000 true']);
    expect((instance.finishedAt ?? 0) - (instance.startedAt ?? 0)).toBe(600_000);
  });

  it('refuses the request after the fifth', async () => {
    const { run, requests, runtime } = create();
    const instance = await run(LOOP_OF_REQUESTS, { count: 7 });
    expect(requests).toHaveLength(5);
    expect(instance).toMatchObject({ status: 'done', httpRequests: 5, refusedHttpRequests: 2 });
    expect(instance.log).toHaveLength(2);
    expect(runtime.stats()).toMatchObject({ maxHttpRequestsPerInstance: 5, refusedHttpRequests: 2, hops: 1 });
  });

  it('ends an instance at the time limit for good', async () => {
    const { clock, run, requests, runtime } = create({ functionTimeLimitSeconds: 900 });
    const instance = await run(`export default async ({ api }) => {
      setTimeout(() => console.log('late'), 901_000);
      await new Promise((resolve) => setTimeout(resolve, 950_000));
      await api.httpRequest({ url: 'http://x.test/', method: 'GET' });
    };`);
    expect(instance).toMatchObject({ status: 'error', error: 'the time limit of 900 s was reached' });
    expect((instance.finishedAt ?? 0) - (instance.startedAt ?? 0)).toBe(900_000);
    await clock.advanceBy(100_000);
    expect(requests).toHaveLength(0);
    expect(runtime.list()[0]?.log).toEqual([]);
    expect(clock.pending).toBe(0);
  });

  it('refuses the calls of code that goes on after the end', async () => {
    const clock = new VirtualClock();
    let release: () => void = () => undefined;
    const http: HttpClient = () =>
      new Promise((resolve) => {
        release = () => resolve({ status: 200, statusText: 'OK', headers: {}, data: null });
      });
    const runtime = new FunctionRuntime({ clock, http, options: DEFAULT_OPTIONS });
    const id = runtime.create({
      name: 'f',
      code: `export default async ({ api }) => {
        const first = api.httpRequest({ url: 'http://x.test/', method: 'GET' });
        await first;
        console.log('never');
      };`,
    });
    const instanceId = runtime.trigger(id);
    await clock.advanceBy(2000);
    runtime.stop(id, instanceId);
    release();
    await clock.settle();
    expect(runtime.get(id, instanceId)).toMatchObject({ status: 'error', error: 'stopped', log: [] });
  });

  it('keeps the eleventh instance queued until one ends', async () => {
    const { clock, runtime } = create();
    const id = runtime.create({
      name: 'f',
      code: `export default ({ parameters }) => new Promise((resolve) => setTimeout(resolve, parameters.ms));`,
    });
    for (let i = 0; i < 12; i++) runtime.trigger(id, { ms: 10_000 + i * 1000 });
    await clock.advanceBy(5000);
    const count = (status: string): number => runtime.list(id).filter((item) => item.status === status).length;
    expect([count('active'), count('queued')]).toEqual([10, 2]);
    await clock.advanceBy(6500 + 1500);
    expect([count('done'), count('active'), count('queued')]).toEqual([2, 9, 1]);
    await clock.advanceBy(60_000);
    expect(count('done')).toBe(12);
    expect(runtime.stats().maxActive).toBe(10);
  });

  it('stays queued for the start-up delay and tells what happens', async () => {
    const { clock, runtime, events } = create({ functionStartupDelayMs: 6000 });
    const id = runtime.create({ name: 'f', code: LOOP_OF_REQUESTS });
    const instanceId = runtime.trigger(id, { count: 1 });
    await clock.advanceBy(5999);
    expect(runtime.get(id, instanceId).status).toBe('queued');
    await clock.advanceBy(1);
    expect(events.map(({ type }) => type)).toEqual(['queued', 'started', 'request', 'ended']);
    expect(events[2]?.request).toEqual({ method: 'POST', url: 'http://x.test/0' });
  });

  it('refuses parameters over 128 KB, unknown Functions and source that is too long or wrong', () => {
    const { runtime } = create({ maxFunctionCharacters: 100 });
    const id = runtime.create({ name: 'f', code: 'export default () => undefined;' });
    const overhead = JSON.stringify({ a: '' }).length;
    expect(() => runtime.trigger(id, { a: 'x'.repeat(128 * 1024 - overhead + 1) })).toThrow(
      expect.objectContaining({ status: 400 }) as Error,
    );
    expect(runtime.trigger(id, { a: 'x'.repeat(128 * 1024 - overhead) })).toEqual(expect.any(String));
    expect(() => runtime.trigger(id, 'text')).toThrow(expect.objectContaining({ status: 400 }) as Error);
    expect(() => runtime.trigger('missing')).toThrow(expect.objectContaining({ status: 404 }) as Error);
    expect(() => runtime.create({ name: 'g', code: `//${'x'.repeat(99)}` })).toThrow(/100 characters/);
    expect(() => runtime.create({ name: 'g', code: 'export default (' })).toThrow(/transpiled/);
    runtime.close();
  });

  it.each([
    ['throws', `export default () => { throw new Error('broken'); };`, /broken/],
    ['rejects', `export default async () => { throw new Error('broken'); };`, /broken/],
    ['throws in a timer', `export default () => new Promise(() => setTimeout(() => { throw new Error('late'); }, 1));`, /late/],
    ['has no default export', `export const a = 1;`, /default export/],
    ['imports a module', `import fs from 'fs'; export default () => fs;`, /require is not defined/],
  ])('sets the status error when the Function %s', async (_case, code, message) => {
    const instance = await create().run(code);
    expect(instance).toMatchObject({ status: 'error', error: expect.stringMatching(message) as string });
  });

  it('passes on a rejected request with everything it carries, and logging it is seen', async () => {
    const http: HttpClient = async (request) => {
      const response = { status: 401, statusText: 'Unauthorized', headers: {}, data: { error: 'invalid_client' } };
      throw new HttpClientError('Request failed with status code 401', request, 'ERR_BAD_REQUEST', response);
    };
    const { run, logBook } = create({}, { http });
    const { log } = await run(`export default async ({ api }) => {
      try { await api.httpRequest({ method: 'GET', url: 'http://x.test/', headers: { authorization: 'canary' } }); }
      catch (error) { console.log(error instanceof Error, error.response.status, error.response.data.error); console.error(error); }
    };`);
    expect(log[0]).toBe('log: true 401 invalid_client');
    expect(logBook.text()).toContain('canary');
  });

  it('seeds Math.random and hands inject and notify on', async () => {
    const onMessage = jest.fn();
    const { run } = create({}, { random: () => 0.25, onMessage });
    const { log } = await run(`export default async ({ api }) => {
      console.log(Math.random());
      await api.inject({ userId: 'u', sessionId: 's', text: 'hi' });
      await api.notify({ userId: 'u', sessionId: 's', text: 'note' });
    };`);
    expect(log).toEqual(['log: 0.25']);
    expect(onMessage.mock.calls.map(([message]) => (message as { kind: string }).kind)).toEqual(['inject', 'notify']);
  });
});

describe('an instance that is stopped while it triggers the next one', () => {
  it('leaves a request that is carried out all the same, and waited for', async () => {
    let answer: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (answer = resolve));
    const clock = new VirtualClock();
    const runtime = new FunctionRuntime({
      clock,
      options: { ...DEFAULT_OPTIONS, functionStartupDelayMs: 0 },
      http: async () => {
        await held;
        return { status: 201, statusText: '', headers: {}, data: {} };
      },
    });
    const code = `export default ({ api }) => api.httpRequest({ method: 'POST', url: 'https://api.example.com' });`;
    const functionId = runtime.create({ name: 'chain', code });
    const instanceId = runtime.trigger(functionId);
    await clock.runUntil(() => runtime.get(functionId, instanceId).httpRequests === 1);
    runtime.stop(functionId, instanceId);
    let isAnswered = false;
    const answered = runtime.requestsAnswered(functionId).then(() => (isAnswered = true));
    await clock.settle();
    expect(isAnswered).toBe(false);
    answer();
    await answered;
    runtime.close();
  });
});
