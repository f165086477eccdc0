import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import axios, { type AxiosRequestConfig } from 'axios';
import { startSandbox, VirtualClock, type FlowNode, type HttpClient, type Sandbox, type StartSandboxOptions } from '../../tools/sandbox';
import { sleepOn } from '../support/virtual-time';
import { until } from '../support/until';
import { packExtension } from './support/extension-archive';
import { startInProcess } from './support/in-process-host';

const HOUR_MS = 3_600_000;
const http = axios.create({ validateStatus: () => true, proxy: false });
const open: Sandbox[] = [];

async function start(options: StartSandboxOptions = {}): Promise<Sandbox> {
  const fast = { functionStartupDelayMs: 0, sessionStorageWriteDelayMs: 0, transformerTimeoutMs: HOUR_MS };
  const sandbox = await startSandbox({ startExtensionHost: startInProcess, ...fast, ...options });
  open.push(sandbox);
  return sandbox;
}

afterEach(async () => {
  await Promise.all(open.splice(0).map((sandbox) => sandbox.close()));
});

const ECHO: FlowNode[] = [{ id: 'say', type: 'say', config: { text: 'You said {{input.text}}', data: { n: '{{input.data.n}}' } } }];
const MESSAGE = { userId: 'u', sessionId: 's', text: 'hi', data: { n: 7 } };

