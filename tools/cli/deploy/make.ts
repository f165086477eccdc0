import { ApiFailure, withRetries } from '../api';
import { CliError } from '../cli-error';

import type { ProjectRun } from './run';

/**
 * Creates something. A lost request may have created it, so it is looked for before the request is repeated, and once
 * more at the end. If the run is killed, the lock file tells the next run what was being created. After a refusal
 * nothing was.
 *
 * @param find what was created; `undefined` when it is not there
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
    // A thing that gets this name later was created by somebody else.
    keeper.update({ making: undefined });
    throw error;
  }
}

/** When looking fails as well, it stays in doubt whether the thing was created. The first failure is the one to report. */
function doubt(failure: unknown, first: unknown): never {
  throw failure instanceof ApiFailure || failure instanceof CliError ? first : failure;
}

/** The API answered, and repeating the request would not help: nothing was done. After 2xx and a strange body it may be. */
function isRefusal(error: unknown): boolean {
  return error instanceof ApiFailure && error.status !== undefined && error.status >= 300 && !error.transient;
}
