import { existsSync } from 'node:fs';

import type { Api } from '../api';
import { CliError } from '../cli-error';
import { lockFileOf } from '../lock';
import type { Lock, Signature } from '../lock';

import type { DeployValues } from './desired-state';
import type { ProjectRun } from './run';
import { describe, isLocked, KINDS } from './things';

const UNSIGNED: Readonly<Record<Exclude<Signature, 'valid'>, string>> = {
  missing: 'The lock file has no signature: deploy 0.1.0 wrote it, or somebody has edited it',
  other_key: "The lock file was signed with another API key, so its signature can't be checked",
};

/**
 * Checks a lock file without a valid signature against the project. Such a file may name things of others: deploy would overwrite them,
 * and undeploy would delete them. So everything that it names must also be named by the configuration. Ids that the project does not have,
 * or that belong to other extensions, do no harm.
 *
 * @throws ApiFailure; CliError lock_unverified
 */
export async function verifyLock({ api, values, keeper, progress }: ProjectRun): Promise<void> {
  const { lock, signature } = keeper;
  if (signature === 'valid' || isBlank(lock)) return;
  const strangers: string[] = [];
  for (const kind of KINDS) {
    const locked = kind.locked(lock, values);
    const items = await kind.list(api, values.projectId);
    for (const item of items) {
      const isStrange = locked.some((thing) => isLocked(item, thing, lock) && !kind.isMeant(item, values, thing.name));
      if (isStrange) strangers.push(`the ${describe(kind, item, items)}`);
    }
  }
  const why = UNSIGNED[signature];
  if (strangers.length > 0) {
    throw new CliError('lock_unverified', `${why}. It names ${strangers.join(', ')}, which the configuration does not.`);
  }
  progress.warn(`${why}. Everything that it names was compared with the project.`);
}

function isBlank({ functionId, endpointId, flowId, extensionId, connectionIds, made, making }: Lock): boolean {
  const ids = [functionId, endpointId, flowId, extensionId, making, ...Object.values(connectionIds), ...made];
  return ids.every((id) => id === undefined);
}

/**
 * Without the lock file nobody knows what deploy created. So undeploy stops if it finds anything of ours: our text in a Function or an
 * Endpoint, or a connection of our extension.
 *
 * @throws ApiFailure; CliError lock_missing
 */
export async function refuseWithoutLock(api: Api, values: DeployValues, configFile: string): Promise<void> {
  const file = lockFileOf(configFile);
  if (existsSync(file)) return;
  const left: string[] = [];
  for (const kind of KINDS.filter(({ label }) => !['Flow', 'extension'].includes(label))) {
    const items = await kind.list(api, values.projectId);
    for (const item of items) {
      if (!kind.isMeant(item, values)) continue;
      const version = kind.text?.versionOf((await kind.text.read(api, item.id)).text);
      // "0" is the placeholder. It does nothing.
      if (kind.text === undefined || (version !== undefined && version !== '0')) left.push(`the ${describe(kind, item, items)}`);
    }
  }
  if (left.length > 0) throw new CliError('lock_missing', `There is no ${file}, but the project has ${left.join(', ')}.`);
}