describe('REST Endpoint', () => {
  it('answers a chat message as the platform does and counts the conversation', async () => {
    const sandbox = await start();
    const { url, urlToken } = sandbox.createEndpoint({ type: 'rest', name: 'chat', flow: ECHO });
    const { status, data } = await http.post<unknown>(url, MESSAGE);
    expect(status).toBe(200);
    expect(data).toEqual({
      text: 'You said hi',
      data: { n: 7 },
      outputStack: [{ text: 'You said hi', data: { n: 7 }, source: 'bot' }],
      userId: 'u',
      sessionId: 's',
    });
    await http.post(url, MESSAGE);
    expect(sandbox.stats()).toMatchObject({ conversations: 1, flowRuns: 2, endpointRequests: { [urlToken]: 2 } });
  });

  it('refuses a message without ids, with broken JSON, or at a wrong address', async () => {
    const sandbox = await start();
    const { url, urlToken } = sandbox.createEndpoint({ type: 'rest', name: 'chat', flow: ECHO });
    expect((await http.post(url, { text: 'hi' })).status).toBe(400);
    const broken = { headers: { 'content-type': 'application/json' } };
    expect(await http.post(url, '{', broken)).toMatchObject({ status: 400, data: { title: 'Bad Request' } });
    expect((await http.post(sandbox.endpointUrl('missing'), MESSAGE)).status).toBe(404);
    expect((await http.post(sandbox.injectUrl(urlToken), MESSAGE)).status).toBe(404);
    expect((await http.post(sandbox.notifyUrl(urlToken), MESSAGE)).status).toBe(404);
    expect(sandbox.stats().conversations).toBe(0);
  });

  it('runs no Flow and bills nothing when the transformer answers by itself', async () => {
    const sandbox = await start();
    const transformer = `createRestTransformer({ handleInput: async ({ request, response, endpoint }) => {
      if (!request.body.store) return undefined;
      response.status(401).set('x-a', 'b').json({ error: 'no', token: endpoint.URLToken });
      return null;
    } });`;
    const { url, urlToken } = sandbox.createEndpoint({ type: 'rest', name: 'store', transformer, flow: ECHO });
    const refused = await http.post<unknown>(url, { store: true });
    expect([refused.status, refused.data, refused.headers['x-a']]).toEqual([401, { error: 'no', token: urlToken }, 'b']);
    expect(sandbox.stats()).toMatchObject({ conversations: 0, flowRuns: 0 });
    expect((await http.post<{ text: string }>(url, MESSAGE)).data.text).toBe('You said hi');
    expect(sandbox.stats()).toMatchObject({ conversations: 1, flowRuns: 1 });
  });

  it('passes outputs through handleOutput and handleExecutionFinished', async () => {
    const sandbox = await start();
    const transformer = `createRestTransformer({
      handleOutput: async ({ output, userId }) => (output.text === 'drop' ? null : { ...output, text: output.text + ' to ' + userId }),
      handleExecutionFinished: async ({ processedOutput, outputs }) => ({ ...processedOutput, seen: outputs.length }),
    });`;
    const flow: FlowNode[] = [...ECHO, { id: 'drop', type: 'say', config: { text: 'drop' } }];
    const { url } = sandbox.createEndpoint({ type: 'rest', name: 'out', transformer, flow });
    expect((await http.post<unknown>(url, MESSAGE)).data).toMatchObject({ text: 'You said hi to u', seen: 2 });
  });

  it('answers 500 for a transformer that fails, and 400 on saving one', async () => {
    const clock = new VirtualClock();
    const sandbox = await start({ clock });
    const flow: FlowNode[] = [];
    const create = (body: string): string => {
      const transformer = `createRestTransformer({ handleInput: async ({ response }) => { ${body} } });`;
      return sandbox.createEndpoint({ type: 'rest', name: 'bad', transformer, flow }).url;
    };
    const refusal = { status: 500, data: { status: 500 } };
    for (const body of [`throw new Error('x');`, `return { userId: 1 };`, `return null;`]) {
      expect(await http.post(create(body), MESSAGE)).toMatchObject(refusal);
    }
    const slow = http.post(create(`await new Promise(() => undefined);`), MESSAGE);
    await until('the handler runs', () => clock.pending === 1);
    await clock.advanceBy(HOUR_MS);
    expect(await slow).toMatchObject(refusal);
    const { urlToken } = sandbox.createEndpoint({ type: 'rest', name: 'plain', flow });
    expect(() => sandbox.updateTransformer(urlToken, 'createSocketTransformer({})')).toThrow(/createRestTransformer/);
  });

  it('does not let a transformer call an Endpoint', async () => {
    const sandbox = await start();
    const target = sandbox.createEndpoint({ type: 'rest', name: 'target', flow: ECHO });
    const transformer = `createRestTransformer({ handleInput: async ({ request, response }) => {
      try { await httpRequest({ uri: request.body.uri, method: 'POST', body: {} }); }
      catch (error) { response.json({ message: error.message }); return null; }
    } });`;
    const { url } = sandbox.createEndpoint({ type: 'rest', name: 'caller', transformer, flow: [] });
    for (const uri of [target.url, target.url.replace('127.0.0.1', 'localhost')]) {
      expect((await http.post<unknown>(url, { uri })).data).toEqual({ message: 'a transformer may not call an Endpoint' });
    }
    expect(sandbox.stats().endpointRequests[target.urlToken]).toBe(0);
  });

  it('keeps session storage between requests, in its own Endpoint only', async () => {
    const sandbox = await start();
    const transformer = `createRestTransformer({ handleInput: async ({ request, response }) => {
      const storage = await getSessionStorage('fixed', 'fixed');
      const before = storage.value ?? null;
      storage.value = request.body.value;
      response.json({ before });
      return null;
    } });`;
    const definition = { type: 'rest' as const, name: 'store', transformer, flow: [] };
    const [one, two] = [sandbox.createEndpoint(definition), sandbox.createEndpoint(definition)];
    const send = async (url: string, value: number): Promise<unknown> => {
      const { data } = await http.post<{ before: unknown }>(url, { value });
      await until('the write has landed', () => sandbox.sessionStorage.pendingWrites === 0);
      return data.before;
    };
    expect([await send(one.url, 1), await send(one.url, 2), await send(two.url, 3)]).toEqual([null, 1, null]);
    expect(Object.keys(sandbox.sessionStorage.dump())).toHaveLength(2);
  });

  it('can be slow', async () => {
    const clock = new VirtualClock();
    const sandbox = await start({ clock });
    const { url, urlToken } = sandbox.createEndpoint({ type: 'rest', name: 'chat', flow: ECHO });
    sandbox.setFault(urlToken, { delayMs: 120 });
    const answered = jest.fn();
    const slow = http.post(url, MESSAGE).finally(answered);
    await until('the message waits', () => clock.pending === 1);
    await clock.advanceBy(119);
    sandbox.clearFault(urlToken);
    // One that is not slow is answered meanwhile.
    expect((await http.post(url, MESSAGE)).status).toBe(200);
    expect(answered).not.toHaveBeenCalled();
    await clock.advanceBy(1);
    expect((await slow).status).toBe(200);
  });

  it('can be silent, broken or closed', async () => {
    const sandbox = await start();
    const { url, urlToken } = sandbox.createEndpoint({ type: 'rest', name: 'chat', flow: ECHO });
    const send = (config: AxiosRequestConfig = {}): Promise<{ status: number }> => http.post(url, MESSAGE, config);
    sandbox.setFault(urlToken, { status: 502 });
    expect((await send()).status).toBe(502);
    sandbox.setFault(urlToken, { dropConnection: true });
    await expect(send()).rejects.toThrow(/hang up|ECONNRESET/);
    sandbox.setFault(urlToken, { hang: true });
    const answered = jest.fn();
    const controller = new AbortController();
    const silent = send({ signal: controller.signal }).then(answered);
    await until('the message has come', () => sandbox.stats().endpointRequests[urlToken] === 3);
    sandbox.clearFault(urlToken);
    expect((await send()).status).toBe(200);
    expect(answered).not.toHaveBeenCalled();
    controller.abort();
    await expect(silent).rejects.toThrow(/cancel/);
  });
});

