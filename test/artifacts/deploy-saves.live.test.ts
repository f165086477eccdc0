import { spawnSync } from 'node:child_process';
import { rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { EVERYTHING, useDeploymentPlatform } from './support/deployment';
import type { DeploymentPlatform, Project } from './support/deployment';

const FOREIGN = 'createRestTransformer({ handleInput: async () => null });\n';

let platform: DeploymentPlatform;
let project: Project;

useDeploymentPlatform('virtual time', (given) => {
  ({ platform, project } = given);
});

test('what another configuration has deployed under the same names is saved before it is replaced', async () => {
  await project.deploy();
  const { functionId = '', endpointId = '' } = project.lock;
  const { code } = await platform.ask<{ code: string }>(`/functions/${functionId}`);
  const { transformer } = await project.endpoint();
  rmSync(project.lockFile);
  const [token] = project.config['tokens'] as object[];
  project.configure({ tokens: [{ ...token, refreshPercent: 50 }], previousEndpointSecret: 'the-secret-before-this-one' });
  const { out } = await project.cli('deploy', '--dry-run');
  expect(out).toContain('update the code of the Function "Access Token"; the old one is saved');
  // A run that fails on the way has not made it its own.
  platform.sandbox.management.setFault({ method: 'PATCH', path: '/functions/*', status: 400 });
  expect(await project.cli('deploy')).toMatchObject({ code: 1 });
  expect(project.lock).toMatchObject({ endpointId });
  expect(project.lock).not.toHaveProperty('functionId');
  const { err } = await project.cli('deploy');
  expect(err).toContain('deploy takes it over, and saves its text first');
  const saved = [`access-token.function-${functionId}.ts`, `access-token.transformer-${endpointId}.ts`] as const;
  expect(project.files()).toMatchObject({ [saved[0]]: code, [saved[1]]: transformer.transformer });
  for (const name of saved) expect(statSync(join(project.folder, name)).mode & 0o777).toBe(0o600);
  expect(project.lock).toMatchObject({ functionId, endpointId });
  expect(await project.deploy()).toEqual([]);
});

test('a transformer whose section has lost its end marker is saved before it is replaced', async () => {
  await project.deploy();
  const { _id, transformer } = await project.endpoint();
  const edited = transformer.transformer.replace('  return output;', '  return null; // mine').replace('// ---- end of your section ----', '');
  await platform.ask(`/endpoints/${_id}`, 'PATCH', { transformer: { ...transformer, transformer: edited } });
  const { code, out } = await project.cli('deploy');
  expect(code).toBe(0);
  expect(out).toContain('The old transformer was saved');
  expect(project.files()[`access-token.transformer-${_id}.ts`]).toBe(edited);
  expect((await project.endpoint()).transformer.transformer).not.toContain('// mine');
  expect(await project.deploy()).toEqual([]);
});

test("undeploy saves a user's own section of the transformer, and nothing else of it", async () => {
  await project.deploy();
  const { _id, transformer } = await project.endpoint();
  const text = transformer.transformer.replace('  return output;', '  return null; // mine');
  await platform.ask(`/endpoints/${_id}`, 'PATCH', { transformer: { ...transformer, transformer: text } });
  const { code, out } = await project.cli('undeploy', '--yes');
  expect(code).toBe(0);
  const saved = `access-token.transformer-${_id}.ts`;
  expect(out).toContain(`Your own section of the transformer was saved to ${join(project.folder, saved)}. It may hold secrets`);
  expect(project.files()).toEqual({ [saved]: expect.stringMatching(/^\/\/ ---- your section: [^]* mine\n[^]* section ----$/) as string });
});

test("a transformer that is not ours is kept, and saved with --force", async () => {
  const transformer = { transformer: FOREIGN, inputTransformerEnabled: true };
  const { _id } = await project.make('endpoints', { name: 'Mine', channel: 'rest', flowId: '', transformer });
  project.configure({ endpointId: _id });
  project.expectRefusal(await project.cli('deploy'), 'The transformer of the Endpoint "Mine" is not ours', '--force');
  project.expectRefusal(await project.cli('deploy', '--dry-run'), 'is not ours');
  const saved = `access-token.transformer-${_id}.ts`;
  expect(Object.keys(project.files())).not.toContain(saved);
  await project.deploy('--force');
  expect(project.files()[saved]).toBe(FOREIGN);
  expect(statSync(`${project.folder}/${saved}`).mode & 0o777).toBe(0o600);
  expect(await project.deploy('--force')).toEqual([]);
});

test("a Function that is not ours is kept, and saved with --force where git leaves it alone", async () => {
  spawnSync('git', ['init', '--quiet'], { cwd: project.folder });
  const { _id } = await project.make('functions', { name: 'Access Token', code: 'export default async () => 1;' });
  project.expectRefusal(await project.cli('deploy'), 'The code of the Function "Access Token" is not ours', '--force');
  await project.deploy('--force');
  const saved = `access-token.function-${_id}.ts`;
  expect(project.files()).toMatchObject({ [saved]: 'export default async () => 1;', '.gitignore': `/${saved}\n` });
  expect(await project.counts()).toEqual(EVERYTHING);
});
