import { ApiFailure } from '../api';
import type { Api } from '../api';
import { CliError } from '../cli-error';

/** @throws ApiFailure; CliError project_not_found */
export async function checkProject(api: Api, projectId: string): Promise<void> {
  try {
    await api.readProject(projectId);
  } catch (error) {
    // 400: what is no id at all.
    if (!(error instanceof ApiFailure) || (error.status !== 404 && error.status !== 400)) throw error;
    const message = `There is no project ${projectId} for this API key. ${error.message}.`;
    throw new CliError('project_not_found', message, { status: error.status });
  }
}