describe('webhook and socket Endpoints', () => {
  it('acknowledges a webhook message and sends outputs on', async () => {
    const sandbox = await start();
    const transformer = `createWebhookTransformer({
      handleInput: async ({ request }) => ({ userId: request.body.from, sessionId: 'w', text: request.body.message }),
      handleOutput: async ({ output }) => ({ reply: output.text }),
    });`;
    const { url, urlToken } = sandbox.createEndpoint({ type: 'webhook', name: 'w', transformer, flow: ECHO });
    expect((await http.post(url, { from: 'u', message: 'hello' })).status).toBe(202);
    await until('the output is sent', () => sandbox.sentOutputs(urlToken).length > 0);
    expect(sandbox.sentOutputs(urlToken)).toEqual([
      { userId: 'u', sessionId: 'w', kind: 'output', output: { reply: 'You said hello' } },
    ]);
  });

  it('takes inject and notify through their handlers', async () => {
    const sandbox = await start();
    const transformer = `createSocketTransformer({
      handleInput: async ({ payload }) => ({ text: payload.text + '!' }),
      handleInject: async ({ request, response }) => {
        if (request.body.store === undefined) return undefined;
        response.status(200).json({ stored: true });
        return null;
      },
      handleNotify: async () => ({ text: 'changed' }),
    });`;
    const { urlToken } = sandbox.createEndpoint({ type: 'socket', name: 's', transformer, flow: ECHO });
    expect(await sandbox.sendSocketMessage(urlToken, MESSAGE)).toEqual([{ text: 'You said hi!', data: { n: 7 } }]);
    expect((await http.post<unknown>(sandbox.injectUrl(urlToken), { store: 1 })).data).toEqual({ stored: true });
    expect((await http.post(sandbox.injectUrl(urlToken), MESSAGE)).status).toBe(200);
    expect((await http.post(sandbox.notifyUrl(urlToken), MESSAGE)).status).toBe(200);
    await until('the outputs are sent', () => sandbox.sentOutputs(urlToken).length >= 3);
    expect(sandbox.sentOutputs(urlToken).map(({ kind, output }) => [kind, (output as { text: string }).text])).toEqual([
      ['output', 'You said hi!'],
      ['output', 'You said hi'],
      ['notify', 'changed'],
    ]);
    expect(sandbox.stats().flowRuns).toBe(2);
    expect((await http.post(sandbox.endpointUrl(urlToken), MESSAGE)).status).toBe(404);
  });
});

