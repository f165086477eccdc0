import type { ManagementCall } from '../../../tools/sandbox';
import { DeploymentPlatform, EVERYTHING, isFirstHop, NOTHING, secretsIn } from './deployment';
import type { Project } from './deployment';

/** More calls than a deployment has: the walk ends by itself. */
const MOST_CALLS = 60;

const EVERY_STEP = [
  'connection:Access Token Cognigy API',
  'connection:Access Token OAuth2 accessToken',
  'connection:Access Token Store',
  'endpoint',
  'extension',
  'flow',
  'function',
];

/**
 * Runs that are killed, on the virtual clock: `deploy` and `undeploy` in one call after the other, and what then is left.
 *
 * @param eachRead whether calls that read count one by one; in a row they change nothing, and can count as one
 */
export function describeKilledRuns({ eachRead }: { eachRead: boolean }): void {
  let platform: DeploymentPlatform;

  beforeAll(async () => {
    platform = await DeploymentPlatform.startVirtual();
  });
  afterEach(() => platform.clear());
  afterAll(async () => {
    await platform.close();
    expect(secretsIn(platform.printed)).toEqual([]);
  });

  /**
   * Kills the program in its n-th call: after the platform has made the change, before the answer leaves.
   *
   * @returns the call, such as `POST /flows`; `undefined` when the program ended before
   */
  async function killAt(number: number, project: Project, ...command: [string, ...string[]]): Promise<string | undefined> {
    const { management } = platform.sandbox;
    let killed: string | undefined;
    let count = 0;
    let last = '';
    management.afterChange = async (call) => {
      const { method, path } = call;
      if (isOfChain(call)) return;
      // How often something is asked for until it is ready is another number each time: that is one call.
      const isAskedAgain = method === 'GET' && (last === path || (last !== '' && !eachRead));
      last = method === 'GET' ? path : '';
      if (isAskedAgain) return;
      count += 1;
      if (count !== number) return;
      killed = `${method} ${path}`;
      await project.running?.kill();
    };
    const { code } = await project.cli(...command);
    management.afterChange = undefined;
    if (killed === undefined) expect(code).toBe(0);
    return killed;
  }

  /** The chain's hops trigger each other through the same API, with parameters. */
  function isOfChain({ path }: ManagementCall): boolean {
    const [, functionId] = /^\/functions\/(\w+)\/trigger$/.exec(path) ?? [];
    if (functionId === undefined) return false;
    const newest = platform.sandbox.functionInstances(functionId).at(-1);
    return newest !== undefined && !isFirstHop(newest);
  }

  async function expectWhole(project: Project): Promise<void> {
    expect(await project.counts()).toEqual(EVERYTHING);
    expect(await project.startedChains()).toBe(1);
    expect([...project.lock.made].sort()).toEqual(EVERY_STEP);
    expect(project.lock).not.toHaveProperty('making');
    expect(project.lock).not.toHaveProperty('extensionTask');
  }

  test('deploy, killed in each of its calls and run again, comes to the same end', async () => {
    const killed: string[] = [];
    /** What was being made when the program was killed. */
    const making = new Set<unknown>();
    for (let number = 1; number <= MOST_CALLS; number += 1) {
      const project = platform.newProject();
      const call = await killAt(number, project, 'deploy');
      if (call === undefined) break;
      killed.push(call.replace(/[0-9a-f]{24}/g, '*'));
      if (call.startsWith('POST /')) making.add(project.lock.making);
      const { code, err } = await project.cli('deploy');
      expect({ call, code, err }).toEqual({ call, code: 0, err: '' });
      await expectWhole(project);
      const leftovers = Object.keys(project.files()).filter((name) => name !== 'access-token.lock.json');
      expect({ call, leftovers }).toEqual({ call, leftovers: [] });
    }
    // All calls that change something were among them.
    expect(killed).toEqual(
      expect.arrayContaining([
        'POST /extensions/upload',
        'POST /flows',
        'POST /endpoints',
        'POST /functions',
        'PATCH /functions/*',
        'POST /connections',
        'POST /functions/*/trigger',
      ]),
    );
    // By what was being made, since the walk can come to the same call twice.
    expect([...making]).toEqual(expect.arrayContaining(EVERY_STEP));
    expect([...making].filter((step) => String(step).startsWith('connection:'))).toHaveLength(3);
  });

  test('undeploy, killed in each of its calls and run again, leaves nothing', async () => {
    for (let number = 1; number <= MOST_CALLS; number += 1) {
      const project = platform.newProject();
      await project.deploy();
      const call = await killAt(number, project, 'undeploy', '--yes');
      const { code, err } = await project.cli('undeploy', '--yes');
      expect({ call, code, err }).toEqual({ call, code: 0, err: '' });
      expect({ call, ...(await project.counts()) }).toEqual({ call, ...NOTHING });
      expect({ call, files: project.files() }).toEqual({ call, files: {} });
      if (call === undefined) break;
    }
  });

  test('a deployment that was killed halfway can be taken away', async () => {
    for (const path of ['/extensions/upload', '/flows', '/endpoints', '/functions', '/connections']) {
      const project = platform.newProject();
      platform.sandbox.management.afterChange = async (call) => {
        if (call.method === 'POST' && call.path === path) await project.running?.kill();
      };
      await project.cli('deploy');
      platform.sandbox.management.afterChange = undefined;
      expect(await project.cli('undeploy', '--yes')).toMatchObject({ code: 0, err: '' });
      expect({ path, ...(await project.counts()) }).toEqual({ path, ...NOTHING });
    }
  });
}
