import { ApiFailure } from '../api';
import type { Api, Item } from '../api';
import { CliError } from '../cli-error';
import type { Lock } from '../lock';
import { PLACEHOLDER_CODE, sameText, unified } from '../rendered/ownership';
import { readTemplate, userSection } from '../rendered/template';

import { isRunning } from './actual-state';
import { saveOld } from './backup';
import type { DeployValues } from './desired-state';
import type { ProjectRun } from './run';
import { describe, isLocked, KINDS } from './things';
import type { Kind, LockedThing, ThingText } from './things';

/** One thing to take away. */
export interface Removal {
  kind: Kind;
  /** As the lock file has it among what was made; `chain` for the running instances. */
  step: string;
  /** `reset`: it existed before deploy, which only wrote our text into it. */
  action: 'stop' | 'delete' | 'reset';
  description: string;
  id: string;
  /** Such as `Function "Access Token"`. */
  title: string;
}

export interface RemovalPlan {
  removals: Removal[];
  /** What deploy created and somebody else has filled since, a sentence each: it stays. */
  left: string[];
}

/**
 * Finds what deploy created and what is left of it. The lock file only says where to look: a thing counts as ours if it is
 * in the project and nobody else's text is in it. The chain comes first, so that nothing works with what goes.
 *
 * @throws ApiFailure
 */
export async function planRemoval(api: Api, values: DeployValues, lock: Readonly<Lock>): Promise<RemovalPlan> {
  const result: RemovalPlan = { removals: [], left: [] };
  for (const kind of KINDS) {
    const items = await kind.list(api, values.projectId);
    for (const thing of kind.locked(lock, values)) {
      const item = items.find(({ id }) => id === thing.id) ?? items.find((one) => isLocked(one, thing, lock));
      if (item !== undefined) await planOne(kind, thing, { ...item, title: titleOf(kind, item, items) }, { api, lock, result });
    }
  }
  return result;
}

async function planOne(
  kind: Kind,
  { step }: LockedThing,
  { id, title }: Item & Pick<Removal, 'title'>,
  { api, lock, result }: { api: Api; lock: Readonly<Lock>; result: RemovalPlan },
): Promise<void> {
  const { text: ownText } = kind;
  const plan = (action: Removal['action'], description: string, by = step): void =>
    void result.removals.push({ kind, step: by, action, description, id, title });
  const { text = '', isDisabled } = (await ownText?.read(api, id)) ?? {};
  const isOurs = ownText === undefined || ownText.versionOf(text) !== undefined;
  // What an interrupted run was about to create has only its name, which anybody may use: our text in it tells.
  const isToGo = lock.made.includes(step) || (lock.making === step && isOurs);
  if (!isToGo && (ownText === undefined || !isOurs)) return;
  if (ownText !== undefined && isForeign(ownText, text)) {
    result.left.push(leftAlone(title, ownText));
    return;
  }
  const isIdle = isDisabled === undefined || (isDisabled && !(await api.instances(id)).some(isRunning));
  if (!isIdle) plan('stop', 'stop the chain', 'chain');
  if (isToGo) plan('delete', `delete the ${title}`);
  else if (!sameText(text, PLACEHOLDER_CODE)) {
    plan('reset', `take the ${ownText?.word ?? ''} out of the ${title}, which was there before`);
  }
}

/**
 * Takes one thing away, and notes that it is gone. A thing that is gone already is fine; one that somebody else has filled
 * since the look stays.
 *
 * @throws ApiFailure; CliError chain_not_stopped
 */
export async function remove({ kind, step, action, id, title }: Removal, run: ProjectRun): Promise<void> {
  const { api, keeper, progress } = run;
  if (action === 'stop') return stopChain(id, run);
  const { text: ownText } = kind;
  const present = await unlessAnswered([404], async () => ownText?.read(api, id));
  if (ownText !== undefined && present !== undefined) {
    if (isForeign(ownText, present.text)) {
      progress.warn(leftAlone(title, ownText));
      return;
    }
    if (step === 'endpoint') saveOwnSection(id, unified(present.text), run);
  }
  await unlessAnswered([404], async () => (action === 'reset' ? ownText?.reset(api, id) : kind.remove(api, id)));
  if (action === 'delete') keeper.gone(step, step === keeper.lock.making ? { making: undefined } : {});
}

function isForeign(ownText: ThingText, text: string): boolean {
  return ownText.versionOf(text) === undefined && text.trim() !== '';
}

/** There is one extension of the name. */
function titleOf(kind: Kind, item: Item, others: readonly Item[]): string {
  return kind.label === 'extension' ? `${kind.label} ${item.name}` : describe(kind, item, others);
}

function leftAlone(title: string, { word }: ThingText): string {
  return `The ${title} stays: its ${word} is not ours. Delete it yourself if nobody needs it.`;
}

const STOP_ROUNDS = 20;
/** Grows with each round: half a minute in all. */
const STOP_PAUSE_MS = 150;

/** The Function is disabled first: a hop that ends meanwhile must not trigger another one. */
async function stopChain(functionId: string, { api, context }: ProjectRun): Promise<void> {
  await unlessAnswered([404], () => api.updateFunction(functionId, { isDisabled: true }));
  for (let round = 0; round < STOP_ROUNDS; round += 1) {
    const running = (await api.instances(functionId)).filter(isRunning);
    if (running.length === 0) return;
    // An instance that has ended by itself can't be stopped any more: the next round sees that.
    for (const { id } of running) await unlessAnswered([400, 404, 409], () => api.stopInstance(functionId, id));
    await context.sleep(STOP_PAUSE_MS * round);
  }
  throw new CliError('chain_not_stopped', 'There are still instances that are queued or active.');
}

/** What users wrote into our transformer is theirs. */
function saveOwnSection(endpointId: string, text: string, run: ProjectRun): void {
  if (text === '') return;
  const section = userSection(text);
  const template = readTemplate(run.context.templates, `transformer-${run.values.endpointType}`);
  if (section !== undefined && section === userSection(template)) return;
  const subject = section === undefined ? 'The transformer that was there' : 'Your own section of the transformer';
  saveOld({ subject, name: `transformer-${endpointId}`, text: section ?? text }, run);
}

/** @returns `undefined` where the API answers with one of these HTTP statuses */
export async function unlessAnswered<T>(statuses: readonly number[], work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ApiFailure && statuses.includes(error.status ?? 0)) return undefined;
    throw error;
  }
}
