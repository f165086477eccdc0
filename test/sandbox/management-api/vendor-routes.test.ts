import { readFile } from 'node:fs/promises';
import { vendorRoutes } from '../../../tools/sandbox/management-api/vendor-routes';
import { packExtension } from '../support/extension-archive';
import { closeAll, connect, ended, raw, refusalOf, start } from './support';

afterEach(closeAll);

const ID = 'abcdefabcdefabcdefabcdef';
const ENTITIES = ['connections', 'endpoints', 'extensions', 'flows', 'functions', 'locales', 'projects', 'tasks'];
/** What the sandbox has of the platform's API, below `/new/v2.0`. */
const SERVED = [
  ...ENTITIES.flatMap((entity) => [`GET /${entity}`, `GET /${entity}/${ID}`]),
  ...['connections', 'endpoints', 'flows', 'functions'].map((entity) => `POST /${entity}`),
  ...['connections', 'endpoints', 'extensions', 'flows', 'functions'].flatMap((entity) => [`PATCH /${entity}/${ID}`, `DELETE /${entity}/${ID}`]),
  'GET /connections/schemas',
  'POST /extensions/update',
  'POST /extensions/upload',
  `GET /functions/${ID}/instances`,
  `GET /functions/${ID}/instances/${ID}`,
  `POST /functions/${ID}/instances/${ID}/stop`,
  `POST /functions/${ID}/trigger`,
  `POST /tasks/${ID}/cancel`,
];

describe("the vendor's client", () => {
  it('is told which of its routes the sandbox does not have; none of them is taken for an id', async () => {
    const { sandbox } = await start();
    const routes = await vendorRoutes();
    // So many has version 0.19; fewer would mean that they are no longer found.
    expect(routes.length).toBeGreaterThanOrEqual(350);
    const answered: string[] = [];
    for (const { method, segments } of routes) {
      const path = segments.map((segment) => segment ?? ID).join('/');
      const response = await fetch(`${sandbox.apiUrl}${path}`, { method, headers: { 'X-API-Key': sandbox.apiKey } });
      if (response.status === 501) {
        expect(await response.json()).toMatchObject({ title: 'Not Implemented', detail: `the platform has ${method} ${path}, the sandbox does not` });
        continue;
      }
      expect(await response.text()).not.toContain('the id of the');
      answered.push(`${method} ${path.replace('/new/v2.0', '')}`);
    }
    expect([...new Set(answered)].sort()).toEqual(SERVED.sort());
  });

  it('gets a message with the refusal, and a path of nobody is not found', async () => {
    const { sandbox, client } = await start();
    expect(await refusalOf(client.indexIntents({ flowId: ID }))).toMatchObject({
      httpStatusCode: 501,
      code: 1009,
      message: expect.stringContaining('the sandbox does not') as string,
    });
    expect((await raw(sandbox, '/connections/nowhere/at/all')).status).toBe(404);
  });

  it('reads the connection types of the extensions, which keep their ids through an update', async () => {
    const platform = await start();
    const { sandbox, client, projectId } = platform;
    const upload = async (connections: object[], extension?: string) => {
      const { file, remove } = await packExtension(`exports.default = { nodes: [], connections: ${JSON.stringify(connections)} };`);
      const bytes = await readFile(file);
      await remove();
      const form = { projectId, file: bytes, fileName: 'fixture.tar.gz', extension } as never;
      expect((await ended(platform, await (extension === undefined ? client.uploadExtension(form) : client.updateExtensionPackage(form)))).status).toBe('done');
    };
    const fields = [{ fieldName: 'url' }, { fieldName: 'key', label: 'Key', required: false }];
    const read = async () => (await client.indexConnectionSchemas({ projectId })).items;

    expect(await read()).toEqual([]);
    await upload([{ type: 'login', label: 'Login', fields }, { type: 'bare', fields: [] }]);
    const [login, bare, ...others] = await read();
    expect(others).toEqual([]);
    expect(login).toMatchObject({ extension: 'fixture', type: 'login', label: 'Login', fields, _id: expect.stringMatching(/^[0-9a-f]{24}$/) as string });
    // Without a label it is called by its type.
    expect(bare).toMatchObject({ type: 'bare', label: 'bare', fields: [] });
    expect((await client.indexConnectionSchemas({ projectId: sandbox.management.addProject('Other') })).total).toBe(0);

    const [extension] = (await client.indexExtensions({ projectId })).items;
    await upload([{ type: 'login', label: 'Log in', fields: [] }], extension?._id);
    expect(await read()).toMatchObject([{ _id: login?._id, label: 'Log in', fields: [] }]);
    await client.deleteExtension({ extensionId: extension?._id ?? '' });
    expect(await read()).toEqual([]);
    expect(await refusalOf(connect(sandbox, 'wrong').indexConnectionSchemas({ projectId }))).toMatchObject({ httpStatusCode: 401 });
  });
});
