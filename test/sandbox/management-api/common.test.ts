import { closeAll, connect, raw, refusalOf, start } from './support';

afterEach(closeAll);

const UNKNOWN_ID = 'abcdefabcdefabcdefabcdef';

describe('every request', () => {
  it('needs the API key', async () => {
    const { sandbox, projectId } = await start({ apiKey: 'canary-right-key' });
    const wrong = connect(sandbox, 'canary-wrong-key');
    expect(await refusalOf(wrong.readProject({ projectId }))).toMatchObject({ httpStatusCode: 401, code: 401 });
    expect((await raw(sandbox, '/functions', { headers: { 'X-API-Key': '' } })).status).toBe(401);
    expect(sandbox.management.calls.map(({ status }) => status)).toEqual([401, 401]);
  });

  it('is refused in the shape of the platform', async () => {
    const { sandbox } = await start();
    const response = await raw(sandbox, `/flows/${UNKNOWN_ID}?preferredLocaleId=x`);
    expect(response.status).toBe(404);
    expect(await response.json()).toEqual({
      type: 'about:blank',
      title: 'Not Found',
      detail: `there is no Flow ${UNKNOWN_ID}`,
      instance: `/new/v2.0/flows/${UNKNOWN_ID}`,
      status: 404,
      traceId: expect.stringMatching(/^sandbox-/) as string,
      code: 1002,
      details: {},
    });
    expect((await raw(sandbox, '/unknown')).status).toBe(404);
    expect((await raw(sandbox, '/functions', { method: 'POST', body: '{' })).status).toBe(400);
  });

  it('tells a project that does not exist from an id that is none', async () => {
    const { client, projectId } = await start();
    expect(await client.readProject({ projectId })).toMatchObject({ _id: projectId, name: 'Sandbox' });
    const missing = [
      client.readProject({ projectId: UNKNOWN_ID }),
      client.indexExtensions({ projectId: UNKNOWN_ID }),
      client.createFunction({ projectId: UNKNOWN_ID, name: 'f' }),
      client.createFlow({ projectId: UNKNOWN_ID, name: 'f' }),
      client.uploadExtension({ projectId: UNKNOWN_ID, file: Buffer.from('x') }),
    ];
    for (const call of missing) expect(await refusalOf(call)).toMatchObject({ httpStatusCode: 404, code: 1002 });
    expect(await refusalOf(client.readProject({ projectId: 'my-project' }))).toMatchObject({ httpStatusCode: 400 });
    expect(await refusalOf(client.indexFlows({ projectId: 'my-project' }))).toMatchObject({ httpStatusCode: 400 });
  });
});

describe('lists', () => {
  it('come in pages, by skip and by cursor', async () => {
    const { sandbox, client, projectId } = await start();
    for (let i = 0; i < 30; i++) sandbox.createFunction({ name: `f${i}`, code: 'export default () => undefined;' });
    const first = await client.indexFunctions({ projectId });
    expect([first.items.length, first.total, first.previousCursor]).toEqual([25, 30, null]);
    const second = await client.indexFunctions({ projectId, next: first.nextCursor });
    expect([second.items.map(({ name }) => name), second.nextCursor]).toEqual([['f25', 'f26', 'f27', 'f28', 'f29'], null]);
    const back = await client.indexFunctions({ projectId, previous: second.previousCursor });
    expect(back.items).toEqual(first.items);
    const skipped = await client.indexFunctions({ projectId, limit: 2, skip: 7 });
    expect(skipped.items.map(({ name }) => name)).toEqual(['f7', 'f8']);
    expect((await client.indexFunctions({ projectId, limit: 1000 })).items).toHaveLength(30);
    for (const query of ['limit=-1', 'skip=x', 'next=x', 'next=e30', 'colour=red']) {
      expect((await raw(sandbox, `/functions?${query}`)).status).toBe(400);
    }
  });

  it('never give more than 100 at once', async () => {
    const { sandbox, client, projectId } = await start();
    for (let i = 0; i < 101; i++) await client.createFlow({ projectId, name: `flow ${i}` });
    const { items, total } = await client.indexFlows({ projectId, limit: 1000 });
    expect([items.length, total]).toEqual([100, 101]);
    expect(sandbox.management.calls).toHaveLength(102);
  });

  it('are filtered, sorted, and of one project', async () => {
    const { sandbox, client, projectId } = await start();
    const other = sandbox.management.addProject('Other');
    for (const name of ['Beta', 'alpha', 'Access Token']) await client.createFlow({ projectId, name });
    await client.createFlow({ projectId: other, name: 'Alphabet' });
    const names = async (query: object): Promise<string[]> => (await client.indexFlows(query)).items.map(({ name }) => name);
    expect(await names({ projectId, filter: 'ALPHA' })).toEqual(['alpha']);
    expect(await names({ filter: 'alpha' })).toEqual(['alpha', 'Alphabet']);
    expect(await names({ projectId, sort: { name: 'desc' } })).toEqual(['Beta', 'alpha', 'Access Token']);
    expect(await names({ projectId, query: { name: 'Beta' } })).toEqual(['Beta']);
    expect(await names({ projectId: other })).toEqual(['Alphabet']);
  });

  it('has one primary locale for each project', async () => {
    const { client, projectId } = await start();
    const { items } = await client.indexLocales({ projectId });
    const project = await client.readProject({ projectId });
    expect(items).toMatchObject([{ _id: project.primaryLocaleReference, primary: true }]);
    expect(items[0]?.referenceId).toMatch(/^[0-9a-f-]{36}$/);
  });
});
