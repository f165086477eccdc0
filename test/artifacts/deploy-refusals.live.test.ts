import { chmodSync, writeFileSync } from 'node:fs';

import { EVERYTHING, NOTHING, secretsIn, useDeploymentPlatform } from './support/deployment';
import type { DeploymentPlatform, Project } from './support/deployment';

let platform: DeploymentPlatform;
let project: Project;

useDeploymentPlatform('virtual time', (given) => {
  ({ platform, project } = given);
});

test('a wrong API key', async () => {
  project.expectRefusal(
    await project.cliWith({ API_KEY: 'canary-wrong-key' }, 'deploy'),
    'Failed at look: The API key is refused. GET /new/v2.0/projects/',
    'HTTP 401',
    'Create an API key in My Profile',
  );
  expect(platform.printed).not.toContain('canary-wrong-key');
});

test.each(['64c0ffee0000000000009999', 'my-project'])('a project that does not exist: %s', async (projectId) => {
  project.configure({ projectId });
  project.expectRefusal(await project.cli('deploy'), `There is no project ${projectId}`, 'Correct projectId');
  project.expectRefusal(await project.cli('undeploy', '--yes'), `There is no project ${projectId}`);
  project.configure({ projectId: project.projectId });
  await project.deploy();
});

test('an Endpoint of the wrong type', async () => {
  const { _id } = await project.make('endpoints', { name: 'A socket', channel: 'socket', flowId: '' });
  project.configure({ endpointId: _id });
  project.expectRefusal(await project.cli('deploy'), 'The Endpoint "A socket" is of the type socket, but endpointType is rest', 'endpointType');
});

test.each([
  ['endpointId', 'Endpoint'],
  ['functionId', 'Function'],
  ['flowId', 'Flow'],
])('an id in %s that does not exist', async (key, kind) => {
  project.configure({ [key]: '64c0ffee00000000000000ff' });
  project.expectRefusal(await project.cli('deploy'), `The project has no ${kind} with the id 64c0ffee00000000000000ff`);
});

test('two Functions of one name', async () => {
  const one = await project.make('functions', { name: 'Access Token', code: '' });
  const other = await project.make('functions', { name: 'Access Token', code: '' });
  project.expectRefusal(await project.cli('deploy'), one._id, other._id, 'named "Access Token"', '"names"');
  project.configure({ names: { function: 'Another' } });
  await project.deploy();
});

test('a connection that is not ours is kept, and written with --force only', async () => {
  await project.deploy();
  const fields = { tokenUrl: 'https://x.example', clientId: 'x', clientSecret: 'x' };
  const name = 'Access Token OAuth2 another';
  await project.make('connections', { name, type: 'oauth2ClientCredentials', extension: 'access-token', fields });
  const [token] = project.config['tokens'] as object[];
  project.configure({ tokens: [token, { ...token, tokenName: 'another' }] });
  project.expectRefusal(await project.cli('deploy'), `This connection was not made with this configuration: "${name}".`, '--force');
  project.expectRefusal(await project.cli('deploy', '--dry-run'), `This connection was not made with this configuration: "${name}".`);
  expect(await project.deploy('--force')).toContain('PATCH /connections/*');
  expect(project.lock.made).not.toContain(`connection:${name}`);
  expect(await project.deploy()).toEqual([]);
});

test('a configuration from which nobody can tell where Endpoints answer', async () => {
  Reflect.deleteProperty(project.config, 'endpointBaseUrl');
  project.configure({});
  project.expectRefusal(await project.cli('deploy'), "can't be told from apiUrl", 'Set endpointBaseUrl');
});

test('a lock file that is damaged, or belongs to another project', async () => {
  writeFileSync(project.lockFile, '{"version": 1, "made":');
  project.expectRefusal(await project.cli('deploy'), 'not a lock file', 'delete it');
  writeFileSync(project.lockFile, '{"version": 1, "projectId": "64c0ffee00000000000000aa"}');
  project.expectRefusal(await project.cli('deploy'), 'belongs to the project 64c0ffee00000000000000aa');
});

