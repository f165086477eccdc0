import { readFile } from 'node:fs/promises';
import { VirtualClock } from '../../../tools/sandbox';
import { packExtension } from '../support/extension-archive';
import { closeAll, ended, refusalOf, start, type Platform } from './support';

const NODE = (text: string): string => `exports.default = { connections: [{ type: 'c', fields: [{ fieldName: 'f' }] }],
  nodes: [{ type: 'say', function: async ({ cognigy }) => cognigy.api.addToContext('said', '${text}', 'simple') }] };`;

async function archiveOf(source: string, files: Record<string, string | null> = {}): Promise<Buffer> {
  const { file, remove } = await packExtension(source, files);
  const bytes = await readFile(file);
  await remove();
  return bytes;
}

/** Another extension's package.json. */
const OTHER = { 'package.json': JSON.stringify({ name: 'other', version: '1.0.0', main: 'build/module.js' }) };

let first: Buffer;
let second: Buffer;

beforeAll(async () => {
  first = await archiveOf(NODE('one'));
  const manifest = { name: 'fixture', version: '2.0.0', description: 'Second', main: 'build/module.js' };
  second = await archiveOf(NODE('two'), { 'package.json': JSON.stringify(manifest) });
});
afterEach(closeAll);

function upload({ client, projectId }: Platform, file: Buffer): ReturnType<Platform['client']['uploadExtension']> {
  return client.uploadExtension({ projectId, file, fileName: 'fixture.tar.gz' } as never);
}

async function installed(platform: Platform): Promise<string> {
  await ended(platform, await upload(platform, first));
  const { items } = await platform.client.indexExtensions({ projectId: platform.projectId });
  return items[0]?._id ?? '';
}

describe('extensions', () => {
  it('are uploaded in a task, and their nodes run', async () => {
    const clock = new VirtualClock();
    const platform = await start({ clock, taskQueuedMs: 20, taskActiveMs: 30 });
    const { sandbox, client, projectId } = platform;
    const task = await upload(platform, first);
    expect(task).toMatchObject({ status: 'queued', type: 'uploadExtension', parameters: { projectId } });
    const read = async (): Promise<string> => (await client.readTask({ taskId: task._id, projectId })).status;
    await clock.advanceBy(19);
    expect(await read()).toBe('queued');
    await clock.advanceBy(1);
    expect(await read()).toBe('active');
    await clock.advanceBy(29);
    expect((await client.indexExtensions({ projectId })).total).toBe(0);
    await clock.advanceBy(1);
    expect((await ended(platform, task)).status).toBe('done');
    const { items } = await client.indexExtensions({ projectId });
    expect(items).toMatchObject([{ name: 'fixture', version: '1.0.0', trustedCode: false }]);
    expect(items[0]).not.toHaveProperty('nodes');
    expect(await client.readExtension({ extensionId: items[0]?._id ?? '' })).toMatchObject({
      projectId,
      nodes: [{ type: 'say' }],
      connections: [{ type: 'c' }],
    });
    expect((await sandbox.runNode({ type: 'say' })).context).toEqual({ said: 'one' });
  });

  it('are replaced by an update and keep their id', async () => {
    const platform = await start();
    const { sandbox, client, projectId } = platform;
    const extensionId = await installed(platform);
    const task = await client.updateExtensionPackage({ projectId, extension: extensionId, file: second });
    expect(await ended(platform, task)).toMatchObject({ status: 'done', name: 'updateExtension' });
    expect((await client.indexExtensions({ projectId })).items).toMatchObject([
      { _id: extensionId, version: '2.0.0', description: 'Second' },
    ]);
    expect((await sandbox.runNode({ type: 'say' })).context).toEqual({ said: 'two' });
  });

  it('can be trusted and deleted', async () => {
    const platform = await start();
    const { sandbox, client } = platform;
    const extensionId = await installed(platform);
    await client.updateExtension({ extensionId, trustedCode: true });
    expect(await client.readExtension({ extensionId })).toMatchObject({ trustedCode: true });
    await client.deleteExtension({ extensionId });
    expect(await refusalOf(client.readExtension({ extensionId }))).toMatchObject({ httpStatusCode: 404 });
    await expect(sandbox.runNode({ type: 'say' })).rejects.toThrow(/no extension has a node say/);
  });

  it.each([
    ['is no archive', async () => Buffer.from('not an archive'), /archive/],
    ['has no icon', async () => archiveOf(NODE('x'), { 'icon.png': null }), /icon.png is missing/],
    ['throws when it is loaded', async () => archiveOf(`throw new Error('broken');`, OTHER), /broken/],
    ['is installed already', async () => first, /exists already/],
  ])('end their task with an error when the archive %s', async (_case, build, reason) => {
    const platform = await start();
    const extensionId = await installed(platform);
    const task = await ended(platform, await upload(platform, await build()));
    expect([task.status, task.failReason]).toEqual(['error', expect.stringMatching(reason)]);
    const { items } = await platform.client.indexExtensions({ projectId: platform.projectId });
    expect(items).toMatchObject([{ _id: extensionId, version: '1.0.0' }]);
    expect((await platform.sandbox.runNode({ type: 'say' })).context).toEqual({ said: 'one' });
  });

  it('are not replaced by another one', async () => {
    const platform = await start();
    const { client, projectId } = platform;
    const extension = await installed(platform);
    const file = await archiveOf(NODE('x'), OTHER);
    const task = await ended(platform, await client.updateExtensionPackage({ projectId, extension, file }));
    expect(task).toMatchObject({ status: 'error', failReason: 'the archive holds other, not fixture' });
    const missing = client.updateExtensionPackage({ projectId, extension: 'abcdefabcdefabcdefabcdef', file });
    expect(await refusalOf(missing)).toMatchObject({ httpStatusCode: 404 });
    expect(await refusalOf(client.uploadExtension({ projectId }))).toMatchObject({ httpStatusCode: 400 });
  });
});