describe('Flow', () => {
  const MODULE = `exports.default = { connections: [], nodes: [
    { type: 'pick', function: async ({ cognigy: { api }, config, childConfigs }) => {
      api.addToContext('seen', { secret: config.connection.secret, text: config.text }, 'simple');
      api.setNextNode(childConfigs.find(({ type }) => type === config.branch).id);
    } },
    { type: 'pickA', parentType: 'pick' }, { type: 'pickB', parentType: 'pick' },
    { type: 'fail', function: async () => { throw new Error('broken'); } },
  ] };`;

  it('runs nodes in order, follows a branch and goes on after the parent', async () => {
    const archive = await packExtension(MODULE);
    const requested: unknown[] = [];
    const executions: string[] = [];
    const sandbox = await start({
      http: async (request) => {
        requested.push(request);
        return { status: 200, statusText: 'OK', headers: {}, data: { ok: 1 } };
      },
      onEvent: (event) => event.kind === 'execution' && executions.push(event.type),
    });
    await sandbox.uploadExtension(archive.file);
    await archive.remove();
    const connectionId = sandbox.createConnection({ type: 'c', fields: { secret: 'k' } });
    const say = (id: string, text: string): FlowNode => ({ id, type: 'say', config: { text } });
    const flow: FlowNode[] = [
      { id: 'code', type: 'code', config: { code: ({ context }) => void (context.name = 'Ada') } },
      {
        id: 'pick',
        type: 'pick',
        extension: true,
        config: { connection: { connectionId }, branch: 'pickB', text: 'for {{context.name}}' },
        children: { pickA: [say('a', 'A')], pickB: [say('b', 'B')] },
      },
      {
        id: 'http',
        type: 'httpRequest',
        config: { method: 'GET', url: 'http://x.test/{{context.name}}', headers: { a: '{{context.seen.secret}}' }, contextKey: 'answer' },
      },
      { id: 'fail', type: 'fail', extension: true, config: {} },
      say('end', '{{context.answer.status}} {{context.answer.body}} {{input.extensionError.message}} {{context.none}}'),
    ];
    const { url } = sandbox.createEndpoint({ type: 'rest', name: 'flow', flow });
    const { data } = await http.post<{ outputStack: Array<{ text: string }> }>(url, MESSAGE);
    expect(data.outputStack.map(({ text }) => text)).toEqual(['B', '200 {"ok":1} broken ']);
    expect(requested).toEqual([expect.objectContaining({ url: 'http://x.test/Ada', headers: { a: 'k' } })]);
    expect(sandbox.conversations[0]?.context).toMatchObject({ seen: { secret: 'k', text: 'for Ada' } });
    expect(executions).toEqual(['pick', 'fail']);
    const alone = await sandbox.runNode({ type: 'pick', config: { connection: { secret: 'own' }, branch: 'x' }, childConfigs: [{ id: '1', type: 'x', config: {} }] });
    expect(alone).toMatchObject({ context: { seen: { secret: 'own' } }, nextNodeId: '1' });
    expect(sandbox.logs.text()).toContain('broken');
  });

  it('goes on in one of two branches', async () => {
    const sandbox = await start();
    const say = (id: string, text: string): FlowNode => ({ id, type: 'say', config: { text } });
    const decide = (id: string, left: unknown, children: { then?: FlowNode[]; else?: FlowNode[] }): FlowNode => {
      return { id, type: 'ifThenElse', config: { left, right: 7 }, children };
    };
    const flow = [
      decide('same', '{{input.data.n}}', { then: [say('a', 'the same')], else: [say('b', 'other')] }),
      // A text is no number.
      decide('other', '7', { then: [say('c', 'the same')], else: [say('d', 'other')] }),
      decide('nothing to do', 8, { then: [say('e', 'the same')] }),
    ];
    const { url } = sandbox.createEndpoint({ type: 'rest', name: 'flow', flow });
    expect((await http.post<{ text: string }>(url, MESSAGE)).data.text).toBe('the same other');
  });

  it('tells the editor of all uploaded extensions, without their functions', async () => {
    const sandbox = await start();
    expect(sandbox.editor).toEqual({ nodes: [], connections: [] });
    const archive = await packExtension(MODULE);
    await sandbox.uploadExtension(archive.file);
    await sandbox.uploadExtension(archive.file);
    await archive.remove();
    expect(sandbox.editor.nodes.map(({ type }) => type)).toEqual(['pick', 'pickA', 'pickB', 'fail']);
    expect(sandbox.editor.nodes.filter((node) => typeof node['function'] === 'function')).toEqual([]);
  });

  it('refuses connections that the platform would not save', async () => {
    const sandbox = await start();
    const create = (fields: Record<string, string>) => () => sandbox.createConnection({ type: 'c', fields });
    expect(create({ a: '' })).toThrow(/1 to 10000/);
    expect(create({ a: 'x'.repeat(10_001) })).toThrow(/1 to 10000/);
    expect(create(Object.fromEntries(Array.from({ length: 11 }, (_, i) => [`f${i}`, 'x'])))).toThrow(/10 fields/);
    expect(create({ a: 'x'.repeat(10_000) })).not.toThrow();
  });
});

