import { ApiFailure, withRetries } from '../api';
import { CliError } from '../cli-error';

import type { ProjectRun } from './run';

/**
 * Creates something. A lost request may have created it after all, so it looks for the thing before each retry, and once more at the end.
 * If the run is killed, the lock file tells the next run what was being created. If the API refuses, nothing was created.
 *
 * @param find looks for the thing; returns `undefined` if it is not there
 */
export async function make<T>(
  step: string,
  { api, keeper }: Pick<ProjectRun, 'api' | 'keeper'>,
  create: () => Promise<T>,
  find: () => Promise<T | undefined>,
): Promise<T> {
  keeper.making(step);
  let isAnyLost = false as boolean;
  const send = async (): Promise<T> => {
    try {
      return await create();
    } catch (error) {
      isAnyLost ||= !isRefusal(error);
      throw error;
    }
  };
  try {
    return await withRetries(send, api.retry, find);
  } catch (error) {
    const made = isAnyLost ? await find().catch((failure: unknown) => doubt(failure, error)) : undefined;
    if (made !== undefined) return made;
    // If a thing with this name appears later, somebody else created it.
    keeper.update({ making: undefined });
    throw error;
  }
}

/** If looking for the thing fails too, nobody knows whether it was created. Then the first failure is reported. */
function doubt(failure: unknown, first: unknown): never {
  throw failure instanceof ApiFailure || failure instanceof CliError ? first : failure;
}

/** Whether the API refused, so that nothing was created. After 2xx with an unexpected body, the thing may exist. */
function isRefusal(error: unknown): boolean {
  return error instanceof ApiFailure && error.status !== undefined && error.status >= 300 && !error.transient;
}
