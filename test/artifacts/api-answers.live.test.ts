import { writeFileSync } from 'node:fs';

import { describeOneStrangeAnswer, documentOf } from './support/api-answers';
import { EVERYTHING, useDeploymentPlatform } from './support/deployment';
import type { DeploymentPlatform, Project } from './support/deployment';

/** What may stand in place of the management API; an empty text is 204. Others: `test/cli/api/shape.test.ts`. */
const STRANGE = ['<!doctype html><html></html>', 'null', ''];

let platform: DeploymentPlatform;
let project: Project;

async function expectNotAnApi(body: string): Promise<void> {
  await project.deploy();
  platform.sandbox.management.setFault({ path: /^\/(?!.*trigger)/, times: 1000, body });
  for (const command of [['deploy'], ['undeploy', '--yes'], ['status']]) {
    const outcome = await project.cli(command[0] ?? '', ...command.slice(1), '--json');
    expect(outcome).toMatchObject({ code: 2, err: '' });
    const { code, message } = documentOf(outcome);
    expect(code).toBe('api_not_an_api');
    expect(message).toMatch(/^GET \/new\/v2\.0\/\S+ was answered with HTTP 20[04]: not the management API's JSON, but /);
  }
  platform.sandbox.management.clearFaults();
  expect(await project.counts()).toEqual(EVERYTHING);
}

describe('the built program, where something else than the API answers', () => {
  useDeploymentPlatform('real time', (given) => {
    ({ platform, project } = given);
  });

  test('with a page', () => expectNotAnApi('<!doctype html><html></html>'));
});

describe('the program, where something else than the API answers', () => {
  useDeploymentPlatform('virtual time', (given) => {
    ({ platform, project } = given);
  });

  test.each(STRANGE)('with %j', expectNotAnApi);

  test('a list without an end, and ids that lead elsewhere', async () => {
    await project.deploy();
    const { management } = platform.sandbox;
    const { functionId = '' } = project.lock;
    for (const id of ['../x', 'a/b', '%2e%2e', '..']) {
      const body = JSON.stringify({ items: [{ _id: id, name: 'Access Token' }], nextCursor: null });
      const clear = management.setFault({ method: 'GET', path: '/functions', body, times: 9 });
      expect(documentOf(await project.cli('undeploy', '--yes', '--json')).message).toContain('"items[0]._id" is missing or wrong');
      clear();
      expect(project.changingCalls()).toEqual([]);
    }
    const page = JSON.stringify({ items: [{ _id: functionId, name: 'Access Token' }], nextCursor: 'next' });
    management.setFault({ method: 'GET', path: '/functions', body: page, times: 1000 });
    expect(await project.cli('undeploy', '--dry-run', '--json')).toMatchObject({ code: 0 });
    expect(management.calls.filter(({ path }) => path === '/functions').length).toBeLessThan(9);
  });

  test('names with terminal escapes are shown without them, and an echoed secret is not', async () => {
    const name = 'Mine\u001b[2J\u009b31m';
    await project.make('flows', { name });
    await project.deploy();
    const detail = `no: ${Buffer.from('x:canary client+secret&%"88d0').toString('base64')} ${encodeURIComponent('canary endpoint+secret&%"41c2').toLowerCase()}`;
    platform.sandbox.management.setFault({ method: 'GET', path: '/connections', status: 400, detail });
    const { err } = await project.cli('deploy');
    expect(err).toContain('[secret]');
    expect(err).not.toMatch(/canary|Y2FuYXJ5/);
    const listed = JSON.stringify({ items: [{ _id: 'a1', name, referenceId: 'r1' }] });
    platform.sandbox.management.setFault({ method: 'GET', path: '/flows', body: listed, times: 9 });
    const nodes = JSON.stringify({ items: [{ _id: 'n1', extension: 'access-token' }] });
    platform.sandbox.management.setFault({ method: 'GET', path: '/flows/a1/chart/nodes', body: nodes, times: 9 });
    const told = await project.cli('undeploy', '--dry-run');
    expect(told.err).toContain('"Mine\uFFFD[2J\uFFFD31m"');
    // eslint-disable-next-line no-control-regex -- control characters are what is looked for
    expect(told.out + told.err).not.toMatch(/[\u001b\u009b]/);
  });

  test('--json prints one document, whatever is wrong', async () => {
    for (const [content, code] of [['{', 'configuration_invalid'], ['null', 'configuration_invalid'], ['{"apiKey": "${constructor}", "apiUrl": "${__proto__}"}', 'configuration_invalid']]) {
      writeFileSync(project.file, content ?? '');
      for (const command of ['deploy', 'undeploy', 'status']) expect(documentOf(await project.cli(command, '--json'))).toMatchObject({ code });
    }
    expect(documentOf(await project.cli('status', '--json')).message).toContain('the environment variable constructor is not set');
    for (const command of ['deploy', 'undeploy', 'status']) {
      expect(documentOf(await project.cli(command, '--json', '--nonsense'))).toMatchObject({ code: 'call_wrong' });
    }
  });
});

describeOneStrangeAnswer([1, 6, 13]);
