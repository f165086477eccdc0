import { baseOf } from '../lock';
import type { Environment } from '../references';
import { VARIABLES } from './answers';
import type { Answers } from './answers';
import { configurationText } from './configuration-text';
import { readVariables, setVariables } from './env-file';
import { describeRefresh } from './lifetime-words';
import { Cancelled } from './prompter';
import type { Prompter } from './prompter';
import { Questions } from './questions';
import { tryToken } from './try-token';
import type { TrialEnvironment } from './try-token';
import type { Files } from './write-files';

/** What the dialogue works with. */
export interface DialogueEnvironment extends TrialEnvironment {
  prompter: Prompter;
  files: Files;
  env: Environment;
  /** @returns a new random secret */
  makeSecret: () => string;
}

/**
 * Asks for all that is needed, tries it, and writes the configuration.
 *
 * @param file where the configuration goes
 * @throws Cancelled; nothing is written then
 */
export async function runDialogue(file: string, allowInsecure: boolean, environment: DialogueEnvironment): Promise<void> {
  const { prompter, files } = environment;
  prompter.begin('Access Token: a new configuration');
  // Asked first: nobody should answer all the questions in vain.
  if (files.read(file) !== undefined && !(await prompter.confirm(`${file} exists. Replace it?`, false))) throw new Cancelled();
  const answers = await ask(allowInsecure, environment);
  const values = secretsOf(answers, envFileOf(file), environment);
  const envFile = await writeVariables(file, values, environment);
  files.writePrivate(file, configurationText(answers));
  prompter.say(`Written: ${file}. The secrets in it are references to environment variables.`);
  prompter.end(nextSteps(file, envFile, Object.keys(values)));
}

async function ask(allowInsecure: boolean, environment: DialogueEnvironment): Promise<Answers> {
  const { prompter } = environment;
  const questions = new Questions(prompter, allowInsecure);
  const project = await questions.project();
  const { token, lifetimeSeconds } = await tryToken(await questions.token(), questions, prompter, {
    ...environment,
    allowInsecure,
  });
  const refreshPercent = await questions.refreshPercent();
  if (lifetimeSeconds !== undefined) {
    const { text, warning } = describeRefresh(lifetimeSeconds, refreshPercent);
    prompter.say(text);
    if (warning !== undefined) prompter.warn(warning);
  }
  return { ...project, token, refreshPercent, ...(await questions.store(project.apiUrl)), allowInsecure };
}

/** The variables that the configuration names. An Endpoint secret that is in use already stays: stored tokens depend on it. */
function secretsOf({ apiKey, token, store }: Answers, envFile: string, { files, env, makeSecret }: DialogueEnvironment) {
  const values: Record<string, string> = {
    [VARIABLES.apiKey]: apiKey,
    [VARIABLES.clientSecret]: token.clientSecret,
  };
  if (store === 'redis') return values;
  const present = readVariables(files.read(envFile) ?? '')[VARIABLES.endpointSecret];
  values[VARIABLES.endpointSecret] = present ?? env[VARIABLES.endpointSecret] ?? makeSecret();
  return values;
}

/** @returns the env file, or `undefined` where the user wants none */
async function writeVariables(
  file: string,
  values: Readonly<Record<string, string>>,
  { prompter, files }: DialogueEnvironment,
): Promise<string | undefined> {
  const envFile = envFileOf(file);
  const question = `Write the secrets to ${envFile}? Only you can read it, and git leaves it alone.`;
  if (!(await prompter.confirm(question, true))) return undefined;
  const { text, unwritable } = setVariables(files.read(envFile) ?? '', values);
  const ignoredBy = files.ignoreInGit(envFile);
  files.writePrivate(envFile, text);
  prompter.say(`Written: ${envFile}.${ignoredBy === undefined ? '' : ` Added to ${ignoredBy}.`}`);
  for (const name of unwritable) {
    prompter.warn(`${name} has characters in it that no such file can hold. Set it yourself: ${exportLine(name)}`);
  }
  return envFile;
}

/** @returns `access-token.env` for `access-token.json` */
export function envFileOf(file: string): string {
  return `${baseOf(file)}.env`;
}

function nextSteps(file: string, envFile: string | undefined, names: readonly string[]): string {
  const deploy = `dist/cli.js deploy --config ${quoted(file)}`;
  if (envFile !== undefined) return `Next: node --env-file=${quoted(envFile)} ${deploy}`;
  return ['Set these variables, then deploy:', ...names.map(exportLine), `node ${deploy}`].join('\n');
}

function exportLine(name: string): string {
  // What was made up here and is stored nowhere is made up anew.
  return name === VARIABLES.endpointSecret ? `export ${name}="$(openssl rand -hex 32)"   # keep it` : `export ${name}=…`;
}

function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `'${path.replace(/'/g, "'\\''")}'`;
}
