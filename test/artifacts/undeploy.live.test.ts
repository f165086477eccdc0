import { CANARIES, EVERYTHING, NOTHING, useDeploymentPlatform } from './support/deployment';
import type { DeploymentPlatform, Project } from './support/deployment';
import { CLI, RunningProgram } from './support/command-line';

let platform: DeploymentPlatform;
let project: Project;

const WHOLE = [
  'chain: stop the chain',
  'function: delete the Function "Access Token"',
  'connection:Access Token OAuth2 accessToken: delete the connection "Access Token OAuth2 accessToken"',
  'endpoint: delete the Endpoint "Access Token Store"',
  'flow: delete the Flow "Access Token Store"',
];
const EXTENSION = 'extension: delete the extension access-token';

/** A Flow with one of our nodes in a branch of it. */
async function useNodes(name: string): Promise<void> {
  const { _id } = await project.make('flows', { name });
  const { sandbox } = platform;
  const ours = { id: 'n1', type: 'getAccessToken', extension: true, config: {} } as const;
  sandbox.setFlow(_id, [{ id: 'n0', type: 'ifThenElse', config: { left: 1, right: 1 }, children: { then: [ours] } }]);
}

describe('without a terminal', () => {
  useDeploymentPlatform('virtual time', (given) => {
    ({ platform, project } = given);
  });

  test('without --yes it names what it would remove and the Flows that use the nodes, and removes nothing', async () => {
    await useNodes('Support bot');
    await project.make('flows', { name: 'Another' });
    await project.deploy();
    const outcome = await project.cli('undeploy');
    project.expectRefusal(outcome, ...WHOLE, EXTENSION, 'These Flows use the nodes and will fail: "Support bot".', '--yes');
    const { code, out } = await project.cli('undeploy', '--json');
    expect(code).toBe(2);
    const warnings = [expect.stringContaining('"Support bot"') as string];
    expect(JSON.parse(out)).toMatchObject({ ok: false, error: { code: 'not_confirmed', message: expect.stringContaining(EXTENSION) as string }, warnings });
    expect(project.changingCalls()).toEqual([]);
    expect(await project.counts()).toEqual({ ...EVERYTHING, flows: 3 });
  });

  test('an API that does not show the nodes is said not to', async () => {
    await project.deploy();
    platform.sandbox.management.setFault({ path: '/flows/*/chart/nodes', status: 403 });
    const { code, err } = await project.cli('undeploy', '--yes');
    expect({ code, err }).toEqual({ code: 0, err: 'Warning: The API does not show the nodes of every Flow, so other Flows may use them too.\n' });
    expect(await project.counts()).toEqual(NOTHING);
  });

  test('--keep-extension leaves the extension, which a later undeploy still removes', async () => {
    await project.deploy();
    expect((await project.cli('undeploy', '--keep-extension', '--dry-run')).out).not.toContain(EXTENSION);
    expect(await project.cli('undeploy', '--keep-extension', '--yes')).toMatchObject({ code: 0, err: '' });
    expect(await project.counts()).toEqual({ ...NOTHING, extensions: 1 });
    expect(project.lock.made).toEqual(['extension']);
    expect(await project.deploy()).not.toContain('POST /extensions/update');
    expect(await project.cli('undeploy', '--keep-extension', '--yes')).toMatchObject({ code: 0, err: '' });
    expect(await project.cli('undeploy', '--yes')).toMatchObject({ code: 0, err: '', out: expect.stringContaining('1 change made.') as string });
    expect(await project.counts()).toEqual(NOTHING);
    expect(project.hasLock).toBe(false);
  });
});

describe('the built program on a terminal', () => {
  useDeploymentPlatform('real time', (given) => {
    ({ platform, project } = given);
  });
  afterAll(() => RunningProgram.killAll());

  test.each([
    ['n', 1, 'Nothing was removed.', EVERYTHING],
    ['\r', 1, 'Nothing was removed.', EVERYTHING],
    ['\u0003', 130, 'Ctrl+C: nothing was changed.', EVERYTHING],
    ['y', 0, '8 changes made.', NOTHING],
  ])('it shows the list and asks; to %j it listens', async (typed, code, last, left) => {
    await project.deploy();
    const env = { API_KEY: CANARIES.apiKey };
    const program = new RunningProgram([CLI, 'undeploy', '--config', project.file], { cwd: project.folder, terminal: true, env });
    await program.expect(EXTENSION);
    await program.expect('Remove all of this from the project');
    program.type(typed);
    const ended = await program.ended;
    expect(ended.code).toBe(code);
    expect(ended.out + ended.err).toContain(last);
    expect(await project.counts()).toEqual(left);
  });
});
