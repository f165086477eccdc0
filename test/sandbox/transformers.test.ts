import { LogBook } from '../../tools/sandbox/log-book';
import { DEFAULT_OPTIONS, type SandboxOptions } from '../../tools/sandbox/options';
import { SessionStorage } from '../../tools/sandbox/session-storage';
import { createTransformerRequest } from '../../tools/sandbox/transformers/request';
import { Transformer, type TransformerKind } from '../../tools/sandbox/transformers/transformer';
import { mergeInput } from '../../tools/sandbox/transformers/values';
import { VirtualClock } from '../../tools/sandbox/virtual-clock';
import type { HttpClientRequest } from '../../tools/sandbox/http-client';

interface Setup {
  clock: VirtualClock;
  logBook: LogBook;
  storage: SessionStorage;
  requests: HttpClientRequest[];
  load: (source: string, kind?: TransformerKind) => Transformer;
}

function create(overrides: Partial<SandboxOptions> = {}): Setup {
  const options = { ...DEFAULT_OPTIONS, sessionStorageWriteDelayMs: 0, ...overrides };
  const clock = new VirtualClock();
  const logBook = new LogBook(clock);
  const storage = new SessionStorage(clock, options);
  const requests: HttpClientRequest[] = [];
  const load = (source: string, kind: TransformerKind = 'rest'): Transformer =>
    new Transformer(source, kind, 'token', {
      clock,
      options,
      logBook,
      openSession: () => storage.access('token'),
      openRequest: () =>
        createTransformerRequest({
          http: async (request) => {
            requests.push(request);
            return { status: 200, statusText: 'OK', headers: {}, data: { ok: true } };
          },
          isEndpointUrl: (url) => url.startsWith('http://endpoint.test/'),
          maxRequests: options.maxTransformerHttpRequests,
        }),
    });
  return { clock, logBook, storage, requests, load };
}

const input = (body: string): string => `createRestTransformer({ handleInput: async ({ request }) => { ${body} } });`;

