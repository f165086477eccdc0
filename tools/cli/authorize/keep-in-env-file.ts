import { statSync } from 'node:fs';

import { CliError } from '../cli-error';
import { UsageError } from '../command';
import { envFileOf, readVariables, setVariables } from '../env-file';
import { trackedWarning } from '../git';
import type { Environment } from '../references';
import type { Sources } from '../sources';
import type { Files } from '../write-files';
import type { RefreshReference } from './refresh-reference';

/** What to tell the user. */
export interface Told {
  notes: string[];
  warnings: string[];
}

/**
 * Chooses the env file for a variable: the one that already has it, else the first one that was read, else the one that `init` writes
 * beside the configuration.
 *
 * @throws UsageError if it is not a file that can be written, such as a pipe
 */
export function envFileFor(variable: string, { config, envFiles }: Sources): string {
  const { file } = envFiles.find(({ variables }) => variables[variable] !== undefined) ?? envFiles[0] ?? { file: envFileOf(config) };
  if (statSync(file, { throwIfNoEntry: false })?.isFile() === false) {
    throw new UsageError(`${file} is no ordinary file: authorize could not write the refresh token into it.`);
  }
  return file;
}

/**
 * Writes a refresh token to an env file that only its owner may read. If the configuration does not refer to it yet, it adds the reference.
 *
 * @param env the environment, which takes precedence over the file
 * @throws CliError file_unwritable
 */
export function keepInEnvFile(
  { config: configFile, envFile }: { config: string; envFile: string },
  { variable, missing }: RefreshReference,
  refreshToken: string,
  { files, env }: { files: Files; env: Environment },
): Told {
  const previous = files.read(envFile) ?? '';
  const { text, unwritable } = setVariables(previous, { [variable]: refreshToken });
  if (unwritable.length > 0) throw new CliError('file_unwritable', `The refresh token has characters in it that ${envFile} can't hold.`);
  const warnings = files.isTrackedByGit(envFile) ? [trackedWarning(envFile)] : [];
  const ignoredBy = files.ignoreInGit(envFile);
  files.writePrivate(envFile, text);
  const notes = [`Written: ${variable} in ${envFile}, which only you can read.${ignoredBy === undefined ? '' : ` Added to ${ignoredBy}.`}`];
  const outside = env[variable];
  // `node --env-file` read the file's previous value.
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
