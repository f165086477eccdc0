import { VirtualClock } from '../../../tools/sandbox';
import { until } from '../../support/until';
import { closeAll, connect, raw, refusalOf, start } from './support';

afterEach(closeAll);

const BODY = { method: 'POST', body: JSON.stringify({ name: 'f' }) };

describe('faults', () => {
  it.each([401, 403, 404, 409, 429, 500, 503])('answer with %i, in the shape of the platform', async (status) => {
    const { sandbox, client, projectId } = await start();
    sandbox.management.setFault({ path: '/functions', status, detail: 'on demand' });
    const response = await raw(sandbox, '/functions', { method: 'POST', body: JSON.stringify({ projectId, name: 'f' }) });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ status, detail: 'on demand', code: expect.any(Number) as number });
    expect((await client.indexFunctions({ projectId })).total).toBe(0);
  });

  it('say when to come back', async () => {
    const { sandbox } = await start();
    sandbox.management.setFault({ path: /^\/functions/, status: 429, retryAfter: 7 });
    const response = await raw(sandbox, '/functions', BODY);
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '7']);
    expect((await raw(sandbox, '/functions', BODY)).status).toBe(400);
  });

  it('drop the connection before or after the change', async () => {
    const { sandbox, client, projectId } = await start();
    const { management } = sandbox;
    const total = async (): Promise<number> => (await client.indexFunctions({ projectId })).total;
    management.setFault({ method: 'POST', path: '/functions', dropConnection: true });
    expect(await refusalOf(client.createFunction({ projectId, name: 'f' }))).toMatchObject({ code: 666 });
    expect(await total()).toBe(0);
    management.setFault({ method: 'POST', path: '/functions', dropConnection: true, when: 'after' });
    expect(await refusalOf(client.createFunction({ projectId, name: 'f' }))).toMatchObject({ code: 666 });
    expect(await total()).toBe(1);
    management.setFault({ method: 'POST', path: '/functions', status: 502, when: 'after' });
    expect(await refusalOf(client.createFunction({ projectId, name: 'f' }))).toMatchObject({ code: 502 });
    expect(await total()).toBe(2);
    expect(management.calls.map(({ method, status }) => [method, status])).toEqual([
      ['POST', undefined],
      ['GET', 200],
      ['POST', undefined],
      ['GET', 200],
      ['POST', 502],
      ['GET', 200],
    ]);
  });

  it('make the vendor\'s client create things twice when it may repeat a call', async () => {
    const { sandbox, client, projectId } = await start();
    sandbox.management.setFault({ method: 'POST', path: '/functions', dropConnection: true, when: 'after' });
    await connect(sandbox, sandbox.apiKey, 1).createFunction({ projectId, name: 'twice' }, { retryDelay: () => 0 });
    expect((await client.indexFunctions({ projectId })).total).toBe(2);
  });

  it('hit the nth call and as many as they are told to', async () => {
    const { sandbox } = await start();
    sandbox.management.setFault({ path: '/functions/*/trigger', nth: 2, times: 2, status: 500 });
    const id = sandbox.createFunction({ name: 'f', code: 'export default () => undefined;' });
    const statuses: number[] = [];
    for (let i = 0; i < 5; i++) {
      statuses.push((await raw(sandbox, `/functions/${id}/trigger`, { method: 'POST' })).status);
      expect((await raw(sandbox, `/functions/${id}`)).status).toBe(200);
    }
    expect(statuses).toEqual([201, 500, 500, 201, 201]);
  });

  it('can be late', async () => {
    const clock = new VirtualClock();
    const { sandbox } = await start({ clock });
    sandbox.management.setFault({ path: '/functions', delayMs: 50 });
    const answered = jest.fn();
    const late = raw(sandbox, '/functions').finally(answered);
    await until('the call waits', () => clock.pending === 1);
    await clock.advanceBy(49);
    // One that is not late is answered meanwhile.
    expect((await raw(sandbox, '/functions')).status).toBe(200);
    expect(answered).not.toHaveBeenCalled();
    await clock.advanceBy(1);
    expect((await late).status).toBe(200);
  });

  it('can be silent', async () => {
    const { sandbox } = await start();
    sandbox.management.setFault({ path: '/functions', hang: true });
    const answered = jest.fn();
    const controller = new AbortController();
    const silent = raw(sandbox, '/functions', { signal: controller.signal }).then(answered);
    await until('the call has come', () => sandbox.management.calls.length === 1);
    expect((await raw(sandbox, '/functions')).status).toBe(200);
    expect(answered).not.toHaveBeenCalled();
    controller.abort();
    await expect(silent).rejects.toThrow(/abort/);
  });

  it('can be taken away', async () => {
    const { sandbox } = await start();
    const { management } = sandbox;
    const remove = management.setFault({ path: '/functions', status: 500 });
    remove();
    management.setFault({ path: '/functions', status: 500 });
    management.clearFaults();
    expect((await raw(sandbox, '/functions')).status).toBe(200);
  });
});

describe('hooks and log', () => {
  it('stop each call before and after its change', async () => {
    const { sandbox, client, projectId } = await start();
    const { management } = sandbox;
    const seen: string[] = [];
    const note = (when: string) => ({ number, method, path, status }: (typeof management.calls)[number]) => {
      seen.push(`${when} ${number} ${method} ${path} ${String(status)}, ${sandbox.stats().functions.instances} instances`);
    };
    management.beforeChange = note('before');
    management.afterChange = note('after');
    const functionId = sandbox.createFunction({ name: 'f', code: 'export default () => undefined;' });
    await client.triggerFunction({ functionId, parameters: { parameters: {} } });
    await refusalOf(client.readFlow({ flowId: 'abcdefabcdefabcdefabcdef' }));
    expect(seen).toEqual([
      `before 1 POST /functions/${functionId}/trigger undefined, 0 instances`,
      `after 1 POST /functions/${functionId}/trigger undefined, 1 instances`,
      'before 2 GET /flows/abcdefabcdefabcdefabcdef undefined, 1 instances',
      'after 2 GET /flows/abcdefabcdefabcdefabcdef undefined, 1 instances',
    ]);
    expect(management.calls.map(({ status }) => status)).toEqual([201, 404]);
    management.calls.length = 0;
    await client.readProject({ projectId });
    expect(management.calls).toMatchObject([{ number: 1, path: `/projects/${projectId}` }]);
  });

  it('let a client end between the change and its answer', async () => {
    const { sandbox, client, projectId } = await start();
    const { management } = sandbox;
    const controller = new AbortController();
    let goOn = (): void => undefined;
    management.afterChange = () => {
      controller.abort();
      return new Promise((resolve) => (goOn = resolve));
    };
    const body = JSON.stringify({ projectId, name: 'orphan' });
    const call = raw(sandbox, '/functions', { method: 'POST', body, signal: controller.signal });
    await expect(call).rejects.toThrow(/abort/);
    goOn();
    management.afterChange = undefined;
    expect((await client.indexFunctions({ projectId })).items).toMatchObject([{ name: 'orphan' }]);
    expect(management.calls.map(({ method }) => method)).toEqual(['POST', 'GET']);
  });

  it('keep nothing of keys, queries and bodies', async () => {
    const { sandbox, projectId } = await start({ apiKey: 'canary-key' });
    const body = JSON.stringify({ projectId, name: 'f', code: 'canary-code (' });
    await raw(sandbox, '/functions?filter=canary-query', { method: 'POST', body });
    expect(sandbox.management.calls).toHaveLength(1);
    expect(JSON.stringify(sandbox.management.calls) + sandbox.logs.text()).not.toContain('canary');
  });
});
