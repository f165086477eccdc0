import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { version } from '../../package.json';
import { DIST } from '../support/artifact-platform';
import { LoopbackServer } from '../support/loopback-server';
import { CANARIES, EVERYTHING, NOTHING, secretsIn, useDeploymentPlatform } from './support/deployment';
import type { DeploymentPlatform, Project } from './support/deployment';

let platform: DeploymentPlatform;
let project: Project;

useDeploymentPlatform('virtual time', (given) => {
  ({ platform, project } = given);
});

describe('deploy', () => {
  test('one command leads from an empty project to a running chain, a second one changes nothing', async () => {
    const { code, out, err } = await project.cli('deploy');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('8 changes made.');
    expect(await project.counts()).toEqual(EVERYTHING);
    expect(await project.startedChains()).toBe(1);
    expect(await project.runningInstances()).toBeGreaterThan(0);
    const { URLToken, transformer, ...rest } = await project.endpoint();
    const flow = await project.only<{ referenceId: string }>('flows');
    const locale = await project.only<{ referenceId: string }>('locales');
    expect(rest).toMatchObject({ flowId: flow.referenceId, localeId: locale.referenceId, entrypoint: project.projectId });
    expect(transformer).toMatchObject({ inputTransformerEnabled: true, outputTransformerEnabled: false, abortOnError: true });
    expect(out).toContain(platform.sandbox.endpointUrl(URLToken));
    const again = await project.cli('deploy');
    expect(again).toMatchObject({ code: 0, err: '' });
    expect(again.out).toContain('0 changes');
    expect(await project.deploy()).toEqual([]);
  });

  test('--dry-run tells what would be done, and does nothing', async () => {
    const { code, out } = await project.cli('deploy', '--dry-run');
    expect(code).toBe(0);
    expect(out.match(/^ {2}\w+: .*$/gm)).toEqual([
      `  extension: upload access-token ${version}`,
      '  flow: create the Flow "Access Token Store" for the Endpoint',
      '  endpoint: create the rest Endpoint "Access Token Store" with its transformer',
      '  function: create the Function "Access Token"',
      '  connection: create the connection "Access Token OAuth2 accessToken"',
      '  connection: create the connection "Access Token Store"',
      '  connection: create the connection "Access Token Cognigy API"',
      '  chain: start the chain',
    ]);
    expect(await project.counts()).toEqual(NOTHING);
    expect(project.hasLock).toBe(false);
  });

  describe('ways to get a token', () => {
    const code = async () => (await platform.ask<{ code: string }>(`/functions/${project.lock.functionId ?? ''}`)).code;
    const connections = async () => (await platform.list<{ name: string; type: string }>('connections', project.projectId)).map(({ name, type }) => `${name}: ${type}`);

    test('with a login of its own the Function has the longer text, and gets a token; without it the shorter one again', async () => {
      const login = await LoopbackServer.start();
      try {
        login.answer = (response) => response.end(JSON.stringify({ data: { accessToken: 'a-token', expiresIn: 600_000 } }));
        const customRequest = {
          url: `${login.url}/login`,
          headers: { 'x-api-key': '${CLIENT_SECRET}' },
          body: { user: '{username}', password: '{secret}' },
          username: 'me',
          secret: '${CLIENT_SECRET}',
          tokenPath: 'data.accessToken',
          expiryPath: 'data.expiresIn',
          expiryFormat: 'milliseconds',
        };
        const tokens = project.config['tokens'] as object[];
        project.configure({ tokens: [...tokens, { tokenName: 'crm', customRequest }] });
        await project.deploy();
        expect(await connections()).toContain('Access Token Login crm: customTokenRequest');
        await platform.pass(60_000);
        const body = JSON.stringify({ user: 'me', password: CANARIES.clientSecret });
        expect(login.requests.map(({ method, url, headers, body: sent }) => [method, url, headers['x-api-key'], sent.toString()])).toEqual([
          ['POST', '/login', CANARIES.clientSecret, body],
        ]);
        expect(await project.deploy()).toEqual([]);
        const longer = await code();
        project.configure({ tokens });
        expect(await project.deploy()).toEqual(['PATCH /functions/*']);
        expect((await code()).length).toBeLessThan(longer.length - 1000);
      } finally {
        await login.stop();
      }
    });

    test('a key that signs needs a Flow; with one, only its connection has the key', async () => {
      const signedJwt = { key: '${CLIENT_SECRET}', tokenUrl: 'https://login.example.com/token', clientId: 'the-client' };
      project.configure({ tokens: [{ tokenName: 'drive', signedJwt }] });
      project.expectRefusal(await project.cli('deploy'), 'tokens[0].signedJwt: ', 'the token "drive". Set "refreshBy": "flow"');
      project.configure({ refreshBy: 'flow', refreshFlowUrl: platform.sandbox.endpointUrl('some-flow') });
      await project.deploy();
      expect(await connections()).toContain('Access Token Signed JWT drive: oauth2SignedJwt');
      expect(secretsIn(await code())).toEqual([CANARIES.apiKey]);
    });
  });

  test('a changed percent is one PATCH, and the chain goes on', async () => {
    await project.deploy();
    const [token] = project.config['tokens'] as object[];
    project.configure({ tokens: [{ ...token, refreshPercent: 50 }] });
    expect(await project.deploy()).toEqual(['PATCH /functions/*']);
    expect(await project.startedChains()).toBe(1);
    expect(await project.deploy()).toEqual([]);
  });

  test('a changed secret is written wherever it is, and only there', async () => {
    await project.deploy();
    const changed = { ENDPOINT_SECRET: 'canary-another-endpoint-secret' };
    const { code } = await project.cliWith(changed, 'deploy');
    expect(code).toBe(0);
    expect(project.changingCalls()).toEqual(['PATCH /endpoints/*', 'PATCH /functions/*', 'PATCH /connections/*']);
    await project.cliWith(changed, 'deploy');
    expect(project.changingCalls()).toEqual([]);
  });

  test('what somebody changed or deleted in Cognigy.AI is put right', async () => {
    await project.deploy();
    const { functionId = '', connectionIds } = project.lock;
    await platform.ask(`/functions/${functionId}`, 'PATCH', { isDisabled: true });
    const oauth = connectionIds['Access Token OAuth2 accessToken'] ?? '';
    await platform.ask(`/connections/${connectionIds['Access Token Store'] ?? ''}`, 'DELETE');
    // The platform tells the time of a change in seconds.
    await platform.pass(1000);
    const fields = { tokenUrl: 'https://x.example', clientId: 'x', clientSecret: 'x' };
    await platform.ask(`/connections/${oauth}`, 'PATCH', { fields });
    expect(await project.deploy()).toEqual(['PATCH /functions/*', 'PATCH /connections/*', 'POST /connections']);
    expect(await project.counts()).toEqual(EVERYTHING);
    expect(await project.deploy()).toEqual([]);
  });

  test('a chain that has stopped is started again', async () => {
    await project.deploy();
    for (const { _id, functionId, status } of await project.instances()) {
      if (status === 'active') platform.sandbox.functions.stop(functionId, _id);
    }
    expect(await project.runningInstances()).toBe(0);
    expect(await project.deploy()).toEqual([]);
    expect(await project.startedChains()).toBe(2);
    await project.deploy();
    expect(await project.startedChains()).toBe(2);
    expect(await project.runningInstances()).toBe(1);
  });

  test('without its lock file everything is found again by name', async () => {
    await project.deploy();
    const before = project.lock;
    writeFileSync(project.lockFile, '{"version": 1, "connectionIds": {}, "connections": {}, "made": []}');
    const { code, err } = await project.cli('deploy');
    expect(code).toBe(0);
    expect(err).toContain('The Function "Access Token" was made with another configuration, or its lock file is lost');
    expect(err).toContain('The Endpoint "Access Token Store" was made with another');
    // What can't be read back is written once more.
    expect(project.changingCalls()).toEqual(['POST /extensions/update', ...Array<string>(3).fill('PATCH /connections/*')]);
    expect(await project.counts()).toEqual(EVERYTHING);
    expect(project.lock).toMatchObject({ functionId: before.functionId, endpointId: before.endpointId, made: [] });
    expect(await project.deploy()).toEqual([]);
  });

  test("a user's own section in the transformer is kept", async () => {
    await project.deploy();
    const { _id, transformer } = await project.endpoint();
    const own = '  output.text += await accessToken();\n  return output;';
    const text = transformer.transformer.replace('  return output;', () => own).replace(/\n/g, '\r\n');
    await platform.ask(`/endpoints/${_id}`, 'PATCH', { transformer: { ...transformer, transformer: text, outputTransformerEnabled: true } });
    expect(await project.deploy()).toEqual([]);
    project.configure({ previousEndpointSecret: 'the-secret-before-this-one' });
    expect(await project.deploy()).toEqual(['PATCH /endpoints/*']);
    const changed = (await project.endpoint()).transformer;
    expect(changed.transformer).toContain(own);
    expect(changed.transformer).toContain('the-secret-before-this-one');
    expect(changed.outputTransformerEnabled).toBe(true);
  });

  test('long lists are read to their end', async () => {
    for (let count = 0; count < 120; count += 1) {
      await platform.ask('/functions', 'POST', { projectId: project.projectId, name: `Function ${count}`, code: '' });
    }
    await project.deploy();
    expect(await project.deploy()).toEqual([]);
    expect(platform.sandbox.management.calls.filter(({ path }) => path === '/functions').length).toBeGreaterThan(1);
  });

  test('--json prints one document', async () => {
    const { out, err } = await project.cli('deploy', '--json');
    expect(err).toBe('');
    const { urlToken = '', functionId } = project.lock;
    expect(JSON.parse(out)).toMatchObject({
      ok: true,
      projectId: project.projectId,
      storeUrl: platform.sandbox.endpointUrl(urlToken),
      functionId,
      warnings: [],
      changes: expect.arrayContaining([expect.objectContaining({ step: 'chain', action: 'start' })]) as unknown,
    });
    const again = await project.cli('deploy', '--json');
    expect(JSON.parse(again.out)).toMatchObject({ ok: true, changes: [] });
    const wrong = await project.cliWith({ API_KEY: 'another-key' }, 'deploy', '--json');
    expect(JSON.parse(wrong.out)).toMatchObject({ ok: false, error: { code: 'api_key_refused', step: 'look', status: 401 } });
  });

  test.each(['webhook', 'socket'])('a %s Endpoint gets its own transformer, and the store answers at its inject URL', async (endpointType) => {
    project.configure({ endpointType });
    await project.deploy();
    const { URLToken, transformer } = await project.endpoint();
    expect(transformer).toMatchObject({ injectTransformerEnabled: true });
    expect(transformer.transformer).toContain(endpointType === 'webhook' ? 'createWebhookTransformer' : 'createSocketTransformer');
    const { out } = await project.cli('deploy', '--json');
    expect(JSON.parse(out)).toMatchObject({ storeUrl: platform.sandbox.injectUrl(URLToken), changes: [] });
  });

  test('no secret is in the lock file, which two deployments of the same secrets do not share hashes in', async () => {
    await project.deploy();
    const other = platform.newProject();
    await other.deploy();
    expect(Object.values(project.files()).flatMap(secretsIn)).toEqual([]);
    expect(Object.keys(project.files())).toEqual(['access-token.lock.json']);
    const hashes = (lock: Project['lock']): string[] => Object.values(lock.connections).map(({ hash }) => hash);
    for (const hash of hashes(project.lock)) expect(hashes(other.lock)).not.toContain(hash);
  });
});

