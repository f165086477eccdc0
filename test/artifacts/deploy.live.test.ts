import { EVERYTHING, NOTHING, useDeploymentPlatform } from './support/deployment';
import type { DeploymentPlatform, Project } from './support/deployment';

/** One failure of each kind: what comes of the others is played on the virtual clock. */
const OVERCOME = [
  { method: 'GET', path: '/projects/*', status: 502 },
  { method: 'POST', path: '/functions', status: 503, when: 'after' },
  { method: 'POST', path: '/connections', dropConnection: true },
] as const;

let platform: DeploymentPlatform;
let project: Project;

useDeploymentPlatform('real time', (given) => {
  ({ platform, project } = given);
});

async function expectWhole(): Promise<void> {
  expect(await project.counts()).toEqual(EVERYTHING);
  expect(await project.startedChains()).toBe(1);
}

function goAwayAfterTheFirstLine(): void {
  const stdout = project.running?.child?.stdout;
  stdout?.once('data', () => stdout.destroy());
}

describe('the built program', () => {
  test('deploys through failures that pass, changes nothing the second time, and takes all of it away', async () => {
    for (const fault of OVERCOME) platform.sandbox.management.setFault(fault);
    const { code, out, err } = await project.cli('deploy');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('8 changes made.');
    await expectWhole();
    expect(await project.deploy()).toEqual([]);
    expect(await project.cli('undeploy', '--yes')).toMatchObject({ code: 0, err: '' });
    expect(await project.counts()).toEqual(NOTHING);
    expect(project.files()).toEqual({});
  });

  test('refuses a wrong API key', async () => {
    const { code, err } = await project.cliWith({ API_KEY: 'canary-wrong-key' }, 'deploy');
    expect(code).toBe(2);
    expect(err).toContain('Failed at look: The API key is refused. GET /new/v2.0/projects/');
    expect(platform.printed).not.toContain('canary-wrong-key');
    expect(project.changingCalls()).toEqual([]);
  });

  test.each(['/functions', '/connections'])('is killed when it has sent POST %s, and the next run finishes', async (path) => {
    platform.sandbox.management.afterChange = async (call) => {
      if (call.method === 'POST' && call.path === path) await project.running?.kill();
    };
    expect(await project.cli('deploy')).toMatchObject({ code: null });
    platform.sandbox.management.afterChange = undefined;
    await project.deploy();
    await expectWhole();
    expect(Object.keys(project.files())).toEqual(['access-token.lock.json']);
  });

  test('a reader that goes away, as head does, does not stop the work; status --watch ends', async () => {
    const deployed = project.cli('deploy');
    goAwayAfterTheFirstLine();
    expect(await deployed).toMatchObject({ code: 0, err: '' });
    expect(await project.counts()).toEqual(EVERYTHING);
    expect(await project.deploy()).toEqual([]);
    const watching = project.cli('status', '--watch', '1');
    goAwayAfterTheFirstLine();
    expect(await watching).toMatchObject({ code: expect.any(Number) as number, err: '' });
  });

  test('two runs at the same time: the second one is turned away, and nothing is there twice', async () => {
    let release: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const isAtWork = new Promise<void>((resolve) => {
      platform.sandbox.management.beforeChange = () => {
        resolve();
        return held;
      };
    });
    const first = project.cli('deploy');
    await isAtWork;
    const second = await project.cli('deploy');
    expect(second.code).toBe(1);
    expect(second.err).toContain('Another run with this configuration is at work');
    release();
    expect(await first).toMatchObject({ code: 0, err: '' });
    await expectWhole();
  });
});
