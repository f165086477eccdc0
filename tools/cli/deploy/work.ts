import { ApiFailure, toCliError, withRetries } from '../api';
import type { Api } from '../api';
import { CliError } from '../cli-error';
import type { Surroundings } from '../command';

import type { LockKeeper } from './lock-keeper';
import type { Progress } from './progress';
import type { Wanted } from './wanted';

/** What every step works with. */
export interface Work {
  api: Api;
  wanted: Wanted;
  keeper: LockKeeper;
  progress: Progress;
  surroundings: Surroundings;
  configFile: string;
  /** Strikes secrets out of a text from outside. */
  redact: (text: string) => string;
}

/**
 * Makes something that is not there yet. What a lost request may have made is looked for before the request is
 * repeated, and once more at the end; and should nobody live to see the answer, the lock file tells the next run what
 * was being made. A refusal is an answer: nothing was made then.
 *
 * @param find what has been made; `undefined` when it is not there
 */
export async function make<T>(
  step: string,
  { api, keeper }: Work,
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
    const last = isAnyLost ? await lookOnceMore(find) : { made: undefined };
    if (last?.made !== undefined) return last.made;
    // What comes by this name later was made by somebody else.
    if (last !== undefined) keeper.update({ making: undefined });
    throw error;
  }
}

/** @returns `undefined` where nobody can look either: it stays in doubt, and the first failure is the one to be told */
async function lookOnceMore<T>(find: () => Promise<T | undefined>): Promise<{ made: T | undefined } | undefined> {
  try {
    return { made: await find() };
  } catch (error) {
    if (error instanceof ApiFailure || error instanceof CliError) return undefined;
    throw error;
  }
}

/** Whether nothing was done for sure: the API has answered, and does not want to be asked again. */
function isRefusal(error: unknown): boolean {
  return error instanceof ApiFailure && error.status !== undefined && !error.transient;
}

/** Runs a part of the work, and names it in the error that it fails with. */
export async function atStep<T>(step: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ApiFailure) throw toCliError(error).at(step);
    throw error instanceof CliError ? error.at(step) : error;
  }
}
