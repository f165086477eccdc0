import type { Lock } from '../lock';
import { hasOurCode, hasOurTransformer } from '../rendered/ownership';

import type { Change } from './change';
import type { Found } from './found';
import type { DeployValues } from './wanted';

/**
 * Whether a whole deployment is here, of which the lock file knows nothing: it is lost, or another configuration's. Only
 * then connections of its names are taken to be part of it: their values tell nothing, as the platform shows none.
 */
export function isUnknownDeployment(found: Found, lock: Readonly<Lock>): boolean {
  const isLockBlank = lock.functionId === undefined && lock.making === undefined;
  const isStoreOurs = found.isStoreElsewhere || hasOurTransformer(found.endpoint);
  return isLockBlank && hasOurCode(found.function) && isStoreOurs;
}

/** @returns the Function and the Endpoint that have our text in them, though the lock file does not know them */
export function takenOver(found: Found, lock: Readonly<Lock>): ReadonlySet<'function' | 'endpoint'> {
  const { function: aFunction, endpoint } = found;
  const isNews = (step: string, id: string, lockedId: string | undefined): boolean => id !== lockedId && lock.making !== step;
  return new Set([
    ...(hasOurCode(aFunction) && isNews('function', aFunction.id, lock.functionId) ? (['function'] as const) : []),
    ...(hasOurTransformer(endpoint) && isNews('endpoint', endpoint.id, lock.endpointId) ? (['endpoint'] as const) : []),
  ]);
}

/**
 * Tells of what is ours, but not known to the lock file, nor named in the configuration. Connections can't be named
 * there.
 */
export function warnOfTakeOver(
  { functionId, endpointId, storeUrl }: DeployValues,
  found: Found,
  lock: Readonly<Lock>,
  changes: readonly Change[],
): string[] {
  const taken = takenOver(found, lock);
  const isSaved = (step: string): boolean => changes.some((change) => change.step === step && change.savesOld === true);
  const warning = (step: 'function' | 'endpoint', kind: string, thing: Named | undefined, namedBy: string | undefined): string[] => {
    if (thing === undefined || namedBy !== undefined || !taken.has(step)) return [];
    const saved = isSaved(step) ? ', and the text that is there is saved first' : '';
    return [`The ${kind} "${thing.name}" (${thing.id}) was ${ELSEWHERE}: it is taken over${saved}. ${otherNames('names')}`];
  };
  return [
    ...warning('function', 'Function', found.function, functionId),
    ...warning('endpoint', 'Endpoint', found.endpoint, endpointId ?? storeUrl),
    ...warnOfConnections(found, lock),
  ];
}

const ELSEWHERE = 'made with another configuration, or its lock file is lost';

interface Named {
  id: string;
  name: string;
}

function warnOfConnections(found: Found, lock: Readonly<Lock>): string[] {
  if (!isUnknownDeployment(found, lock)) return [];
  const taken = [...found.connections].filter(([name, { id }]) => lock.connectionIds[name] !== id);
  if (taken.length === 0) return [];
  const listed = taken.map(([, { id, name }]) => `"${name}" (${id})`).join(', ');
  const what = `These connections were ${ELSEWHERE}, and their values, which nobody can read back, are replaced`;
  return [`${what}: ${listed}. ${otherNames('names.connections')}`];
}

function otherNames(key: string): string {
  return `If that is not meant, choose other names in the configuration ("${key}").`;
}
