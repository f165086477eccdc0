import type { Lock } from '../lock';
import { connectionName } from '../lock/keeper';
import type { LockKeeper } from '../lock/keeper';
import { functionVersion, transformerVersion } from '../rendered/ownership';

import type { ActualState } from './actual-state';
import type { Change } from './plan';

/**
 * Brings the lock file up to date with the project before anything is changed: where things are; which thing an
 * interrupted run created without noting it; which things that deploy created are gone, or replaced by others of the same
 * name. A thing whose text has yet to be saved is noted after that: a run that is killed before must not make the next one
 * take the text for its own. A lock file without our signature is signed.
 */
export function noteActual(actual: ActualState, changes: readonly Change[], keeper: LockKeeper): void {
  const { lock, signature } = keeper;
  const toSave = changes.flatMap(({ step, savesOld }) => (savesOld ? [step] : []));
  const news = whatIsNew(actual, toSave, lock);
  const isChanged = JSON.stringify({ ...lock, ...news }) !== JSON.stringify(lock);
  if (isChanged || signature !== 'valid') keeper.update(news);
}

/**
 * @param toSave the steps whose things have a text in them that has yet to be saved
 * @returns members of the lock; those that are `undefined` go
 */
export function whatIsNew(actual: ActualState, toSave: readonly string[], lock: Readonly<Lock>): Partial<Record<keyof Lock, unknown>> {
  const { making, flowId } = lock;
  const isStillOurs = (step: string): boolean => {
    const id = actualId(step, actual);
    return id !== undefined && id === lockedId(step, lock);
  };
  // What the configuration no longer uses, such as a former token's connection, is still ours to remove.
  const made = lock.made.filter((step) => !actual.sought.has(step) || isStillOurs(step));
  const isToNote = (step: string): boolean => actual.sought.has(step) && !toSave.includes(step);
  const hasMade = making !== undefined && actualId(making, actual) !== undefined && isOfOurMaking(making, actual);
  return {
    extensionId: actual.extension?.id,
    ...(isToNote('endpoint') ? { endpointId: actual.endpoint?.id, urlToken: actual.endpoint?.urlToken } : {}),
    ...(isToNote('function') ? { functionId: actual.function?.id } : {}),
    flowId: hasMade && making === 'flow' ? actual.flow?.id : flowId,
    connectionIds: { ...lock.connectionIds, ...Object.fromEntries([...actual.connections].map(([name, { id }]) => [name, id])) },
    made: hasMade ? [...made, making] : made,
    making: undefined,
  };
}

/**
 * Anybody may use a name. A Function and an Endpoint that deploy creates hold our text from the beginning; for the other
 * things there is no such proof. Only a run that was killed, or could no longer look, leaves behind that something is
 * being created: the thing with that name then counts as created by it.
 */
function isOfOurMaking(step: string, actual: ActualState): boolean {
  if (step === 'function') return functionVersion(actual.function?.code ?? '') !== undefined;
  if (step === 'endpoint') return transformerVersion(actual.endpoint?.transformer.transformer ?? '') !== undefined;
  return true;
}

function actualId(step: string, actual: ActualState): string | undefined {
  const name = connectionName(step);
  if (name !== undefined) return actual.connections.get(name)?.id;
  const { extension, flow, endpoint, function: aFunction } = actual;
  return new Map(Object.entries({ extension, flow, endpoint, function: aFunction })).get(step)?.id;
}

function lockedId(step: string, { extensionId, endpointId, functionId, connectionIds }: Readonly<Lock>): string | undefined {
  const name = connectionName(step);
  if (name !== undefined) return connectionIds[name];
  return new Map(Object.entries({ extension: extensionId, endpoint: endpointId, function: functionId })).get(step);
}
