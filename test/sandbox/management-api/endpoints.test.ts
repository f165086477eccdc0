import { closeAll, raw, refusalOf, start, type Platform } from './support';

afterEach(closeAll);

const MESSAGE = { userId: 'u', sessionId: 's', text: 'hi', data: {} };
const ANSWERING = `createRestTransformer({ handleInput: async ({ response }) => { response.json({ version: 1 }); return null; } });`;
const THROWING = `createRestTransformer({ handleInput: async () => { throw new Error('broken'); } });`;

async function send({ sandbox }: Platform, urlToken: string): Promise<{ status: number; body: unknown }> {
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(MESSAGE) };
  const response = await fetch(sandbox.endpointUrl(urlToken), init);
  return { status: response.status, body: await response.json() };
}

async function createRest(platform: Platform): Promise<{ endpointId: string; urlToken: string }> {
  const { sandbox, client, projectId } = platform;
  const flow = await client.createFlow({ projectId, name: 'Bot' });
  sandbox.setFlow(flow._id, [{ id: 'say', type: 'say', config: { text: 'from the Flow' } }]);
  const { items } = await client.indexLocales({ projectId });
  const endpoint = await client.createEndpoint({
    projectId,
    channel: 'rest',
    name: 'Store',
    flowId: flow.referenceId,
    localeId: items[0]?.referenceId ?? '',
    entrypoint: projectId,
  });
  return { endpointId: endpoint._id, urlToken: endpoint.URLToken };
}

