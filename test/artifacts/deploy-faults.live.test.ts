import type { ManagementCall, Sandbox } from '../../tools/sandbox';
import { CANARIES, EVERYTHING, NOTHING, secretsIn, useDeploymentPlatform } from './support/deployment';
import type { DeploymentPlatform, Project } from './support/deployment';

type Fault = Omit<Parameters<Sandbox['management']['setFault']>[0], 'path'>;

/** The calls that change something, and the step that each belongs to. */
const CHANGING = [
  ['extension', 'POST', '/extensions/upload'],
  ['flow', 'POST', '/flows'],
  ['endpoint', 'POST', '/endpoints'],
  ['function', 'POST', '/functions'],
  ['function', 'PATCH', '/functions/*'],
  ['connection', 'POST', '/connections'],
  ['chain', 'POST', '/functions/*/trigger'],
] as const;

const READING = ['/projects/*', '/extensions', '/endpoints', '/flows', '/functions', '/connections', '/tasks/*', '/locales'];

let platform: DeploymentPlatform;
let project: Project;

useDeploymentPlatform('virtual time', (given) => {
  ({ platform, project } = given);
});

/** What lies between calls, in milliseconds of the platform's clock. */
function pauses(calls: readonly ManagementCall[]): number[] {
  return calls.slice(1).map(({ at }, index) => at - (calls[index]?.at ?? 0));
}

/** A pause with the random part that keeps clients apart: up to a quarter. */
function within(pauseMs: number): number {
  return {
    asymmetricMatch: (actual: number) => actual >= pauseMs && actual <= pauseMs * 1.25,
    toString: () => `${pauseMs} ms and up to a quarter more`,
  } as unknown as number;
}

/** Every kind of call fails once in this way. */
function failEverywhere(fault: Fault): void {
  const { management } = platform.sandbox;
  for (const [, method, path] of CHANGING) management.setFault({ ...fault, method, path });
}

async function expectWhole(): Promise<void> {
  expect(await project.counts()).toEqual(EVERYTHING);
  expect(await project.startedChains()).toBe(1);
  platform.sandbox.management.clearFaults();
  expect(await project.deploy()).toEqual([]);
}

describe('one failure of each call that changes something is overcome', () => {
  test.each<[string, Fault]>([
    ['500', { status: 500 }],
    ['503, though the change was made', { status: 503, when: 'after' }],
    ['a connection that is lost before the change', { dropConnection: true }],
    ['a connection that is lost after the change', { dropConnection: true, when: 'after' }],
  ])('%s', async (_, fault) => {
    failEverywhere(fault);
    await project.deploy();
    await expectWhole();
  });

  test('429 with Retry-After, which is honoured', async () => {
    const { management } = platform.sandbox;
    failEverywhere({ status: 429, retryAfter: 1 });
    await project.deploy();
    const uploads = management.calls.filter(({ path }) => path === '/extensions/upload');
    expect(uploads.map(({ status }) => status)).toEqual([429, 201]);
    expect(pauses(uploads)).toEqual([within(1000)]);
    await expectWhole();
  });
});

test('one failure of each call that reads is overcome', async () => {
  for (const path of READING) platform.sandbox.management.setFault({ method: 'GET', path, status: 502 });
  await project.deploy();
  await expectWhole();
});

