import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { bytesOf, functionBody, LARGEST_REQUEST } from '../../tools/cli/request-size';
import { EVERYTHING, useDeploymentPlatform } from './support/deployment';
import type { DeploymentPlatform, Project } from './support/deployment';

let platform: DeploymentPlatform;
let project: Project;

useDeploymentPlatform('real time', (given) => {
  ({ platform, project } = given);
});

/** As in docs/scale.md. */
function tokens(count: number): object[] {
  return Array.from({ length: count }, (_, index) => ({
    tokenName: `token-${index}`.padEnd(12, '-'),
    tokenUrl: 'https://login.example.com/oauth2/token',
    clientId: '00000000-0000-4000-8000-000000000000',
    clientSecret: '${LONG_SECRET}',
  }));
}

const IDS = { functionId: '64b7f0c2a1b2c3d4e5f60718', storeUrl: `https://endpoint.example.com/${'0'.repeat(64)}`, apiUrl: 'https://api.example.com' };
const ENV = { LONG_SECRET: 's'.repeat(40), ENDPOINT_SECRET: 'x'.repeat(64), API_KEY: 'k'.repeat(128) };

async function render(artifact: string): Promise<{ text: string; err: string }> {
  const out = join(project.folder, 'out.ts');
  const { code, err } = await project.cliWith(ENV, 'render', artifact, '--out', out);
  expect(code).toBe(0);
  return { text: readFileSync(out, 'utf8'), err };
}

test('render warns of a Function that is too long, and docs/scale.md knows how many tokens fit', async () => {
  project.configure({ ...IDS, tokens: tokens(200) });
  const { err } = await render('function');
  const fitting = Number(/Of its 200 tokens, the first (\d+) fit\./.exec(err)?.[1]);
  project.configure({ tokens: tokens(fitting) });
  const whole = await render('function');
  expect(whole.err).not.toContain('Warning');
  expect(bytesOf(functionBody(whole.text))).toBeLessThanOrEqual(LARGEST_REQUEST);
  project.configure({ tokens: tokens(fitting + 1) });
  const more = await render('function');
  expect(more.err).toContain(`the first ${fitting} fit`);
  expect(bytesOf(functionBody(more.text))).toBeGreaterThan(LARGEST_REQUEST);

  const scale = readFileSync(join(__dirname, '../../docs/scale.md'), 'utf8');
  const documented = [/JSON body, 60 kB by its documentation \| (\d+) \|/, /One Function holds about (\d+) tokens/].map((row) => Number(row.exec(scale)?.[1]));
  // A few bytes more or less in the Function's text are a token.
  for (const number of documented) expect(Math.abs(number - fitting)).toBeLessThanOrEqual(2);
});

test('render warns of a transformer that is too long', async () => {
  const initial = { token: { access_token: 'a'.repeat(1000), expires_in: 3600 }, timestamp: 1_700_000_000 };
  project.configure({ initialTokens: Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`t${index}`, initial])) });
  expect((await render('transformer-rest')).err).toMatch(/Of its 60 tokens, the first \d\d fit\./);
});

test('deploy says so before it sends anything', async () => {
  project.configure({ tokens: tokens(200) });
  const { code, out, err } = await project.cliWith(ENV, 'deploy', '--json');
  expect({ code, err }).toEqual({ code: 2, err: '' });
  const message = expect.stringMatching(/^The Function makes a request of [\d,]+ bytes; the management API takes 60,000\. Of its 200 tokens, the first 1?\d\d fit\. Move "token-\d+-*", .* and \d+ more into a second configuration, with other "names" and an Endpoint of its own: a store has one chain\.$/) as string;
  expect(JSON.parse(out)).toMatchObject({ ok: false, error: { code: 'request_too_large', message } });
  expect(platform.sandbox.management.calls).toEqual([]);
});

test('deploy counts what the user has added to the transformer', async () => {
  await project.deploy();
  const { transformer } = await project.endpoint();
  // Still below the 60,000 bytes that the API takes, and above them with a token of 5000 characters.
  const room = 58_000 - JSON.stringify(transformer.transformer).length;
  const added = transformer.transformer.replace('// ---- end of your section', `// ${'x'.repeat(room)}\n$&`);
  const { _id } = await project.only('endpoints');
  await platform.ask(`/endpoints/${_id}`, 'PATCH', { transformer: { transformer: added } });
  const more = { token: { access_token: 'a'.repeat(5000), expires_in: 3600 }, timestamp: 1_700_000_000 };
  project.configure({ initialTokens: { more } });
  project.expectRefusal(await project.cli('deploy'), 'With your own section, the transformer of the Endpoint "Access Token Store" makes a request of');
  expect(await project.counts()).toEqual(EVERYTHING);
});

test('a 413 is explained', async () => {
  platform.sandbox.management.setFault({ method: 'POST', path: '/extensions/upload', status: 413, body: '<html>413 Request Entity Too Large</html>' });
  const { code, err } = await project.cli('deploy');
  expect(code).toBe(2);
  expect(err).toContain('HTTP 413');
  expect(err).toContain('takes no request of that size');
});
