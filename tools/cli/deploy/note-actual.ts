import type { Lock } from '../lock';
import { connectionName } from '../lock/keeper';
import type { LockKeeper } from '../lock/keeper';
import { functionVersion, transformerVersion } from '../rendered/ownership';

import type { ActualState } from './actual-state';
import type { Change } from './plan';

/**
 * Updates the lock file from the project before anything is changed. It notes
 * - where things are,
 * - which thing an interrupted run created without noting it,
 * - which things that deploy created are gone, or were replaced by others with the same name.
 *
 * A thing whose old text must be saved first is noted only after that. Otherwise, if the run were killed in between, the next run would
 * take the old text for its own. A lock file without a valid signature gets one.
 */
export function noteActual(actual: ActualState, changes: readonly Change[], keeper: LockKeeper): void {
  const { lock, signature } = keeper;
  const toSave = changes.flatMap(({ step, savesOld }) => (savesOld ? [step] : []));
  const news = whatIsNew(actual, toSave, lock);
  const isChanged = JSON.stringify({ ...lock, ...news }) !== JSON.stringify(lock);
  if (isChanged || signature !== 'valid') keeper.update(news);
}

/**
 * @param toSave the steps of things whose old text must still be saved
 * @returns changes of the lock; a member that is `undefined` is removed
 */
export function whatIsNew(actual: ActualState, toSave: readonly string[], lock: Readonly<Lock>): Partial<Record<keyof Lock, unknown>> {
  const { making, flowId } = lock;
  const isStillOurs = (step: string): boolean => {
    const id = actualId(step, actual);
    return id !== undefined && id === lockedId(step, lock);
  };
  // Things that the configuration no longer uses, such as the connection of a former token, are still ours to remove.
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
 * Whether an interrupted run created the thing that it was about to create. Anybody may use a name. But a Function or an Endpoint from
 * deploy contains our text from the start, which proves it. Other things have no such proof: the thing with that name counts as created by
 * the run.
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
