import { withRetries } from '../api';
import { CliError } from '../cli-error';

import type { Change } from './change';
import { ARCHIVE_NAME, EXTENSION_NAME } from './wanted';
import { make } from './work';
import type { Work } from './work';

/** What is needed to wait for tasks; `undeploy` waits for them, too. */
export type Waiting = Pick<Work, 'api' | 'keeper' | 'progress' | 'surroundings' | 'redact'> & {
  wanted: { values: { projectId: string } };
};

const FIRST_POLL_MS = 100;
const LONGEST_POLL_MS = 3_000;
/** After this a task counts as slow: the next run waits for it again. */
const LONGEST_TASK_MS = 5 * 60_000;
/** In place of a task's id: there is none to be waited for. */
const INSTALLED = '';

/**
 * Uploads the extension and waits until it is installed.
 *
 * @throws ApiFailure; CliError task_failed, task_slow
 */
export async function deployExtension({ action }: Change, extensionId: string | undefined, work: Work): Promise<void> {
  const { api, wanted, keeper } = work;
  const { projectId } = wanted.values;
  const { content, hash } = wanted.archive;
  const isNew = action === 'create' || extensionId === undefined;
  const upload = (): Promise<string> => api.uploadExtension(projectId, content, ARCHIVE_NAME);
  const task = isNew
    ? await make('extension', work, upload, () => uploadedMeanwhile(work))
    : await withRetries(() => api.updateExtension(projectId, extensionId, content, ARCHIVE_NAME), api.retry, async () => {
        // Two updates at a time might get in each other's way.
        await waitForRunningTasks(work);
        return undefined;
      });
  if (task !== INSTALLED) {
    keeper.update({ extensionTask: { id: task, hash } });
    await waitForTask(task, work);
  }
  await noteInstalled(hash, work, isNew);
}

/**
 * Finishes what an earlier run left: waits for its upload. Two uploads of a new extension would get in each other's way.
 *
 * @throws ApiFailure; CliError task_slow
 */
export async function finishEarlierUpload(work: Waiting): Promise<void> {
  const { keeper, progress } = work;
  const { extensionTask, making } = keeper.lock;
  if (extensionTask === undefined && making !== 'extension') return;
  progress.begin('extension: wait for the upload of an earlier run');
  // Without the task's id nobody knows what was uploaded: it is looked for like anything else that was being made.
  if (extensionTask === undefined) await waitForRunningTasks(work);
  else if (await endsWell(extensionTask.id, work)) await noteInstalled(extensionTask.hash, work, making === 'extension');
  else keeper.update({ extensionTask: undefined });
  progress.done();
}

/** After an upload whose answer was lost. */
async function uploadedMeanwhile(work: Work): Promise<string | undefined> {
  await waitForRunningTasks(work);
  const extensions = await work.api.extensions(work.wanted.values.projectId);
  return extensions.some(({ name }) => name === EXTENSION_NAME) ? INSTALLED : undefined;
}

async function noteInstalled(hash: string, { api, keeper, wanted }: Waiting, isNew: boolean): Promise<void> {
  const extension = (await api.extensions(wanted.values.projectId)).find(({ name }) => name === EXTENSION_NAME);
  if (extension === undefined) {
    throw new CliError('task_failed', `The upload is done, but the project has no extension "${EXTENSION_NAME}".`);
  }
  const known = { extensionId: extension.id, extensionHash: hash, extensionTask: undefined };
  if (isNew) keeper.made('extension', known);
  else keeper.update(known);
}

async function endsWell(taskId: string, work: Waiting): Promise<boolean> {
  try {
    await waitForTask(taskId, work);
    return true;
  } catch (error) {
    // A task that failed, or is forgotten by now, is simply not the one that did it.
    if (isFailedTask(error) || isNotFound(error)) return false;
    throw error;
  }
}

function isFailedTask(error: unknown): boolean {
  return error instanceof CliError && error.code === 'task_failed';
}

function isNotFound(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'status' in error && error.status === 404;
}

async function waitForRunningTasks(work: Waiting): Promise<void> {
  for (const task of await work.api.runningTasks(work.wanted.values.projectId)) await endsWell(task, work);
}

async function waitForTask(taskId: string, { api, keeper, wanted, surroundings, redact }: Waiting): Promise<void> {
  const { now, sleep } = surroundings;
  const end = now() + LONGEST_TASK_MS;
  for (let pause = FIRST_POLL_MS; ; pause = Math.min(LONGEST_POLL_MS, pause * 1.5)) {
    const { status, failReason } = await api.readTask(taskId, wanted.values.projectId);
    if (status === 'done') return;
    if (status === 'error' || status === 'cancelled') {
      // Our own upload has made nothing then; what comes by this name later was made by somebody else.
      if (keeper.lock.extensionTask?.id === taskId) keeper.update({ extensionTask: undefined, making: undefined });
      const reason = redact(failReason || 'no reason is given');
      throw new CliError('task_failed', `The task ${taskId} ended with "${status}": ${reason}.`);
    }
    if (now() >= end) {
      throw new CliError('task_slow', `The task ${taskId} is still ${status} after ${LONGEST_TASK_MS / 60_000} minutes.`);
    }
    await sleep(pause);
  }
}
