import type { Sandbox } from '../../../tools/sandbox';
import { until } from '../../support/until';
import { closeAll, raw, refusalOf, start } from './support';

afterEach(closeAll);

const SLEEPER = `export default ({ parameters }) => { console.log('version 1', parameters.a);
  return new Promise((resolve) => setTimeout(resolve, 1e6)); };`;

function hasLogged(sandbox: Sandbox, instance: number): Promise<void> {
  return until('the instance has logged', () => sandbox.functionInstances()[instance]?.log.length === 1);
}

describe('Functions', () => {
  it('are created, run, changed and read back', async () => {
    const { sandbox, client, projectId } = await start();
    const created = await client.createFunction({ projectId, name: 'Access Token', code: SLEEPER, isDisabled: false });
    expect(created).toMatchObject({ name: 'Access Token', code: SLEEPER, isDisabled: false });
    const functionId = created._id;
    // The client posts what it is given as `parameters`: the body has to be in there.
    const { functionInstanceId } = await client.triggerFunction({ functionId, parameters: { parameters: { a: 1 } } });
    await hasLogged(sandbox, 0);
    expect(sandbox.functionInstances(functionId)[0]?.log).toEqual(['log: version 1 1']);
    expect((await client.indexFunctionInstances({ functionId })).items).toMatchObject([
      { _id: functionInstanceId, status: 'active', trigger: 'manual', error: '', finishedAt: null },
    ]);
    await client.stopFunctionInstance({ functionId, functionInstanceId });
    expect(await client.readFunctionInstance({ functionId, functionInstanceId })).toMatchObject({
      functionId,
      status: 'error',
      error: 'stopped',
      parameters: { a: 1 },
    });
    const code = SLEEPER.replace('version 1', 'version 2');
    expect(await client.updateFunction({ functionId, code })).toBe('');
    expect(await client.readFunction({ functionId })).toMatchObject({ _id: functionId, name: 'Access Token', code });
    await client.triggerFunction({ functionId, parameters: { parameters: {} } });
    await hasLogged(sandbox, 1);
    expect(sandbox.functionInstances(functionId)[1]?.log).toEqual(['log: version 2 undefined']);
  });

  it('are listed without their code, whoever made them, also two of one name', async () => {
    const { sandbox, client, projectId } = await start();
    const first = sandbox.createFunction({ name: 'same', code: SLEEPER });
    const second = await client.createFunction({ projectId, name: 'same' });
    const { items } = await client.indexFunctions({ projectId });
    expect(items.map(({ _id }) => _id)).toEqual([first, second._id]);
    expect(items[0]).not.toHaveProperty('code');
    expect(await client.readFunction({ functionId: first })).toMatchObject({ code: SLEEPER });
  });

  it('stop when they are deleted, and are not run while they are disabled', async () => {
    const { sandbox, client, projectId } = await start();
    const { _id: functionId } = await client.createFunction({ projectId, name: 'f', code: SLEEPER });
    await client.triggerFunction({ functionId, parameters: { parameters: {} } });
    await client.updateFunction({ functionId, isDisabled: true });
    const trigger = client.triggerFunction({ functionId, parameters: { parameters: {} } });
    expect(await refusalOf(trigger)).toMatchObject({ httpStatusCode: 400, message: 'the Function is disabled' });
    await client.deleteFunction({ functionId });
    expect(sandbox.functionInstances()).toMatchObject([{ status: 'error', error: 'stopped' }]);
    expect(await refusalOf(client.readFunction({ functionId }))).toMatchObject({ httpStatusCode: 404 });
    expect(await refusalOf(client.indexFunctionInstances({ functionId }))).toMatchObject({ httpStatusCode: 404 });
    expect((await client.indexFunctions({ projectId })).total).toBe(0);
  });

  it.each([
    ['a member that it does not have', { name: 'f', secret: 'canary' }, /additional properties/],
    ['no name', { code: SLEEPER }, /required property 'name'/],
    ['a name of another type', { name: 7 }, /body\/name must be string/],
    ['an empty name', { name: '' }, /resource-name/],
    ['code that is no code', { name: 'f', code: 'export default (' }, /transpiled/],
    ['code that is too long', { name: 'f', code: 'x'.repeat(500_001) }, /500000 characters/],
  ])('are refused with %s, and nothing is made', async (_case, data, message) => {
    const { sandbox, client, projectId } = await start();
    const response = await raw(sandbox, '/functions', { method: 'POST', body: JSON.stringify({ projectId, ...data }) });
    const { detail } = (await response.json()) as { detail: string };
    expect([response.status, detail]).toEqual([400, expect.stringMatching(message)]);
    expect(detail).not.toContain('canary');
    expect((await client.indexFunctions({ projectId })).total).toBe(0);
  });

  it('stay as they are when a change is refused', async () => {
    const { client, projectId } = await start();
    const { _id: functionId } = await client.createFunction({ projectId, name: 'f', code: SLEEPER });
    expect(await refusalOf(client.updateFunction({ functionId, name: 'g', code: '}' }))).toMatchObject({ httpStatusCode: 400 });
    expect(await client.readFunction({ functionId })).toMatchObject({ name: 'f', code: SLEEPER });
  });
});