describe('transformer VM', () => {
  it('has the documented modules and no other global', async () => {
    const transformer = create().load(
      input(`
        const missing = ['Buffer', 'URL', 'process', 'require', 'setTimeout', 'fetch', 'TextEncoder', 'global',
          'queueMicrotask', 'structuredClone', 'atob', 'WebAssembly', 'module'].filter((name) => typeof globalThis[name] !== 'undefined');
        return { text: JSON.stringify({
          missing,
          uuid: uuid.validate(uuid.v4()),
          hash: crypto.createHash('sha256').update('a').digest('hex').slice(0, 8),
          lodash: _.get({ a: { b: 1 } }, 'a.b'),
          moment: moment(0).utc().year(),
          xml: xmljs.xml2js('<a>1</a>', { compact: true }).a._text,
          others: [typeof httpRequest, typeof console.log, typeof getSessionStorage],
        }) };`),
    );
    const returned = (await transformer.run('handleInput', {})) as { text: string };
    expect(JSON.parse(returned.text)).toEqual({
      missing: [],
      uuid: true,
      hash: 'ca978112',
      lodash: 1,
      moment: 1970,
      xml: '1',
      others: ['function', 'function', 'function'],
    });
  });

  it('accepts TypeScript and refuses what the platform would not save', () => {
    const { load } = create({ maxTransformerCharacters: 300 });
    expect(load('const n: number = 1; createRestTransformer({});').has('handleInput')).toBe(false);
    const refused = (source: string, kind?: TransformerKind): (() => unknown) => () => load(source, kind);
    expect(refused(`createRestTransformer({}); //${'x'.repeat(300)}`)).toThrow(/300 characters/);
    // Short as a source, but long when transpiled: the helpers for `export` are added.
    expect(refused(`createRestTransformer({}); export const a = 1;`)).toThrow(/when transpiled/);
    expect(refused('createWebhookTransformer({});')).toThrow(/needs createRestTransformer/);
    expect(refused('createRestTransformer({});', 'socket')).toThrow(/needs createSocketTransformer/);
    expect(refused('const a = 1;')).toThrow(/never calls/);
    expect(refused('createRestTransformer({')).toThrow(/transpiled/);
    expect(refused('Buffer.from("a"); createRestTransformer({});')).toThrow(/Buffer is not defined/);
  });

  it('sends one request, and none to another Endpoint', async () => {
    const { load, requests } = create();
    const transformer = load(
      input(`
        const results = [];
        for (const uri of ['http://endpoint.test/abc', 'http://x.test/1', 'http://x.test/2']) {
          try { results.push(await httpRequest({ uri, method: 'POST', body: { a: 1 }, json: true })); }
          catch (error) { results.push(error.message); }
        }
        return { data: { results } };`),
    );
    expect(await transformer.run('handleInput', {})).toEqual({
      data: {
        results: ['a transformer may not call an Endpoint', { ok: true }, 'a transformer may send 1 HTTP request'],
      },
    });
    expect(requests.map(({ url }) => url)).toEqual(['http://x.test/1']);
    // Each run has a request of its own.
    await transformer.run('handleInput', {});
    expect(requests).toHaveLength(2);
  });

  it('ends a handler that waits at the time limit', async () => {
    const { clock, load, logBook } = create({ transformerTimeoutMs: 100 });
    const ended = jest.fn();
    load(input('await new Promise(() => undefined);')).run('handleInput', {}).catch(ended);
    await clock.advanceBy(99);
    expect(ended).not.toHaveBeenCalled();
    await clock.advanceBy(1);
    expect(ended).toHaveBeenCalledWith(expect.objectContaining({ status: 500 }));
    expect(logBook.text()).toContain('longer than 100 ms');
  });

  it('ends a handler that loops', async () => {
    const { load, logBook } = create({ transformerTimeoutMs: 10 });
    await expect(load(input('for (;;) {}')).run('handleInput', {})).rejects.toMatchObject({ status: 500 });
    expect(logBook.text()).toContain('timed out after 10ms');
  });

  it('turns an exception into a 500 that does not repeat it', async () => {
    const { load, logBook } = create();
    const failure = load(input(`throw new Error('canary');`)).run('handleInput', {});
    await expect(failure).rejects.toMatchObject({ status: 500, detail: expect.not.stringContaining('canary') as string });
    expect(logBook.text()).toContain('canary');
  });

  it.each([
    ['fresh' as const, [1, 1]],
    ['kept' as const, [1, 2]],
  ])('plays %s module state', async (moduleState, expected) => {
    const { load } = create({ moduleState });
    const transformer = load(`let runs = 0; createRestTransformer({ handleInput: () => ({ data: { runs: ++runs } }) });`);
    const seen = [];
    for (let i = 0; i < 2; i++) seen.push(((await transformer.run('handleInput', {})) as { data: { runs: number } }).data.runs);
    expect(seen).toEqual(expected);
  });

  it('keeps simultaneous runs of a kept module apart', async () => {
    const { clock, load, storage } = create({ moduleState: 'kept' });
    const transformer = load(
      input(`const s = await getSessionStorage(request.user, 's'); s.user = request.user;
        await httpRequest({ uri: 'http://x.test/', method: 'GET' });`),
    );
    await Promise.all(['a', 'b', 'c'].map((user) => transformer.run('handleInput', { request: { user } })));
    await clock.advanceBy(0);
    expect(Object.values(storage.dump())).toEqual([{ user: 'a' }, { user: 'b' }, { user: 'c' }]);
  });
});

describe('returned values', () => {
  const own = { userId: 'u', sessionId: 's', text: 'hi', data: { a: 1 } };

  it.each([
    ['undefined', undefined, own],
    ['an object without values', {}, own],
    ['one value', { text: 'other' }, { ...own, text: 'other' }],
    ['all values', { userId: 'a', sessionId: 'b', text: '', data: {} }, { userId: 'a', sessionId: 'b', text: '', data: {} }],
  ])('keep the own ones for %s', (_case, returned, expected) => {
    expect(mergeInput(own, returned)).toEqual(expected);
  });

  it('run no Flow for null', () => {
    expect(mergeInput(own, null)).toBeNull();
  });

  it.each([
    ['userId', { userId: 7 }],
    ['userId', { userId: 'x'.repeat(257) }],
    ['sessionId', { sessionId: {} }],
    ['text', { text: 1 }],
    ['text', { text: 'x'.repeat(10_001) }],
    ['data', { data: 'text' }],
    ['data', { data: null }],
    ['object', 'text'],
  ])('are an error when %s is wrong: %j', (name, returned) => {
    expect(() => mergeInput(own, returned)).toThrow(
      expect.objectContaining({ status: 500, detail: expect.stringContaining(name) as string }) as Error,
    );
  });

  it('leave a bad message to be the fault of its sender', () => {
    expect(() => mergeInput({ userId: 1 }, undefined)).toThrow(expect.objectContaining({ status: 400 }) as Error);
  });
});
