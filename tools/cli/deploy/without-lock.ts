import { existsSync } from 'node:fs';

import type { Api, EndpointItem } from '../api';
import { CliError } from '../cli-error';
import { lockFileOf } from '../lock';
import { hasOurCode, hasOurTransformer } from '../rendered/ownership';

import { answersAt } from './found';
import { EXTENSION_NAME } from './wanted';
import type { DeployValues } from './wanted';

/**
 * Without its lock file nobody knows what deploy has made. That there is nothing to remove is said only where nothing of
 * ours can be found by its name.
 *
 * @throws ApiFailure; CliError lock_missing
 */
export async function refuseWithoutLock(api: Api, values: DeployValues, configFile: string): Promise<void> {
  const file = lockFileOf(configFile);
  if (existsSync(file)) return;
  const left = await findOurs(api, values);
  if (left.length > 0) throw new CliError('lock_missing', `There is no ${file}, but the project has ${left.join(', ')}.`);
}

/** @returns what looks like ours, for people */
async function findOurs(api: Api, values: DeployValues): Promise<string[]> {
  const { projectId, names, functionId } = values;
  const named = (kind: string, { id, name }: { id: string; name: string }): string => `the ${kind} "${name}" (${id})`;
  const left: string[] = [];
  for (const item of await api.functions(projectId)) {
    const isMeant = functionId === undefined ? item.name === names.function : item.id === functionId;
    if (isMeant && hasOurCode(await api.readFunction(item.id))) left.push(named('Function', item));
  }
  for (const item of await api.endpoints(projectId)) {
    if (isMeantEndpoint(item, values) && hasOurTransformer(await api.readEndpoint(item.id))) left.push(named('Endpoint', item));
  }
  for (const item of await api.connections(projectId)) {
    const isOurs = item.extension === EXTENSION_NAME && isConnectionName(item.name, names.connections);
    if (isOurs) left.push(named('connection', item));
  }
  return left;
}

function isMeantEndpoint(item: EndpointItem, { names, endpointId, storeUrl }: DeployValues): boolean {
  if (endpointId !== undefined) return item.id === endpointId;
  return storeUrl === undefined ? item.name === names.endpoint : answersAt(item, storeUrl);
}

/** A token's connection may be one of a former configuration. */
function isConnectionName(name: string, first: string): boolean {
  return [`${first} Store`, `${first} Cognigy API`].includes(name) || name.startsWith(`${first} OAuth2 `);
}