describe('management API', () => {
  const path = '/new/v2.0/functions';

  it('triggers, lists, reads and stops instances with an API key only', async () => {
    const sandbox = await start({ apiKey: 'key' });
    const id = sandbox.createFunction({ name: 'f', code: 'export default () => new Promise(() => setTimeout(() => undefined, 1e6));' });
    const base = `${sandbox.apiUrl}${path}/${id}`;
    const headers = { 'X-API-Key': 'key' };
    for (const wrong of [{}, { 'X-API-Key': 'kez' }, { 'X-API-Key': 'longer key' }]) {
      expect(await http.post(`${base}/trigger`, {}, { headers: wrong })).toMatchObject({ status: 401, data: { status: 401 } });
    }
    const { data } = await http.post<{ functionInstanceId: string }>(`${base}/trigger`, { parameters: { a: 1 } }, { headers });
    await until('the instance runs', () => sandbox.functionInstances()[0]?.status === 'active');
    const one = `${base}/instances/${data.functionInstanceId}`;
    expect((await http.get<unknown>(`${base}/instances`, { headers })).data).toMatchObject({
      total: 1,
      items: [{ _id: data.functionInstanceId, status: 'active', parameters: { a: 1 } }],
    });
    expect((await http.get<unknown>(one, { headers })).data).toMatchObject({ status: 'active', functionId: id });
    expect((await http.post(`${one}/stop`, undefined, { headers })).status).toBe(200);
    expect((await http.get<unknown>(one, { headers })).data).toMatchObject({ status: 'error', error: 'stopped' });
    expect((await http.get(`${base}/instances/none`, { headers })).status).toBe(404);
    expect((await http.get(`${sandbox.apiUrl}/new/v2.0/other`, { headers })).status).toBe(404);
    const large = { parameters: { a: 'x'.repeat(128 * 1024) } };
    expect(await http.post(`${base}/trigger`, large, { headers })).toMatchObject({ status: 400 });
  });

  it('lets a Function trigger its successor over HTTP, under virtual time', async () => {
    const clock = new VirtualClock();
    const sandbox = await start({ clock, functionStartupDelayMs: 1500 });
    const id = sandbox.createFunction({
      name: 'chain',
      code: `export default async ({ parameters, api }) => {
        await new Promise((resolve) => setTimeout(resolve, 800_000));
        if (parameters.hop >= 20) return;
        const { status, data } = await api.httpRequest({ method: 'POST', url: parameters.url,
          headers: { 'X-API-Key': 'sandbox-api-key' }, data: { parameters: { ...parameters, hop: parameters.hop + 1 } } });
        console.log(status, typeof data.functionInstanceId);
      };`,
    });
    sandbox.triggerFunction(id, { hop: 1, url: `${sandbox.apiUrl}${path}/${id}/trigger` });
    const startedAt = clock.now();
    await clock.runUntil(() => sandbox.stats().functions.instances === 20);
    await clock.advanceBy(900_000);
    expect(sandbox.functionInstances().map(({ status }) => status)).toEqual(Array(20).fill('done'));
    const last = sandbox.functionInstances().at(-1);
    expect((last?.finishedAt ?? 0) - startedAt).toBe(20 * 801_500);
    expect(sandbox.functionInstances()[0]?.log).toEqual(['log: 201 string']);
  });

  it('lets a request take the time of the clock where the test answers it', async () => {
    const clock = new VirtualClock();
    const http: HttpClient = async () => {
      await sleepOn(clock)(700);
      return { status: 200, statusText: 'OK', headers: {}, data: null };
    };
    const sandbox = await start({ clock, http });
    const code = `export default ({ api }) => api.httpRequest({ url: 'https://x.test/', method: 'GET' });`;
    sandbox.triggerFunction(sandbox.createFunction({ name: 'f', code }));
    const startedAt = clock.now();
    await clock.runUntil(() => sandbox.functionInstances()[0]?.status === 'done');
    expect(clock.now() - startedAt).toBe(700);
  });

  it.each([
    [false, 'log: answered 401'],
    [true, 'log: rejected 401 sandbox'],
  ])('plays httpErrorStatusThrows: %s', async (httpErrorStatusThrows, line) => {
    const sandbox = await start({ httpErrorStatusThrows });
    const id = sandbox.createFunction({
      name: 'f',
      code: `export default async ({ parameters, api }) => {
        try { console.log('answered', (await api.httpRequest({ method: 'GET', url: parameters.url, headers: { a: 'sandbox' } })).status); }
        catch (error) { console.log('rejected', error.response.status, error.config.headers.a); }
      };`,
    });
    sandbox.triggerFunction(id, { url: `${sandbox.apiUrl}${path}/${id}/instances` });
    await until('the instance has logged', () => sandbox.functionInstances()[0]?.log.length === 1);
    expect(sandbox.functionInstances()[0]?.log).toEqual([line]);
  });
});

describe('close', () => {
  it('ends what is under way and leaves nothing open', async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(silent.address() as AddressInfo).port}/`;
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    const sandbox = await start();
    const request = `await httpRequest({ uri: '${url}', method: 'GET' });`;
    const transformer = `createRestTransformer({ handleInput: async () => { ${request} } });`;
    const endpoint = sandbox.createEndpoint({ type: 'rest', name: 'slow', transformer, flow: [] });
    const code = `export default async ({ api }) => { await api.httpRequest({ url: '${url}', method: 'GET' }); };`;
    sandbox.triggerFunction(sandbox.createFunction({ name: 'slow', code }));
    const message = http.post(endpoint.url, MESSAGE).catch((error: unknown) => error);
    const connections = (): Promise<number> =>
      new Promise((resolve) => silent.getConnections((_error, count) => resolve(count)));
    await until('both requests are under way', async () => (await connections()) === 2);
    await sandbox.close();
    await message;
    await until('no connection is left', async () => (await connections()) === 0);
    // Those of earlier tests may end meanwhile. None of this sandbox ends by itself within an hour.
    await until('no timer is left', () => timers() <= before);
    await new Promise((resolve) => silent.close(resolve));
  });
});
