import { statSync } from 'node:fs';

import { CliError } from '../cli-error';
import { UsageError } from '../command';
import { envFileOf, readVariables, setVariables } from '../env-file';
import { trackedWarning } from '../git';
import type { Environment } from '../references';
import type { Sources } from '../sources';
import type { Files } from '../write-files';
import type { RefreshReference } from './refresh-reference';

/** Messages for the user. */
export interface Told {
  notes: string[];
  warnings: string[];
}

/**
 * Chooses the env file for a variable: the one that sets it already, else the first one that was read, else the one beside the
 * configuration, which `init` writes.
 *
 * @throws UsageError if that is not a regular file, such as a pipe
 */
export function envFileFor(variable: string, { config, envFiles }: Sources): string {
  const { file } = envFiles.find(({ variables }) => variables[variable] !== undefined) ?? envFiles[0] ?? { file: envFileOf(config) };
  if (statSync(file, { throwIfNoEntry: false })?.isFile() === false) {
    throw new UsageError(`${file} is not an ordinary file, so authorize can't write the refresh token into it.`);
  }
  return file;
}

/**
 * Writes a refresh token into an env file that only its owner may read. If the configuration does not refer to the variable yet, it adds
 * the reference.
 *
 * @param env the environment, which overrides the file
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
  if (unwritable.length > 0) throw new CliError('file_unwritable', `The refresh token contains characters that can't be written to ${envFile}.`);
  const warnings = files.isTrackedByGit(envFile) ? [trackedWarning(envFile)] : [];
  const ignoredBy = files.ignoreInGit(envFile);
  files.writePrivate(envFile, text);
  const notes = [`Written: ${variable} in ${envFile}, which only you can read.${ignoredBy === undefined ? '' : ` Added to ${ignoredBy}.`}`];
  const outside = env[variable];
  // A value that equals the file's former one comes from `node --env-file`, and deserves no warning.
  if (outside !== undefined && outside !== refreshToken && outside !== readVariables(previous)[variable]) {
    warnings.push(`${variable} is also set in your environment, which overrides ${envFile}. Run: unset ${variable}`);
  }
  if (missing?.text !== undefined) {
    files.replace(configFile, missing.text);
    notes.push(`Written: ${missing.line} in ${configFile}.`);
  } else if (missing !== undefined) {
    warnings.push(`${configFile} does not refer to the refresh token yet. Add this to the token's entry: ${missing.line}`);
  }
  return { notes, warnings };
}
