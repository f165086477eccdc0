import { packExtension } from '../support/extension-archive';
import { closeAll, raw, refusalOf, start, type Platform } from './support';

let archive: Awaited<ReturnType<typeof packExtension>>;

beforeAll(async () => {
  archive = await packExtension(`exports.default = {
    connections: [{ type: 'store', fields: [{ fieldName: 'url' }, { fieldName: 'secret' }, { fieldName: 'note', required: false }] }],
    nodes: [{ type: 'show', function: async ({ cognigy, config }) => cognigy.api.addToContext('seen', config.connection, 'simple') }],
  };`);
});
afterAll(() => archive.remove());
afterEach(closeAll);

const FIELDS = { url: 'https://store.test', secret: 'canary-secret' };

async function withConnection(options = {}): Promise<Platform & { connectionId: string; referenceId: string }> {
  const platform = await start(options);
  await platform.sandbox.uploadExtension(archive.file);
  const { projectId, client } = platform;
  const { _id, referenceId } = await client.createConnection({
    projectId,
    name: 'Access Token',
    type: 'store',
    extension: 'fixture',
    fields: FIELDS,
  });
  return { ...platform, connectionId: _id, referenceId };
}

describe('connections', () => {
  it('give nodes their fields and show them to nobody else', async () => {
    const { sandbox, client, connectionId, referenceId, projectId } = await withConnection();
    for (const id of [connectionId, referenceId]) {
      const { context } = await sandbox.runNode({ type: 'show', config: { connection: { connectionId: id } } });
      expect(context).toMatchObject({ seen: FIELDS });
    }
    const read = await client.readConnection({ connectionId });
    expect(read).toMatchObject({ name: 'Access Token', type: 'store', extension: 'fixture', fields: { url: '********', secret: '********' } });
    const list = await client.indexConnections({ projectId });
    expect(list.items).toMatchObject([{ _id: connectionId, name: 'Access Token', type: 'store', extension: 'fixture' }]);
    expect(JSON.stringify([read, list, sandbox.management.calls]) + sandbox.logs.text()).not.toContain('canary');
  });

  it('show them where the installation does', async () => {
    const { client, connectionId } = await withConnection({ connectionFieldsInAnswers: 'decrypted' });
    expect(await client.readConnection({ connectionId })).toMatchObject({ fields: FIELDS });
  });

  it('get all fields anew when they are changed, and can be deleted', async () => {
    const { sandbox, client, connectionId } = await withConnection();
    const fields = { ...FIELDS, note: 'new' };
    await client.updateConnection({ connectionId, fields });
    const run = { type: 'show', config: { connection: { connectionId } } };
    expect((await sandbox.runNode(run)).context).toEqual({ seen: fields });
    await client.updateConnection({ connectionId, fields: FIELDS });
    expect((await sandbox.runNode(run)).context).toEqual({ seen: FIELDS });
    await client.deleteConnection({ connectionId });
    expect(() => sandbox.runNode(run)).toThrow(/no connection/);
    expect(await refusalOf(client.readConnection({ connectionId }))).toMatchObject({ httpStatusCode: 404 });
  });

  it.each([
    ['an extension that is not installed', { extension: 'other' }, /no extension other/],
    ['a type that the extension does not have', { type: 'other' }, /type other/],
    ['a field missing', { fields: { url: 'https://store.test' } }, /needs the field secret/],
    ['a field too many', { fields: { ...FIELDS, canary: 'x' } }, /no field canary/],
    ['an empty field', { fields: { ...FIELDS, secret: '' } }, /fewer than 1 character/],
    ['a field of more than 10,000 characters', { fields: { ...FIELDS, secret: 'canary-secret'.repeat(800) } }, /10000 characters/],
    ['no fields', { fields: undefined }, /required property 'fields'/],
    ['no name', { name: undefined }, /required property 'name'/],
  ])('are refused with %s', async (_case, changes, message) => {
    const { sandbox, client, projectId, connectionId } = await withConnection();
    const body = { projectId, name: 'c', type: 'store', extension: 'fixture', fields: FIELDS, ...changes };
    const response = await raw(sandbox, '/connections', { method: 'POST', body: JSON.stringify(body) });
    const { detail } = (await response.json()) as { detail: string };
    expect([response.status, detail]).toEqual([400, expect.stringMatching(message)]);
    expect(detail).not.toContain('canary-secret');
    expect((await client.indexConnections({ projectId })).items.map(({ _id }) => _id)).toEqual([connectionId]);
  });

  it('change nothing but their fields', async () => {
    const { sandbox, client, connectionId } = await withConnection();
    const patch = (body: object): Promise<Response> =>
      raw(sandbox, `/connections/${connectionId}`, { method: 'PATCH', body: JSON.stringify(body) });
    expect((await patch({ name: 'new', fields: FIELDS })).status).toBe(400);
    expect((await patch({ fields: { url: 'https://store.test' } })).status).toBe(400);
    expect(await client.readConnection({ connectionId })).toMatchObject({ name: 'Access Token', fields: { secret: '********' } });
  });
});