describe('undeploy', () => {
  test('takes away what deploy has made, and nothing else', async () => {
    const flow = await platform.ask<{ _id: string }>('/flows', 'POST', { projectId: project.projectId, name: 'Mine' });
    await project.deploy();
    expect(await project.cli('undeploy', '--dry-run')).toMatchObject({ code: 0 });
    expect(await project.counts()).toEqual({ ...EVERYTHING, flows: 2 });
    const { code, out, err } = await project.cli('undeploy', '--yes');
    expect({ code, err }).toEqual({ code: 0, err: '' });
    expect(out).toContain('8 changes made.');
    expect(await project.counts()).toEqual({ ...NOTHING, flows: 1 });
    expect(await project.only('flows')).toMatchObject({ _id: flow._id });
    expect(project.files()).toEqual({});
    const again = await project.cli('undeploy', '--yes');
    expect(again).toMatchObject({ code: 0, err: '' });
    expect(again.out).toContain('0 changes');
  });

  test("takes away also a connection whose token is no longer in the configuration", async () => {
    const [token] = project.config['tokens'] as object[];
    project.configure({ tokens: [token, { ...token, tokenName: 'another' }] });
    await project.deploy();
    project.configure({ tokens: [token] });
    expect(await project.deploy()).toEqual(['PATCH /functions/*']);
    expect(await project.cli('undeploy', '--yes')).toMatchObject({ code: 0 });
    expect(await project.counts()).toEqual(NOTHING);
  });

  test('what was there before deploy stays, without what deploy wrote into it', async () => {
    const { projectId } = project;
    const archive = readFileSync(join(DIST, 'access-token.tar.gz'));
    const form = new FormData();
    form.append('projectId', projectId);
    form.append('file', new Blob([archive]), 'access-token.tar.gz');
    const url = `${platform.sandbox.apiUrl}/new/v2.0/extensions/upload`;
    await fetch(url, { method: 'POST', headers: { 'X-API-Key': CANARIES.apiKey }, body: form });
    await platform.pass(1000);
    const mine = await platform.ask<{ _id: string }>('/functions', 'POST', { projectId, name: 'Mine', code: '', isDisabled: false });
    const own = await platform.ask<{ _id: string }>('/endpoints', 'POST', { projectId, name: 'My Endpoint', channel: 'rest', flowId: '' });
    project.configure({ functionId: mine._id, endpointId: own._id });
    expect(await project.deploy()).toEqual([
      'POST /extensions/update',
      'PATCH /endpoints/*',
      'PATCH /functions/*',
      ...Array<string>(3).fill('POST /connections'),
    ]);
    expect(await project.startedChains()).toBe(1);
    expect(await project.cli('undeploy', '--yes')).toMatchObject({ code: 0, err: '' });
    expect(await project.counts()).toEqual({ ...EVERYTHING, flows: 0, connections: 0 });
    expect(await project.runningInstances()).toBe(0);
    const { transformer } = await project.endpoint();
    expect(transformer).toMatchObject({ transformer: '', inputTransformerEnabled: false });
    const { code } = await platform.ask<{ code: string }>(`/functions/${mine._id}`);
    expect(code).toContain('export default async () => {};');
    expect(secretsIn(code)).toEqual([]);
  });

  test.each([[[]], [['--dry-run']]])('without its lock file names what is there, and removes nothing %j', async (args) => {
    await project.deploy();
    rmSync(project.lockFile);
    const { code, err } = await project.cli('undeploy', '--yes', ...args);
    expect(code).toBe(2);
    for (const named of ['the Function "Access Token", ', 'the Endpoint "Access Token Store"', 'the connection "Access Token OAuth2 accessToken"']) {
      expect(err).toContain(named);
    }
    expect(err).toContain('nobody knows which of them deploy has made');
    expect(project.changingCalls()).toEqual([]);
    expect(await project.counts()).toEqual(EVERYTHING);
  });

  test('without a lock file has nothing to remove where everything is somebody else\'s', async () => {
    const mine = { projectId: project.projectId, name: 'Access Token', code: 'export default async () => 1;' };
    await platform.ask('/functions', 'POST', mine);
    expect(await project.cli('undeploy', '--yes')).toMatchObject({ code: 0, err: '' });
  });
});

describe('refreshBy flow', () => {
  test('needs no store behind an Endpoint and no client secret', async () => {
    const { config } = project;
    for (const key of ['tokens', 'endpointSecret', 'endpointBaseUrl']) Reflect.deleteProperty(config, key);
    project.configure({ refreshBy: 'flow', refreshFlowUrl: platform.sandbox.endpointUrl('none') });
    expect(await project.deploy()).toEqual([
      'POST /extensions/upload',
      'POST /functions',
      'PATCH /functions/*',
      'POST /connections',
    ]);
    expect(await project.startedChains()).toBe(1);
    expect(await project.counts()).toEqual({ extensions: 1, flows: 0, endpoints: 0, functions: 1, connections: 1 });
    expect(await project.cli('undeploy', '--yes')).toMatchObject({ code: 0 });
    expect(await project.counts()).toEqual(NOTHING);
  });
});
