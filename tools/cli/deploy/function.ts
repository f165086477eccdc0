import { PLACEHOLDER_CODE } from '../rendered/ownership';

import { saveOld } from './backup';
import type { Change } from './change';
import type { Found } from './found';
import { locate } from './locate';
import type { Ids } from './wanted';
import { make } from './work';
import type { Work } from './work';

/**
 * Creates the Function without its code, which has the Function's own id in it. Until the code is there, it is
 * disabled, and would do nothing.
 *
 * @returns its id
 */
export async function createFunction(work: Work): Promise<string> {
  const { api, wanted, keeper } = work;
  const { projectId, names } = wanted.values;
  const find = async () => locate(await api.functions(projectId), { kind: 'Function', name: names.function });
  const empty = { name: names.function, code: PLACEHOLDER_CODE, isDisabled: true };
  const { id } = await make('function', work, () => api.createFunction(projectId, empty), find);
  keeper.made('function', { functionId: id });
  return id;
}

/** Writes the code, enables the Function, and notes that it is looked after from now on. */
export async function updateFunction(
  { savesOld }: Change,
  found: Found,
  ids: Ids & { functionId: string },
  work: Work,
): Promise<void> {
  const { api, wanted, keeper } = work;
  if (savesOld) {
    const text = found.function?.code ?? '';
    saveOld({ subject: 'The code that was there', name: `function-${ids.functionId}`, text }, work);
  }
  const code = wanted.functionCode(ids);
  if (code === undefined) throw new Error('The Function was to be written before the store was known.');
  await api.updateFunction(ids.functionId, { code, isDisabled: false });
  keeper.update({ functionId: ids.functionId });
}
