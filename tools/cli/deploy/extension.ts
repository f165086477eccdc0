import { withRetries } from '../api';
import { CliError } from '../cli-error';

import { ARCHIVE_NAME, EXTENSION_NAME } from './desired-state';
import { make } from './make';
import type { Change } from './plan';
import { poll } from './run';
import type { DeployRun, Patience, ProjectRun } from './run';

/** After this the run gives up with `task_slow`. The next run waits for the same task again. */
const TASK_PATIENCE: Patience = { totalMs: 5 * 60_000, longestPauseMs: 3_000 };
/** Stands for a task's id if there is no task to wait for. */
const INSTALLED = '';

/**
 * Uploads the extension and waits until it is installed.
 *
 * @throws ApiFailure; CliError task_failed, task_slow
 */
export async function deployExtension({ action }: Change, extensionId: string | undefined, run: DeployRun): Promise<void> {
  const { api, desired, keeper, values } = run;
  const { content, hash } = desired.archive;
  const isNew = action === 'create' || extensionId === undefined;
  const upload = (): Promise<string> => api.uploadExtension(values.projectId, content, ARCHIVE_NAME);
  const task = isNew
    ? await make('extension', run, upload, () => uploadedMeanwhile(run))
    : await withRetries(() => api.updateExtension(values.projectId, extensionId, content, ARCHIVE_NAME), api.retry, async () => {
        // Two simultaneous updates might collide.
        await waitForRunningTasks(run);
        return undefined;
      });
  if (task !== INSTALLED) {
    keeper.update({ extensionTask: { id: task, hash } });
    await waitForTask(task, run);
  }
  await noteInstalled(hash, run, isNew);
}

/**
 * Waits for an upload that an earlier run left unfinished. Two uploads of a new extension would collide.
 *
 * @throws ApiFailure; CliError task_slow
 */
export async function finishEarlierUpload(run: ProjectRun): Promise<void> {
  const { keeper, progress } = run;
  const { extensionTask, making } = keeper.lock;
  if (extensionTask === undefined && making !== 'extension') return;
  progress.begin('extension: wait for the upload of an earlier run');
  // Without the task's id nobody knows what was uploaded. The extension is then looked for like anything else that was being created.
  if (extensionTask === undefined) await waitForRunningTasks(run);
  else if (await endsWell(extensionTask.id, run)) await noteInstalled(extensionTask.hash, run, making === 'extension');
  else keeper.update({ extensionTask: undefined });
  progress.done();
}

/** Looks for the extension after the answer to an upload was lost. */
async function uploadedMeanwhile(run: ProjectRun): Promise<string | undefined> {
  await waitForRunningTasks(run);
  const extensions = await run.api.extensions(run.values.projectId);
  return extensions.some(({ name }) => name === EXTENSION_NAME) ? INSTALLED : undefined;
}

async function noteInstalled(hash: string, { api, keeper, values }: ProjectRun, isNew: boolean): Promise<void> {
  const extension = (await api.extensions(values.projectId)).find(({ name }) => name === EXTENSION_NAME);
  if (extension === undefined) {
    throw new CliError('task_failed', `The upload is done, but the project has no extension "${EXTENSION_NAME}".`);
  }
  const known = { extensionId: extension.id, extensionHash: hash, extensionTask: undefined };
  if (isNew) keeper.made('extension', known);
  else keeper.update(known);
}

/** @returns whether a task succeeded; false if it failed, or if the platform no longer knows it */
async function endsWell(taskId: string, run: ProjectRun): Promise<boolean> {
  try {
    await waitForTask(taskId, run);
    return true;
  } catch (error) {
    const isFailed = error instanceof CliError && error.code === 'task_failed';
    const isNotFound = typeof error === 'object' && error !== null && 'status' in error && error.status === 404;
    if (isFailed || isNotFound) return false;
    throw error;
  }
}

async function waitForRunningTasks(run: ProjectRun): Promise<void> {
  for (const task of await run.api.runningTasks(run.values.projectId)) await endsWell(task, run);
}

async function waitForTask(taskId: string, { api, keeper, context, redact }: ProjectRun): Promise<void> {
  let last = '';
  // Other tasks of the project are named by their ids, as on the platform's pages.
  const task = keeper.lock.extensionTask?.id === taskId ? 'The upload of the extension' : `The project's task ${taskId}`;
  const isDone = async (): Promise<true | undefined> => {
    const { status, failReason } = await api.readTask(taskId);
    last = status;
    if (status !== 'error' && status !== 'cancelled') return status === 'done' ? true : undefined;
    // Our own upload created nothing, so an extension that appears later is somebody else's.
    if (keeper.lock.extensionTask?.id === taskId) keeper.update({ extensionTask: undefined, making: undefined });
    const reason = redact(failReason ?? 'no reason is given');
    throw new CliError('task_failed', `${task} ended with "${status}": ${reason}.`);
  };
  await poll(context, TASK_PATIENCE, isDone, () => {
    const minutes = TASK_PATIENCE.totalMs / 60_000;
    throw new CliError('task_slow', `${task} is still ${last} after ${minutes} minutes.`);
  });
}
