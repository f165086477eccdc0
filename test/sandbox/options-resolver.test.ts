import type { ApiError } from '../../tools/sandbox/api-error';
import { ExtensionRunner, type InstalledExtension } from '../../tools/sandbox/extensions/runner';
import { HttpClientError, type HttpClient, type HttpClientRequest, type HttpClientResponse } from '../../tools/sandbox/http-client';
import { LogBook } from '../../tools/sandbox/log-book';
import { DEFAULT_OPTIONS, type SandboxOptions } from '../../tools/sandbox/options';
import { VirtualClock } from '../../tools/sandbox/virtual-clock';
import { inVirtualTime } from '../support/virtual-time';
import { packExtension } from './support/extension-archive';
import { inProcessHosts } from './support/in-process-host';
import { optionsFrom, RESOLVING_EXTENSION } from './support/resolving-extension';

const MEGABYTE = 1024 * 1024;
/** Shows as an option whatever the resolver came to. */
const SHOWN = `const show = (value) => [{ label: JSON.stringify(value), value: 'shown' }];`;

let archive: Awaited<ReturnType<typeof packExtension>>;
let runner: ExtensionRunner;
let installed: InstalledExtension;
let clock: VirtualClock;
let sent: HttpClientRequest[];
/** What a request is answered with. */
let answer: HttpClient;

beforeAll(async () => {
  archive = await packExtension(RESOLVING_EXTENSION);
});
beforeEach(() => begin());
afterEach(() => runner.close());
afterAll(() => archive.remove());

async function begin(options: Partial<SandboxOptions> = {}): Promise<void> {
  clock = new VirtualClock();
  sent = [];
  answer = async () => ok('');
  const http: HttpClient = (request) => {
    sent.push(request);
    return answer(request);
  };
  runner = new ExtensionRunner({ ...DEFAULT_OPTIONS, ...options }, inProcessHosts(http), new LogBook(clock), clock);
  installed = await runner.upload(archive.file);
}

async function beginAnew(options: Partial<SandboxOptions>): Promise<void> {
  await runner.close();
  await begin(options);
}

function ok(data: unknown): HttpClientResponse {
  return { status: 200, statusText: 'OK', headers: { 'x-served-by': 'test' }, data };
}

async function shown(run: string, config: Record<string, unknown> = {}): Promise<unknown> {
  const [option] = await runner.resolveOptions(optionsFrom(`${SHOWN} ${run}`, config));
  return JSON.parse(option?.label ?? '');
}

it('the editor learns which field has a resolver, and what it depends on', () => {
  expect(installed.editor.nodes[0]?.['fields']).toEqual([
    { key: 'list', type: 'select', label: 'List', params: { options: [] }, optionsResolver: { dependencies: ['run', 'connection'] } },
    { key: 'plain', type: 'select', label: 'Plain', params: { options: [] } },
  ]);
});

it('gives what the resolver offers, and nothing else of it', async () => {
  const options = await runner.resolveOptions(optionsFrom(`return [{ label: 'One', value: '1', hidden: true }, { label: '', value: '' }];`));
  expect(options).toEqual([
    { label: 'One', value: '1' },
    { label: '', value: '' },
  ]);
  expect(await runner.resolveOptions(optionsFrom('return [];'))).toEqual([]);
});

it('gives it the fields that it depends on, as its own objects', async () => {
  const connection = { key: 'k' };
  const seen = await shown(`config.connection.changed = Object.keys(config).sort(); return show([config.connection, Object.keys(api)]);`, { connection, other: 1 });
  expect(seen).toEqual([{ key: 'k', changed: ['connection', 'run'] }, ['httpRequest']]);
  expect(connection).toEqual({ key: 'k' });
});

