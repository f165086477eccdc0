import { writeFileSync } from 'node:fs';

import { EVERYTHING, NOTHING, useDeploymentPlatform } from './support/deployment';
import type { DeploymentPlatform, Project } from './support/deployment';

let platform: DeploymentPlatform;
let project: Project;

useDeploymentPlatform('virtual time', (given) => {
  ({ platform, project } = given);
});

const COMMANDS = [['deploy'], ['deploy', '--dry-run'], ['deploy', '--force'], ['undeploy', '--yes'], ['undeploy', '--dry-run']] as const;

/** As deploy 0.1.0 would have written it. */
function unsigned(changes: object = {}): object {
  const { mac, keyId, ...lock } = project.lock as Project['lock'] & { mac?: string };
  expect([mac, keyId]).toEqual([expect.any(String), expect.any(String)]);
  return { ...lock, ...changes };
}

function writeLock(lock: object): void {
  writeFileSync(project.lockFile, `${JSON.stringify(lock, null, 2)}\n`);
}

async function makeTheirs(): Promise<string> {
  // With our text in it: what is not ours is left alone anyway.
  const { code } = await platform.ask<{ code: string }>(`/functions/${project.lock.functionId ?? ''}`);
  return (await project.make('functions', { name: 'Theirs', code }))._id;
}

test('a lock file in which somebody changed an id is refused', async () => {
  await project.deploy();
  writeLock({ ...project.lock, functionId: await makeTheirs() });
  for (const [command, ...args] of COMMANDS) {
    project.expectRefusal(await project.cli(command, ...args), 'its signature does not match', 'Restore the lock file');
  }
  project.expectRefusal(await project.cli('status'), 'its signature does not match');
});

test('without its signature the ids of others in it are refused', async () => {
  await project.deploy();
  const theirs = await makeTheirs();
  writeLock(unsigned({ functionId: theirs }));
  for (const [command, ...args] of COMMANDS) {
    project.expectRefusal(await project.cli(command, ...args), 'has no signature', 'the Function "Theirs"', '"names"');
  }
  expect(await project.counts()).toEqual({ ...EVERYTHING, functions: 2 });
});

test('one that was signed with another API key counts only for what the configuration names', async () => {
  await project.deploy();
  const theirs = await makeTheirs();
  writeLock({ ...project.lock, keyId: '0123456789abcdef', functionId: theirs });
  project.expectRefusal(await project.cli('undeploy', '--yes'), 'was signed with another API key', 'the Function "Theirs"');
});

test('one of 0.1.0 is accepted, and signed with the next deployment, though nothing changes', async () => {
  await project.deploy();
  const { lock } = project;
  writeLock(unsigned());
  const { code, out, err } = await project.cli('deploy');
  expect({ code, changes: project.changingCalls() }).toEqual({ code: 0, changes: [] });
  expect(out).toContain('0 changes');
  expect(err).toMatch(/^Warning: The lock file has no signature: .*was compared with the project\.\n$/);
  expect(project.lock).toEqual(lock);
  expect(await project.deploy()).toEqual([]);
});

test('undeploy takes one of 0.1.0 for what it is', async () => {
  await project.deploy();
  writeLock(unsigned());
  expect(await project.cli('undeploy', '--yes')).toMatchObject({ code: 0, err: expect.stringContaining('has no signature') as string });
  expect(await project.counts()).toEqual(NOTHING);
});

test('one of another project is refused, also where somebody made it look like this one\'s', async () => {
  const other = platform.newProject();
  await other.deploy();
  await project.deploy();
  writeLock(other.lock);
  project.expectRefusal(await project.cli('undeploy', '--yes'), `belongs to the project ${other.projectId}`);
  writeLock({ ...other.lock, projectId: project.projectId });
  project.expectRefusal(await project.cli('undeploy', '--yes'), 'its signature does not match');
  expect(await other.counts()).toEqual(EVERYTHING);
});

test('undeploy leaves a Function and an Endpoint that somebody else has filled, and says so', async () => {
  await project.deploy();
  const { functionId = '', endpointId = '' } = project.lock;
  await platform.ask(`/functions/${functionId}`, 'PATCH', { code: 'export default async () => 1;' });
  const { transformer } = await project.endpoint();
  await platform.ask(`/endpoints/${endpointId}`, 'PATCH', { transformer: { ...transformer, transformer: 'createRestTransformer({});' } });
  const { code, err } = await project.cli('undeploy', '--yes');
  expect(code).toBe(0);
  expect(err).toContain('The Function "Access Token" stays: its code is not ours.');
  expect(err).toContain('The Endpoint "Access Token Store" stays: its transformer is not ours.');
  expect(await project.counts()).toEqual({ ...NOTHING, functions: 1, endpoints: 1 });
  expect(await platform.ask(`/functions/${functionId}`)).toMatchObject({ code: 'export default async () => 1;' });
});
