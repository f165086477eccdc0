import type { Lock } from '../lock';

import type { Found } from './found';
import { connectionStep } from './lock-keeper';
import type { LockKeeper } from './lock-keeper';
import { functionVersion, transformerVersion } from '../rendered/ownership';

/**
 * Brings the lock file up to date with what was found, before anything is changed: where things are; that what an
 * interrupted run was about to make is there now, so it has made it; and that what was made is gone, or is another thing
 * of the same name by now.
 */
export function noteFound(found: Found, keeper: LockKeeper): void {
  const { lock } = keeper;
  const news = whatIsNew(found, lock);
  if (JSON.stringify({ ...lock, ...news }) !== JSON.stringify(lock)) keeper.update(news);
}

/** @returns members of the lock; those that are `undefined` go */
export function whatIsNew(found: Found, lock: Readonly<Lock>): Partial<Record<keyof Lock, unknown>> {
  const { making, flowId } = lock;
  const now = idsByStep(found);
  const before = lockedIdsByStep(lock);
  const isStillOurs = (step: string): boolean => now.has(step) && now.get(step) === before.get(step);
  // What the configuration has no use for any more, such as a former token's connection, is still ours to remove.
  const made = lock.made.filter((step) => !found.sought.has(step) || isStillOurs(step));
  const hasMade = making !== undefined && now.has(making) && isOfOurMaking(making, found);
  return {
    extensionId: found.extension?.id,
    ...(found.sought.has('endpoint') ? { endpointId: found.endpoint?.id, urlToken: found.endpoint?.urlToken } : {}),
    functionId: found.function?.id,
    flowId: hasMade && making === 'flow' ? found.flow?.id : flowId,
    connectionIds: { ...lock.connectionIds, ...Object.fromEntries([...found.connections].map(([name, { id }]) => [name, id])) },
    made: hasMade ? [...made, making] : made,
    making: undefined,
  };
}

/** A name may be anybody's; what deploy creates has our text in it from the beginning. */
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
