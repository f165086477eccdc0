import { startChain } from './chain';
import type { Change } from './change';
import { deployConnection } from './connection';
import { createEndpoint, createFlow, updateTransformer } from './endpoint';
import { deployExtension } from './extension';
import type { Found } from './found';
import { createFunction, updateFunction } from './function';
import { knownIds } from './plan';
import type { Ids } from './wanted';
import { atStep } from './work';
import type { Work } from './work';

/**
 * Does what was planned, one thing after the other. Whatever it stops at, the next run finds what is done and goes on.
 *
 * @returns the ids of what the rest of the program refers to
 * @throws CliError and ApiFailure's errors, with the step
 */
export async function carryOut(
  changes: readonly Change[],
  found: Found,
  hashFields: (fields: Readonly<Record<string, string>>) => string,
  work: Work,
): Promise<Ids> {
  const ids: Ids = knownIds(found);
  let flowReference = found.flow?.referenceId;
  for (const change of changes) {
    work.progress.begin(`${change.step}: ${change.description}`);
    await atStep(change.step, () => apply(change));
    work.progress.done();
  }
  return ids;

  async function apply(change: Change): Promise<void> {
    switch (change.step) {
      case 'extension':
        return deployExtension(change, found.extension?.id, work);
      case 'flow':
        flowReference = await createFlow(work);
        return;
      case 'endpoint':
        if (change.action === 'create') ids.urlToken = (await createEndpoint(flowReference ?? '', work)).urlToken;
        else await updateTransformer(change, found, work);
        return;
      case 'function':
        ids.functionId ??= await createFunction(work);
        return updateFunction(change, found, { ...ids, functionId: ids.functionId }, work);
      case 'connection':
        return deployConnection(change, found, ids, hashFields, work);
      case 'chain':
        return startChain({ ...ids, functionId: ids.functionId ?? '' }, work, found.running);
    }
  }
}
