import { DeploymentPlatform, EVERYTHING, NOTHING, secretsIn } from './support/deployment';
import type { Project } from './support/deployment';

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

let platform: DeploymentPlatform;

beforeAll(async () => {
  platform = await DeploymentPlatform.start();
});
afterEach(() => {
  platform.sandbox.management.afterChange = undefined;
  platform.sandbox.management.beforeChange = undefined;
});
afterAll(async () => {
  await platform.close();
  expect(secretsIn(platform.printed)).toEqual([]);
});

/**
 * Kills the program in its n-th call: after the platform has made the change, before the answer leaves.
 *
 * @returns the call, such as `POST /flows`; `undefined` when the program ended before
 */
async function killAt(number: number, project: Project, command: string): Promise<string | undefined> {
  const { management } = platform.sandbox;
  let killed: string | undefined;
  let count = 0;
  let last = '';
  management.afterChange = async ({ method, path }) => {
    // The chain's hops call the same API.
    if (path.endsWith('/trigger') && (await project.startedChains()) !== 1) return;
    // How often something is asked for until it is ready is another number each time: that is one call.
    const isAskedAgain = method === 'GET' && last === path;
    last = method === 'GET' ? path : '';
    if (isAskedAgain) return;
    count += 1;
    if (count !== number || project.child === undefined) return;
    killed = `${method} ${path}`;
    const { child } = project;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  };
  const { code } = await project.cli(command);
  management.afterChange = undefined;
  if (killed === undefined) expect(code).toBe(0);
  return killed;
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
}, 120_000);

test('undeploy, killed in each of its calls and run again, leaves nothing', async () => {
  for (let number = 1; number <= MOST_CALLS; number += 1) {
    const project = platform.newProject();
    await project.deploy();
    const call = await killAt(number, project, 'undeploy');
    const { code, err } = await project.cli('undeploy');
    expect({ call, code, err }).toEqual({ call, code: 0, err: '' });
    expect({ call, ...(await project.counts()) }).toEqual({ call, ...NOTHING });
    expect({ call, files: project.files() }).toEqual({ call, files: {} });
    if (call === undefined) break;
  }
}, 120_000);

test('a deployment that was killed halfway can be taken away', async () => {
  for (const path of ['/extensions/upload', '/flows', '/endpoints', '/functions', '/connections']) {
    const project = platform.newProject();
    platform.sandbox.management.afterChange = (call) => {
      if (call.method === 'POST' && call.path === path) project.child?.kill('SIGKILL');
    };
    await project.cli('deploy');
    platform.sandbox.management.afterChange = undefined;
    expect(await project.cli('undeploy')).toMatchObject({ code: 0, err: '' });
    expect({ path, ...(await project.counts()) }).toEqual({ path, ...NOTHING });
  }
}, 60_000);

test('two runs at the same time: the second one is turned away, and nothing is there twice', async () => {
  const project = platform.newProject();
  const outcomes = await Promise.all([project.cli('deploy'), project.cli('deploy')]);
  expect(outcomes.map(({ code }) => code).sort()).toEqual([0, 1]);
  expect(outcomes.find(({ code }) => code === 1)?.err).toContain('Another run with this configuration is at work');
  await expectWhole(project);
});