describe('a failure that stays names the step and the answer, and the next run finishes', () => {
  test.each(CHANGING)('%s: %s %s', async (step, method, path) => {
    const detail = `the value ${JSON.stringify(CANARIES.clientSecret)} or ${CANARIES.endpointSecret} is not liked`;
    platform.sandbox.management.setFault({ method, path, status: 400, times: 99, detail });
    const { code, out, err } = await project.cli('deploy');
    expect(code).toBe(1);
    expect(out).toContain(`${step}: `);
    expect(err).toMatch(new RegExp(`^Failed at ${step}: ${method} /new/v2.0.* was answered with HTTP 400: .*is not liked`));
    expect(err).toContain('run the same command again');
    expect(secretsIn(err)).toEqual([]);
    expect(Object.values(project.files()).flatMap(secretsIn)).toEqual([]);
    platform.sandbox.management.clearFaults();
    await project.deploy();
    await expectWhole();
  });

  test('429 that asks for too much patience', async () => {
    platform.sandbox.management.setFault({ method: 'POST', path: '/functions', status: 429, retryAfter: 3600 });
    const { code, err } = await project.cli('deploy');
    expect(code).toBe(1);
    expect(err).toMatch(/Failed at function: .* HTTP 429.* It asks to wait until 20\d\d-/);
    await project.deploy();
    await expectWhole();
  });

  test('a server that stays broken', async () => {
    platform.sandbox.management.setFault({ method: 'POST', path: '/endpoints', status: 500, times: 99 });
    const { code, err } = await project.cli('deploy');
    expect(code).toBe(1);
    expect(err).toContain('Failed at endpoint: POST /new/v2.0/endpoints was answered with HTTP 500');
    const tries = platform.sandbox.management.calls.filter(({ method, path }) => method === 'POST' && path === '/endpoints');
    expect(pauses(tries)).toEqual([500, 1000, 2000, 4000].map(within));
    platform.sandbox.management.clearFaults();
    await project.deploy();
    await expectWhole();
  });
});

describe('the upload task', () => {
  test('is waited for when it is slow', async () => {
    platform.sandbox.management.nextTask({ queuedMs: 500, activeMs: 1000 });
    await project.deploy();
    await expectWhole();
  });

  test.each(['error', 'cancelled'] as const)('that ends with %s is a failure, and the next run uploads again', async (outcome) => {
    platform.sandbox.management.nextTask({ outcome, failReason: `no room for ${CANARIES.apiKey}` });
    const { code, err } = await project.cli('deploy');
    expect(code).toBe(1);
    expect(err).toMatch(new RegExp(`^Failed at extension: The upload of the extension ended with "${outcome}"`));
    await project.deploy();
    await expectWhole();
  });
});

describe('what was refused, and then made by hand, is not ours to remove', () => {
  test('an Endpoint', async () => {
    platform.sandbox.management.setFault({ method: 'POST', path: '/endpoints', status: 403 });
    expect(await project.cli('deploy')).toMatchObject({ code: 2 });
    const endpoint = { projectId: project.projectId, name: 'Access Token Store', channel: 'rest', flowId: '' };
    await platform.ask('/endpoints', 'POST', endpoint);
    await project.deploy();
    expect(await project.cli('undeploy', '--yes')).toMatchObject({ code: 0 });
    expect(await project.counts()).toEqual({ ...NOTHING, endpoints: 1 });
  });

  test('a connection, of which nobody can tell whose it is', async () => {
    platform.sandbox.management.setFault({ method: 'POST', path: '/connections', status: 500, times: 5 });
    expect(await project.cli('deploy')).toMatchObject({ code: 1 });
    expect(project.lock).not.toHaveProperty('making');
    const { projectId } = project;
    const fields = { tokenUrl: 'https://x.example', clientId: 'x', clientSecret: 'x' };
    const name = 'Access Token OAuth2 accessToken';
    await platform.ask('/connections', 'POST', { projectId, name, type: 'oauth2ClientCredentials', extension: 'access-token', fields });
    expect(await project.cli('deploy')).toMatchObject({ code: 2, err: expect.stringContaining('not made with this configuration') as string });
    expect(await project.cli('undeploy', '--yes')).toMatchObject({ code: 0 });
    expect(await project.counts()).toEqual({ ...NOTHING, connections: 1 });
  });

  test.each([
    ['after a refusal', { status: 403 }],
    ['though it may have been ours', { status: 500, times: 5 }],
  ])('a Function, %s', async (_, fault) => {
    platform.sandbox.management.setFault({ method: 'POST', path: '/functions', ...fault });
    await project.cli('deploy');
    platform.sandbox.management.clearFaults();
    const { projectId } = project;
    await platform.ask('/functions', 'POST', { projectId, name: 'Access Token', code: 'export default async () => 1;' });
    expect(await project.cli('undeploy', '--yes')).toMatchObject({ code: 0 });
    expect(await project.counts()).toEqual({ ...NOTHING, functions: 1 });
  });
});
