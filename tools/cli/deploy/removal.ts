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

/** One thing to remove. */
export interface Removal {
  kind: Kind;
  /** As in the lock file's `made`; `chain` for the running instances. */
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
  /** One sentence for each thing that stays, because somebody else has put their text into it since deploy created it. */
  left: string[];
}

/**
 * Finds what deploy created and what is left of it. The lock file only says where to look. A thing counts as ours if it is in the project
 * and contains nobody else's text. The chain comes first, so that nothing uses the things that are removed after it.
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
  // If an interrupted run was about to create it, only its name is known, which anybody may use. Our text in it is the proof.
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
    plan('reset', `remove our ${ownText?.word ?? ''} from the ${title}, which was there before`);
  }
}

/**
 * Removes one thing, and notes that it is gone. It may be gone already. It stays if somebody else has put their text into it since the
 * plan was made.
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

/** An extension needs no id to tell it apart: the project has only one with our name. */
function titleOf(kind: Kind, item: Item, others: readonly Item[]): string {
  return kind.label === 'extension' ? `${kind.label} ${item.name}` : describe(kind, item, others);
}

function leftAlone(title: string, { word }: ThingText): string {
  return `The ${title} stays: its ${word} is not ours. Delete it yourself if nobody needs it.`;
}

const STOP_ROUNDS = 20;
/** Milliseconds; it grows with each round, to half a minute in all. */
const STOP_PAUSE_MS = 150;

/** Disables the Function first, so that a hop that ends meanwhile can't trigger another one. */
async function stopChain(functionId: string, { api, context }: ProjectRun): Promise<void> {
  await unlessAnswered([404], () => api.updateFunction(functionId, { isDisabled: true }));
  for (let round = 0; round < STOP_ROUNDS; round += 1) {
    const running = (await api.instances(functionId)).filter(isRunning);
    if (running.length === 0) return;
    // If an instance has just ended by itself, it can't be stopped. The next round sees that.
    for (const { id } of running) await unlessAnswered([400, 404, 409], () => api.stopInstance(functionId, id));
    await context.sleep(STOP_PAUSE_MS * round);
  }
  throw new CliError('chain_not_stopped', 'Some instances of the Function are still queued or active.');
}

/** Saves what the user wrote into our transformer. */
function saveOwnSection(endpointId: string, text: string, run: ProjectRun): void {
  if (text === '') return;
  const section = userSection(text);
  const template = readTemplate(run.context.templates, `transformer-${run.values.endpointType}`);
  if (section !== undefined && section === userSection(template)) return;
  const subject = section === undefined ? 'The old transformer' : 'Your own section of the transformer';
  saveOld({ subject, name: `transformer-${endpointId}`, text: section ?? text }, run);
}

/** @returns `undefined` if the API answers with one of these HTTP statuses */
export async function unlessAnswered<T>(statuses: readonly number[], work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof ApiFailure && statuses.includes(error.status ?? 0)) return undefined;
    throw error;
  }
}