describe('another Function or Endpoint than the one that deploy made, and that nobody would remove', () => {
  const endpoint = { name: 'Mine', channel: 'rest', flowId: '' };
  test.each([
    ['functionId', 'functions', 'Function "Access Token"', { name: 'Mine', code: '' }],
    ['endpointId', 'endpoints', 'Endpoint "Access Token Store"', endpoint],
    ['storeUrl', 'endpoints', 'Endpoint "Access Token Store"', endpoint],
  ])('%s', async (key, kind, former, body) => {
    await project.deploy();
    const { lock } = project;
    const { _id, URLToken = '' } = await project.make<{ _id: string; URLToken?: string }>(kind, body);
    project.configure({ [key]: key === 'storeUrl' ? platform.sandbox.endpointUrl(URLToken) : _id });
    for (const args of [[], ['--force'], ['--dry-run']]) {
      project.expectRefusal(await project.cli('deploy', ...args), `the ${former}, `, `names the ${former.replace(/ .*/, '')} "Mine"`, 'Run access-token undeploy first');
    }
    expect(project.lock).toEqual(lock);
    expect(await project.cli('undeploy', '--yes')).toMatchObject({ code: 0 });
    expect(await project.counts()).toEqual({ ...NOTHING, [kind]: 1 });
    expect(await project.runningInstances()).toBe(0);
    await project.deploy();
  });

  test('or the one that deploy wrote to, whose code nobody would take out', async () => {
    const { _id: former } = await project.make('functions', { name: 'Former', code: '' });
    project.configure({ functionId: former });
    await project.deploy();
    const { _id } = await project.make('functions', { name: 'Mine', code: '' });
    project.configure({ functionId: _id });
    const still = `the Function "Former", which deploy wrote to, and which still contains our text`;
    project.expectRefusal(await project.cli('deploy'), still, 'the Function "Mine"', 'takes our text out of it');
    expect(await project.cli('undeploy', '--yes')).toMatchObject({ code: 0 });
    await project.deploy();
    expect(project.lock).toMatchObject({ functionId: _id });
    const { code } = await platform.ask<{ code: string }>(`/functions/${former}`);
    expect(secretsIn(code)).toEqual([]);
  });

  test('is no matter where the former one is gone', async () => {
    await project.deploy();
    await platform.ask(`/functions/${project.lock.functionId ?? ''}`, 'DELETE');
    const { _id } = await project.make('functions', { name: 'Mine', code: '' });
    project.configure({ functionId: _id });
    await project.deploy();
    expect(project.lock).toMatchObject({ functionId: _id, made: expect.not.arrayContaining(['function']) as string[] });
  });
});

test('all that is wrong with the configuration, at once', async () => {
  project.configure({ projectId: undefined, endpointType: 'fax', names: { fucntion: 'x' }, flowId: 'a/b' });
  project.expectRefusal(
    await project.cli('deploy'),
    '4 problems in',
    'projectId: is missing',
    'names.fucntion: is not a known key',
    'endpointType: must be "rest" or "webhook" or "socket"',
    'flowId: must be the id of the Flow',
  );
  expect(await project.counts()).toEqual(NOTHING);
});

describe('secrets that are written out in the configuration', () => {
  test('are a warning when others can read the file', async () => {
    project.configure({ endpointSecret: 'literal-endpoint-secret', apiKey: '${API_KEY}' });
    chmodSync(project.file, 0o644);
    const { code, err } = await project.cli('deploy', '--dry-run');
    expect(code).toBe(0);
    expect(err).toBe(
      `Warning: Others on this machine can read ${project.file}, which contains secrets (endpointSecret). ` +
        `Write \${NAME} references and put the values into the environment, or run: chmod 600 ${project.file}\n`,
    );
    const { out } = await project.cli('deploy', '--dry-run', '--json');
    expect(JSON.parse(out)).toMatchObject({ warnings: [expect.stringContaining('which contains secrets')] });
  });

  test('are none when nobody else can, or when they are references', async () => {
    project.configure({ endpointSecret: 'literal-endpoint-secret' });
    expect((await project.cli('deploy', '--dry-run')).err).toBe('');
    project.configure({ endpointSecret: '${ENDPOINT_SECRET}' });
    chmodSync(project.file, 0o644);
    expect((await project.cli('deploy', '--dry-run')).err).toBe('');
  });
});

test('a store at another place is used as it is', async () => {
  const other = platform.newProject();
  await other.deploy();
  const { storeUrl } = JSON.parse((await other.cli('deploy', '--json')).out) as { storeUrl: string };
  project.configure({ storeUrl });
  const { code, out } = await project.cli('deploy');
  expect(code).toBe(0);
  expect(out).toContain('storeUrl is not an Endpoint of this project');
  expect(await project.counts()).toEqual({ ...EVERYTHING, endpoints: 0, flows: 0 });
  // Of the same project, it is the Endpoint that is meant.
  other.configure({ storeUrl });
  expect(await other.deploy()).toEqual([]);
});