describe('tasks', () => {
  it.each([
    [{ outcome: 'error', failReason: 'no space left' }, 'error', 'no space left'],
    [{ outcome: 'cancelled' }, 'cancelled', ''],
  ] as const)('end as planned: %j', async (plan, status, failReason) => {
    const platform = await start();
    platform.sandbox.management.nextTask(plan);
    expect(await ended(platform, await upload(platform, first))).toMatchObject({ status, failReason });
    expect((await platform.client.indexExtensions({ projectId: platform.projectId })).total).toBe(0);
    expect(await ended(platform, await upload(platform, first))).toMatchObject({ status: 'done' });
  });

  it('can be slow, and be cancelled', async () => {
    const clock = new VirtualClock();
    const platform = await start({ clock });
    const { sandbox, client, projectId } = platform;
    sandbox.management.nextTask({ queuedMs: 60_000 });
    const waiting = await upload(platform, first);
    sandbox.management.nextTask({ activeMs: 100 });
    const slow = await upload(platform, first);
    await clock.advanceBy(50);
    const status = async ({ _id }: { _id: string }): Promise<string> => (await client.readTask({ taskId: _id, projectId })).status;
    expect([await status(waiting), await status(slow)]).toEqual(['queued', 'active']);
    await client.cancelTask({ taskId: slow._id });
    expect(await status(slow)).toBe('cancelling');
    await clock.advanceBy(100);
    expect(await ended(platform, slow)).toMatchObject({ status: 'cancelled' });
    expect(await refusalOf(client.cancelTask({ taskId: slow._id }))).toMatchObject({ httpStatusCode: 400 });
    expect((await client.indexTasks({ projectId })).items).toHaveLength(2);
    expect((await client.indexExtensions({ projectId })).total).toBe(0);
  });

  it('can hang for ever', async () => {
    const clock = new VirtualClock();
    const platform = await start({ clock });
    platform.sandbox.management.nextTask({ queuedMs: 0, activeMs: 0, outcome: 'never' });
    const { _id: taskId } = await upload(platform, first);
    await clock.advanceBy(86_400_000);
    expect(await platform.client.readTask({ taskId })).toMatchObject({ status: 'active' });
  });
});
