import type { ManagementCall } from '../../../tools/sandbox';
import { DeploymentPlatform, EVERYTHING, isFirstHop, NOTHING, secretsIn } from './deployment';
import type { Project } from './deployment';

/** More calls than a deployment makes, so that the loop ends by itself. */
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
 * Kills `deploy` and `undeploy` in each of their calls, one after the other, on the virtual clock, and checks what is left.
 *
 * @param eachRead whether each reading call counts. Otherwise reads in a row count as one call, because they change nothing.
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
   * Kills the program in its n-th call: after the platform has made the change, before it answers.
   *
   * @returns the call, such as `POST /flows`; `undefined` if the program ended before it
   */
  async function killAt(number: number, project: Project, ...command: [string, ...string[]]): Promise<string | undefined> {
    const { management } = platform.sandbox;
    let killed: string | undefined;
    let count = 0;
    let last = '';
    management.afterChange = async (call) => {
      const { method, path } = call;
      if (isOfChain(call)) return;
      // The number of polls until something is ready varies, so they count as one call.
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

  /** Whether the call comes from the chain. Its instances trigger each other through the same API, with parameters. */
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
    /** The steps that were under way when the program was killed. */
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
    // The kills must have covered all calls that change something.
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
    // Checked by step too, because different steps make the same call.
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