describe('api.httpRequest', () => {
  it('sends what Functions send, and gives the whole answer', async () => {
    answer = async () => ok({ token: [1] });
    const seen = await shown(`return show(await api.httpRequest({ method: 'POST', url: 'https://a.test', headers: { a: 'b' }, data: 'c=d', maxRedirects: 0 }));`);
    expect(seen).toEqual({ status: 200, statusText: 'OK', headers: { 'x-served-by': 'test' }, data: { token: [1] } });
    expect(sent).toEqual([{ method: 'POST', url: 'https://a.test', headers: { a: 'b' }, data: 'c=d' }]);
  });

  it('needs a URL', async () => {
    expect(await shown(`return show(await api.httpRequest().catch(({ message }) => message));`)).toMatch(/needs \{method, url/);
    expect(sent).toEqual([]);
  });

  const STATUS = `return show(await api.httpRequest({ url: 'https://a.test' }).then(({ status }) => status, ({ response }) => [response.status]));`;
  it.each([
    [false, 401],
    [true, [401]],
  ])('plays an installation on which an error status throws: %s', async (httpErrorStatusThrows, expected) => {
    await beginAnew({ httpErrorStatusThrows });
    answer = async () => ({ ...ok(''), status: 401 });
    expect(await shown(STATUS)).toEqual(expected);
  });

  it('rejects with an error of the resolver\'s own world when there is no answer', async () => {
    answer = (request) => Promise.reject(new HttpClientError('refused', request, 'ECONNREFUSED'));
    const seen = await shown(`return show(await api.httpRequest({ url: 'https://a.test' }).catch((error) => [error instanceof Error, error.message, error.code]));`);
    expect(seen).toEqual([true, 'refused', 'ECONNREFUSED']);
  });

  it('refuses the sixth request, and counts anew the next time', async () => {
    const six = `const all = [1, 2, 3, 4, 5, 6].map((n) => api.httpRequest({ url: 'https://a.test/' + n }));
      return show((await Promise.allSettled(all)).map(({ status, reason }) => reason?.message ?? status));`;
    const expected = [...Array<string>(5).fill('fulfilled'), 'an options resolver may send 5 HTTP requests'];
    expect(await shown(six)).toEqual(expected);
    expect(sent).toHaveLength(5);
    expect(await shown(six)).toEqual(expected);
  });

  const LENGTH = `return show(await api.httpRequest({ url: 'https://a.test' }).then(({ data }) => JSON.stringify(data).length, ({ message }) => message));`;
  it.each([
    ['a text of 1 MB', 'x'.repeat(MEGABYTE), MEGABYTE + 2],
    ['a text of more', 'x'.repeat(MEGABYTE + 1), 'an HTTP answer to an options resolver may have 1048576 bytes'],
    ['a text of more bytes than characters', 'ü'.repeat(MEGABYTE / 2 + 1), 'an HTTP answer to an options resolver may have 1048576 bytes'],
    ['JSON of 1 MB', ['x'.repeat(MEGABYTE - 4)], MEGABYTE],
    ['JSON of more', ['x'.repeat(MEGABYTE - 3)], 'an HTTP answer to an options resolver may have 1048576 bytes'],
    ['nothing', undefined, 'no data'],
  ])('is answered with %s', async (_what, data, expected) => {
    answer = async () => ok(data);
    expect(await shown(LENGTH.replace('JSON.stringify(data).length', "JSON.stringify(data)?.length ?? 'no data'"))).toBe(expected);
  });
});

describe('the time limit', () => {
  it.each([
    [251, [{ label: 'done', value: '' }]],
    [249, 'the options of list can\'t be resolved: the resolver took longer than 249 ms'],
  ])('of %i ms for a resolver of 250', async (resolverTimeoutMs, expected) => {
    await beginAnew({ resolverTimeoutMs });
    answer = () => new Promise((resolve) => void clock.setTimeout(() => resolve(ok('')), 250));
    const resolving = runner.resolveOptions(optionsFrom(`await api.httpRequest({ url: 'https://a.test' }); return [{ label: 'done', value: '' }];`));
    const outcome = await inVirtualTime(clock, resolving.catch((error: unknown) => (error as ApiError).detail));
    expect(outcome).toEqual(expected);
  });

  it('is 5 seconds', async () => {
    answer = () => new Promise(() => undefined);
    const startedAt = clock.now();
    const resolving = runner.resolveOptions(optionsFrom(`return await api.httpRequest({ url: 'https://a.test' });`));
    await inVirtualTime(clock, resolving.catch(() => undefined));
    expect(clock.now() - startedAt).toBe(5000);
  });
});

describe('what goes wrong', () => {
  it.each([
    ['throws', `throw new Error('out of order');`, 'out of order'],
    ['gives nothing', '', 'the resolver gave no list of {label, value}'],
    ['gives an object', `return { label: 'a', value: 'b' };`, 'the resolver gave no list of {label, value}'],
    ['gives texts', `return ['a'];`, 'the resolver gave no {label, value} of texts in place 0 of its list'],
    ['gives an option without a value', `return [{ label: 'a', value: 'b' }, { label: 'a' }];`, 'the resolver gave no {label, value} of texts in place 1 of its list'],
    ['gives a number', `return [{ label: 'a', value: 1 }];`, 'the resolver gave no {label, value} of texts in place 0 of its list'],
    ['gives a hole', `return [null];`, 'the resolver gave no {label, value} of texts in place 0 of its list'],
  ])('a resolver that %s', async (_what, run, reason) => {
    await expect(runner.resolveOptions(optionsFrom(run))).rejects.toMatchObject({
      status: 422,
      detail: `the options of list can't be resolved: ${reason}`,
    });
  });

  it.each([
    [{ type: 'nowhere' }, 'no extension has a node nowhere'],
    [{ field: 'nothing' }, 'the node ask has no field nothing with a resolver'],
    [{ field: 'plain' }, 'the node ask has no field plain with a resolver'],
  ])('there is no resolver for %j', async (wrong, detail) => {
    await expect(runner.resolveOptions({ ...optionsFrom('return [];'), ...wrong })).rejects.toMatchObject({ status: 404, detail });
  });
});

it('waits for a free process as an execution does, and is timed without it', async () => {
  await beginAnew({ maxConcurrentExecutions: 1, resolverTimeoutMs: 400 });
  const startedAt = clock.now();
  const sentAfter: number[] = [];
  answer = () => {
    sentAfter.push(clock.now() - startedAt);
    return new Promise((resolve) => void clock.setTimeout(() => resolve(ok('')), 250));
  };
  const asking = optionsFrom(`await api.httpRequest({ url: 'https://a.test' }); return [];`);
  await inVirtualTime(clock, Promise.all([1, 2, 3].map(() => runner.resolveOptions(asking))));
  expect(sentAfter).toEqual([0, 250, 500]);
});
