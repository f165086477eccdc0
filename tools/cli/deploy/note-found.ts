import type { Lock } from '../lock';
import { functionVersion, transformerVersion } from '../rendered/ownership';

import type { Change } from './change';
import type { Found } from './found';
import { connectionStep } from './lock-keeper';
import type { LockKeeper } from './lock-keeper';

/**
 * Brings the lock file up to date with what was found, before anything is changed: where things are; that what an
 * interrupted run was about to make is there now, so it has made it; and that what was made is gone, or is another thing
 * of the same name by now. What has a text in it that is yet to be saved is noted when that is done: a run that is killed
 * before must not make the next one take the text for its own.
 */
export function noteFound(found: Found, changes: readonly Change[], keeper: LockKeeper): void {
  const { lock } = keeper;
  const toSave = changes.flatMap(({ step, savesOld }) => (savesOld ? [step] : []));
  const news = whatIsNew(found, toSave, lock);
  if (JSON.stringify({ ...lock, ...news }) !== JSON.stringify(lock)) keeper.update(news);
}

/**
 * @param toSave the steps whose things have a text in them that is yet to be saved
 * @returns members of the lock; those that are `undefined` go
 */
export function whatIsNew(found: Found, toSave: readonly string[], lock: Readonly<Lock>): Partial<Record<keyof Lock, unknown>> {
  const { making, flowId } = lock;
  const now = idsByStep(found);
  const before = lockedIdsByStep(lock);
  const isStillOurs = (step: string): boolean => now.has(step) && now.get(step) === before.get(step);
  // What the configuration has no use for any more, such as a former token's connection, is still ours to remove.
  const made = lock.made.filter((step) => !found.sought.has(step) || isStillOurs(step));
  const isToNote = (step: string): boolean => found.sought.has(step) && !toSave.includes(step);
  const hasMade = making !== undefined && now.has(making) && isOfOurMaking(making, found);
  return {
    extensionId: found.extension?.id,
    ...(isToNote('endpoint') ? { endpointId: found.endpoint?.id, urlToken: found.endpoint?.urlToken } : {}),
    ...(isToNote('function') ? { functionId: found.function?.id } : {}),
    flowId: hasMade && making === 'flow' ? found.flow?.id : flowId,
    connectionIds: { ...lock.connectionIds, ...Object.fromEntries([...found.connections].map(([name, { id }]) => [name, id])) },
    made: hasMade ? [...made, making] : made,
    making: undefined,
  };
}

/**
 * A name may be anybody's. A Function and an Endpoint that deploy creates have our text in them from the beginning; of
 * the other things nothing tells. That something is still being made is left behind only by a run that was killed, or
 * that could not look any more: then what has the name is taken for what it made.
 */
function isOfOurMaking(step: string, found: Found): boolean {
  if (step === 'function') return functionVersion(found.function?.code ?? '') !== undefined;
  if (step === 'endpoint') return transformerVersion(found.endpoint?.transformer.transformer ?? '') !== undefined;
  return true;
}

function idsByStep({ extension, flow, endpoint, function: aFunction, connections }: Found): Map<string, string> {
  const things = Object.entries({ extension, flow, endpoint, function: aFunction });
  const ids = things.flatMap(([step, thing]): Array<[string, string]> => (thing === undefined ? [] : [[step, thing.id]]));
  return new Map([...ids, ...[...connections].map(([name, { id }]): [string, string] => [connectionStep(name), id])]);
}

function lockedIdsByStep(lock: Readonly<Lock>): Map<string, string | undefined> {
  const { extensionId, endpointId, functionId, connectionIds } = lock;
  return new Map([
    ['extension', extensionId],
    ['endpoint', endpointId],
    ['function', functionId],
    ...Object.entries(connectionIds).map(([name, id]): [string, string] => [connectionStep(name), id]),
  ]);
}
