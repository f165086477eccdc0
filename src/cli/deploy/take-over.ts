import type { Lock } from '../lock';

import type { Found } from './found';
import { hasOurCode, hasOurTransformer } from '../rendered/ownership';
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

/** Tells of what is ours, but not known to the lock file, nor named in the configuration. */
export function warnOfTakeOver({ functionId, endpointId, storeUrl }: DeployValues, found: Found, lock: Readonly<Lock>): string[] {
  const { function: aFunction, endpoint } = found;
  const isNamed = (id: string | undefined): boolean => id !== undefined;
  const isNews = (step: string, id: string, lockedId: string | undefined): boolean => id !== lockedId && lock.making !== step;
  return [
    ...(hasOurCode(aFunction) && !isNamed(functionId) && isNews('function', aFunction.id, lock.functionId)
      ? [warning('Function', aFunction)]
      : []),
    ...(hasOurTransformer(endpoint) && !isNamed(endpointId ?? storeUrl) && isNews('endpoint', endpoint.id, lock.endpointId)
      ? [warning('Endpoint', endpoint)]
      : []),
  ];
}

function warning(kind: string, { id, name }: { id: string; name: string }): string {
  const what = `The ${kind} "${name}" (${id}) was made with another configuration, or its lock file is lost`;
  return `${what}: it is taken over, with the connections. If that is not meant, choose other names in the configuration ("names").`;
}
