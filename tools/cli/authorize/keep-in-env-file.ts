import { envFileOf, readVariables, setVariables } from '../env-file';
import { CliError } from '../cli-error';
import { trackedWarning } from '../git';
import type { Environment } from '../references';
import type { Files } from '../write-files';
import type { RefreshReference } from './refresh-reference';

/** What to tell the user. */
export interface Told {
  notes: string[];
  warnings: string[];
}

/**
 * Puts a refresh token into the env file beside the configuration, which only its owner may read; and lets the configuration refer to
 * it, where it does not.
 *
 * @param env what the environment has: it counts for more than the file
 * @throws CliError file_unwritable
 */
export function keepInEnvFile(
  configFile: string,
  { variable, missing }: RefreshReference,
  refreshToken: string,
  { files, env }: { files: Files; env: Environment },
): Told {
  const envFile = envFileOf(configFile);
  const previous = files.read(envFile) ?? '';
  const { text, unwritable } = setVariables(previous, { [variable]: refreshToken });
  if (unwritable.length > 0) throw new CliError('file_unwritable', `The refresh token has characters in it that ${envFile} can't hold.`);
  const warnings = files.isTrackedByGit(envFile) ? [trackedWarning(envFile)] : [];
  const ignoredBy = files.ignoreInGit(envFile);
  files.writePrivate(envFile, text);
  const notes = [`Written: ${variable} in ${envFile}, which only you can read.${ignoredBy === undefined ? '' : ` Added to ${ignoredBy}.`}`];
  const outside = env[variable];
  // What `node --env-file` has read is the file's former value.
  if (outside !== undefined && outside !== refreshToken && outside !== readVariables(previous)[variable]) {
    warnings.push(`${variable} is also set in your environment, which counts for more than ${envFile}: unset ${variable}`);
  }
  if (missing?.text !== undefined) {
    files.replace(configFile, missing.text);
    notes.push(`Written: ${missing.line} in ${configFile}.`);
  } else if (missing !== undefined) {
    warnings.push(`${configFile} does not refer to the refresh token yet. Enter in the entry of this token: ${missing.line}`);
  }
  return { notes, warnings };
}
