import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { CliError } from './cli-error';
import { configOption, textOption } from './command';
import type { Call } from './command';
import { envFileOf, readVariables } from './env-file';
import { warnOfExposedSecrets, warnOfExposedVariables } from './exposed';
import { reasonFor, systemCodeOf } from './files';
import type { Environment } from './references';

/** An env file that was read. */
export interface VariableFile {
  file: string;
  variables: Environment;
}

/** Where a command gets its settings and secrets from. */
export interface Sources {
  /** The configuration file; it may not exist. */
  config: string;
  /** The values for `${NAME}`: the environment first, then the env files in their order. */
  env: Environment;
  envFiles: readonly VariableFile[];
}

/**
 * Finds the configuration file and reads the env files: the one of `--env-file`, or else those beside the configuration.
 *
 * @param env the environment
 * @param warn gets a warning for each file with secrets that others can read
 * @throws CliError env_file_missing, env_file_unreadable
 */
export function openSources(call: Call, env: Environment, warn: (text: string) => void): Sources {
  const config = configOption(call);
  const envFiles = readEnvFiles(config, textOption(call, 'env-file'));
  for (const warning of warnOfExposedSecrets(config)) warn(warning);
  for (const { file, variables } of envFiles) for (const warning of warnOfExposedVariables(file, variables, config)) warn(warning);
  return { config, env: withFiles(env, envFiles), envFiles };
}

/** @returns the names of the env files, for messages */
export function fileNames({ envFiles }: Sources): string[] {
  return envFiles.map(({ file }) => file);
}

/** @returns the environment, plus the variables of the files that it does not set */
export function withFiles(env: Environment, envFiles: readonly VariableFile[]): Environment {
  return Object.assign({}, ...[...envFiles].reverse().map(({ variables }) => variables), env) as Environment;
}

/**
 * @param named the file of `--env-file`
 * @throws CliError env_file_missing, env_file_unreadable
 */
export function readEnvFiles(config: string, named?: string): VariableFile[] {
  if (named !== undefined) {
    const variables = readOne(named);
    if (variables === undefined) throw new CliError('env_file_missing', `There is no ${named}.`);
    return [{ file: named, variables }];
  }
  const general = generalEnvFileOf(config);
  return [envFileOf(config), general].flatMap((file) => {
    // A folder named .env is a Python virtual environment.
    if (file === general && isFolder(file)) return [];
    const variables = readOne(file);
    return variables === undefined ? [] : [{ file, variables }];
  });
}

/** @returns `.env` beside the configuration; other tools read it too */
export function generalEnvFileOf(config: string): string {
  return join(dirname(config), '.env');
}

function isFolder(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** @returns `undefined` if there is no such file */
function readOne(file: string): Environment | undefined {
  try {
    return readVariables(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''));
  } catch (error) {
    const code = systemCodeOf(error) ?? 'unknown error';
    if (code === 'ENOENT') return undefined;
    throw new CliError('env_file_unreadable', `The env file ${file} can't be read${reasonFor(code)}.`);
  }
}
