import { ApiError, type Sandbox } from '../../../tools/sandbox';
import { runNode } from '../../../tools/sandbox/studio/run-node';
import type { RunReport, RunRequest } from '../../../tools/sandbox/studio/wire';
import { packExtension } from '../support/extension-archive';
import { SHOWING_EXTENSION, startWith } from './support';

let archive: Awaited<ReturnType<typeof packExtension>>;
let sandbox: Sandbox;

beforeAll(async () => {
  archive = await packExtension(SHOWING_EXTENSION);
  sandbox = await startWith(archive.file, { maxApiCalls: 7, logIsExempt: true });
});
afterAll(async () => {
  await sandbox.close();
  await archive.remove();
});

async function run(request: Partial<RunRequest> = {}): Promise<RunReport> {
  return (await runNode(sandbox, { type: 'show', config: {}, context: {}, input: {}, ...request })).report;
}

it('fills in what is in braces, from context and input', async () => {
  const config = { text: 'Hi {{input.name}}!', deep: [{ all: '{{context.user}}' }], missing: '{{context.nothing}}', plain: 'x' };
  const { context } = await run({ config, context: { user: { age: 7 } }, input: { name: 'Eve' } });
  expect(context).toMatchObject({
    user: { age: 7 },
    seen: { config: { text: 'Hi Eve!', deep: [{ all: { age: 7 } }], missing: '', plain: 'x' } },
  });
});

it('gives the node its branches, and only those', async () => {
  const { branch, context } = await run();
  expect(context).toMatchObject({
    seen: {
      childConfigs: [
        { id: 'showYes', type: 'showYes', config: {} },
        { id: 'showNo', type: 'showNo', config: {} },
      ],
    },
  });
  expect(branch).toBe('showYes');
});

it.each([
  ['the context, as it is by default', {}, { context: { accessToken: 1 } }],
  ['a key of the context', { contextKey: ' crm ' }, { context: { accessToken: 0, crm: 1 } }],
  ['a key of the context with dots, which nest', { contextKey: 'auth.crm' }, { context: { auth: { crm: 1 } } }],
  ['the input', { storeLocation: 'input', inputKey: 'crm' }, { context: { crm: 0 }, input: { crm: 1 } }],
])('takes the result from %s', async (_place, config, scope) => {
  expect(await run({ config, ...scope })).toMatchObject({ result: 1 });
});

it('has no result where the node stores none', async () => {
  expect(await run({ config: { contextKey: 'a.b' }, context: { a: 'text' } })).not.toHaveProperty('result');
});

it('says what the node itself said', async () => {
  expect((await run({ type: 'talk' })).outputs).toEqual([{ text: 'Hello', data: { schedule: [] } }]);
});

it('looks up a saved connection, and takes one that is filled in', async () => {
  const fields = { url: 'https://store.test', secret: 's' };
  const connectionId = sandbox.createConnection({ type: 'store', fields });
  const { context } = await run({ config: { saved: { connectionId }, own: { url: 'u', secret: 't' } } });
  expect(context).toMatchObject({ seen: { config: { saved: fields, own: { url: 'u', secret: 't' } } } });
});

it('reports calls, the limit, logs and the time it took', async () => {
  const report = await run({ input: { text: 'hi' } });
  expect(report).toMatchObject({ input: { text: 'hi' }, logs: [{ level: 'info', text: 'shown' }], apiCalls: 2, maxApiCalls: 7 });
  expect(report.durationMs).toBeGreaterThanOrEqual(0);
  expect(report).not.toHaveProperty('extensionError');
});

it('reports what the node threw, and no branch', async () => {
  const report = await run({ type: 'fail' });
  expect(report).toMatchObject({ extensionError: 'out of order', input: { extensionError: { message: 'out of order' } } });
  expect(report).not.toHaveProperty('branch');
});

it('refuses a node that no extension has', async () => {
  const refused = run({ type: 'nowhere' });
  await expect(refused).rejects.toBeInstanceOf(ApiError);
  await expect(refused).rejects.toMatchObject({ status: 404, detail: 'no extension has a node nowhere' });
});

it('refuses a connection that does not exist', async () => {
  const refused = run({ config: { connection: { connectionId: 'nowhere' } } });
  await expect(refused).rejects.toMatchObject({ status: 404, detail: 'there is no connection nowhere' });
});
