import { closeAll, raw, start } from './support';

afterEach(closeAll);

test("a Flow's nodes are listed with those in its branches, as the vendor's client asks for them", async () => {
  const { sandbox, client, projectId } = await start();
  const { _id } = await client.createFlow({ projectId, name: 'F' });
  const say = { id: 'b', type: 'say', config: { text: 'x' } } as const;
  sandbox.setFlow(_id, [{ id: 'a', type: 'ifThenElse', config: { left: 1, right: 1 }, children: { then: [say] } }]);
  const { items, total } = await client.indexChartNodes({ resourceId: _id, resourceType: 'flow' });
  expect(total).toBe(2);
  expect(items).toMatchObject([
    { type: 'ifThenElse', extension: '@cognigy/basic-nodes', _id: expect.stringMatching(/^[0-9a-f]{24}$/) as string },
    { type: 'say', extension: '@cognigy/basic-nodes' },
  ]);
  expect(new Set(items.map((item) => item._id)).size).toBe(2);
});

test('a JSON body over the limit is answered with 413', async () => {
  const { sandbox } = await start({ maxManagementBodyBytes: 1000 });
  const body = JSON.stringify({ name: 'x'.repeat(1000) });
  expect((await raw(sandbox, '/functions', { method: 'POST', body })).status).toBe(413);
});

test('a member that every object has is none to ask for', async () => {
  const { sandbox, client, projectId } = await start();
  await client.createFlow({ projectId, name: 'F' });
  expect((await raw(sandbox, `/flows?projectId=${projectId}&constructor=x`)).status).toBe(400);
});