describe('Endpoints', () => {
  it('answer at their URL as soon as they are created', async () => {
    const platform = await start();
    const { endpointId, urlToken } = await createRest(platform);
    expect(urlToken).toMatch(/^[0-9a-f]{64}$/);
    expect(await send(platform, urlToken)).toMatchObject({ status: 200, body: { text: 'from the Flow' } });
    const read = await platform.client.readEndpoint({ endpointId });
    expect(read).toMatchObject({ URLToken: urlToken, channel: 'rest', transformer: { transformer: '', abortOnError: false } });
    const { items } = await platform.client.indexEndpoints({ projectId: platform.projectId });
    expect(items).toMatchObject([{ _id: endpointId, URLToken: urlToken, channel: 'rest', name: 'Store' }]);
    expect(items[0]).not.toHaveProperty('transformer');
    await platform.client.deleteEndpoint({ endpointId });
    expect((await send(platform, urlToken)).status).toBe(404);
  });

  it('take a transformer at once, but only the handlers that are switched on', async () => {
    const platform = await start();
    const { client } = platform;
    const { endpointId, urlToken } = await createRest(platform);
    const patch = (transformer: object): Promise<unknown> => client.updateEndpoint({ endpointId, transformer: transformer as never });
    await patch({ transformer: ANSWERING });
    expect(await send(platform, urlToken)).toMatchObject({ body: { text: 'from the Flow' } });
    await patch({ inputTransformerEnabled: true });
    expect(await send(platform, urlToken)).toEqual({ status: 200, body: { version: 1 } });
    const { transformer } = await client.readEndpoint({ endpointId });
    expect(transformer).toMatchObject({ transformer: ANSWERING, inputTransformerEnabled: true, outputTransformerEnabled: false });
    expect(transformer.transpiledTransformer).toContain('createRestTransformer');
    await patch({ transformer: ANSWERING.replace('version: 1', 'version: 2') });
    expect((await send(platform, urlToken)).body).toEqual({ version: 2 });
    await patch({ transformer: '' });
    expect(await send(platform, urlToken)).toMatchObject({ body: { text: 'from the Flow' } });
  });

  it('let a message pass a handler that throws, unless it is to abort', async () => {
    const platform = await start();
    const { endpointId, urlToken } = await createRest(platform);
    const patch = (transformer: object): Promise<unknown> =>
      platform.client.updateEndpoint({ endpointId, transformer: transformer as never });
    await patch({ transformer: THROWING, inputTransformerEnabled: true, abortOnError: false });
    expect(await send(platform, urlToken)).toMatchObject({ status: 200, body: { text: 'from the Flow' } });
    await patch({ abortOnError: true });
    expect((await send(platform, urlToken)).status).toBe(500);
  });

  it.each([
    ['source that is no source', { transformer: { transformer: 'createRestTransformer({' } }, /transpiled/],
    ['a transformer of another kind', { transformer: { transformer: 'createSocketTransformer({})' } }, /createRestTransformer/],
    ['a transformer that is too long', { transformer: { transformer: 'x'.repeat(100_001) } }, /100000 characters/],
    ['a switch that does not exist', { transformer: { enabled: true } }, /additional properties/],
    ['another channel', { channel: 'socket' }, /channel/],
    ['a Flow of no project', { flowId: '3f2504e0-4f89-41d3-9a0c-0305e82c3301' }, /flowId/],
    ['the _id of a Flow', { flowId: 'abcdefabcdefabcdefabcdef' }, /flowId/],
    ['its URL token', { URLToken: 'a'.repeat(64) }, /additional properties/],
  ])('are not changed to %s', async (_case, changes, message) => {
    const platform = await start();
    const { client } = platform;
    const { endpointId, urlToken } = await createRest(platform);
    await client.updateEndpoint({ endpointId, transformer: { transformer: ANSWERING, inputTransformerEnabled: true } as never });
    const before = await client.readEndpoint({ endpointId });
    const response = await raw(platform.sandbox, `/endpoints/${endpointId}`, { method: 'PATCH', body: JSON.stringify({ name: 'x', ...changes }) });
    const { detail } = (await response.json()) as { detail: string };
    expect([response.status, detail]).toEqual([400, expect.stringMatching(message)]);
    expect(await client.readEndpoint({ endpointId })).toEqual(before);
    expect((await send(platform, urlToken)).body).toEqual({ version: 1 });
  });

  it('are not made at all with a transformer that is refused', async () => {
    const { sandbox, client, projectId } = await start();
    const transformer = { transformer: 'createRestTransformer({', inputTransformerEnabled: true } as never;
    const created = client.createEndpoint({ projectId, channel: 'rest', name: 'e', flowId: '', transformer });
    expect(await refusalOf(created)).toMatchObject({ httpStatusCode: 400 });
    expect(await refusalOf(client.createEndpoint({ projectId, channel: 'telepathy' as never, name: 'e' }))).toMatchObject({ httpStatusCode: 400 });
    expect((await client.indexEndpoints({ projectId })).total).toBe(0);
    expect(sandbox.stats().endpointRequests).toEqual({});
  });

  it.each([
    ['generic', 'createWebhookTransformer'],
    ['webhook', 'createWebhookTransformer'],
    ['socket', 'createSocketTransformer'],
    ['webchat3', 'createSocketTransformer'],
  ] as const)('of the channel %s take a %s', async (channel, creator) => {
    const { client, projectId } = await start();
    const transformer = { transformer: `${creator}({})` } as never;
    const { _id } = await client.createEndpoint({ projectId, channel, name: 'e', flowId: '', transformer });
    expect(await client.readEndpoint({ endpointId: _id })).toMatchObject({ channel, transformer });
  });

  it('that a test made are found too, with everything switched on', async () => {
    const platform = await start();
    const { sandbox, client } = platform;
    const { endpointId, urlToken } = sandbox.createEndpoint({ type: 'rest', name: 'Mine', flow: [], transformer: ANSWERING });
    expect(await client.readEndpoint({ endpointId })).toMatchObject({
      URLToken: urlToken,
      transformer: { transformer: ANSWERING, inputTransformerEnabled: true, abortOnError: true },
    });
    sandbox.updateTransformer(urlToken, ANSWERING.replace('1', '3'));
    expect((await client.readEndpoint({ endpointId })).transformer.transformer).toContain('version: 3');
    await client.updateEndpoint({ endpointId, name: 'Renamed' });
    expect((await send(platform, urlToken)).body).toEqual({ version: 3 });
  });

  it('run nothing any more when their Flow is deleted', async () => {
    const platform = await start();
    const { urlToken } = await createRest(platform);
    const { items } = await platform.client.indexFlows({ projectId: platform.projectId });
    await platform.client.deleteFlow({ flowId: items[0]?._id ?? '' });
    expect(await send(platform, urlToken)).toMatchObject({ status: 200, body: { text: '' } });
  });
});
