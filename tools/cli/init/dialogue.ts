import { envFileOf, readVariables, setVariables } from '../env-file';
import { trackedWarning } from '../git';
import type { Provider } from '../providers/provider';
import type { Environment } from '../references';
import { nextCommand } from '../invocation';
import { secretNote, settingLine, VARIABLES } from '../shell';
import type { SecretOrigin } from '../shell';
import type { Files } from '../write-files';
import { TOKEN_SETTINGS } from './answers';
import type { Answers } from './answers';
import { askForToken } from './ask-token';
import { configurationText } from './configuration-text';
import { describeRefresh } from './lifetime-words';
import { Cancelled } from './prompter';
import type { Prompter } from './prompter';
import { needsConsent, needsFlow, nodeSettings } from './provider-entry';
import { Questions } from './questions';
import { tryProject } from './try-project';
import type { ReadProject } from './try-project';
import type { TrialEnvironment } from './try-token';

/** Everything that the dialogue needs from the outside world. */
export interface DialogueEnvironment extends TrialEnvironment {
  prompter: Prompter;
  readProject: ReadProject;
  files: Files;
  /** How the user calls the program. */
  program: string;
  /** The environment, plus the variables of the env files. */
  env: Environment;
  /** @returns a new random secret */
  makeSecret: () => string;
}

/**
 * Asks for all settings, tries them, and writes the configuration.
 *
 * @param file the configuration file to write
 * @param provider fills in its known settings, so that fewer questions are left
 * @throws Cancelled, and then nothing is written
 */
export async function runDialogue(
  file: string,
  allowInsecure: boolean,
  environment: DialogueEnvironment,
  provider?: Provider,
): Promise<void> {
  const { prompter, files } = environment;
  prompter.begin('Access Token: a new configuration');
  // Asked first, so that nobody answers all the questions in vain.
  if (files.read(file) !== undefined && !(await prompter.confirm(`${file} exists. Replace it?`, false))) throw new Cancelled();
  const answers = await ask(allowInsecure, environment, provider);
  const envFile = envFileOf(file);
  const secrets = secretsOf(answers, envFile, environment);
  const isWritten = await writeVariables(envFile, secrets, environment);
  files.writePrivate(file, configurationText(answers));
  prompter.say(`Written: ${file}. The secrets in it are references to environment variables.`);
  const forNodes = provider === undefined ? [] : nodeSettings(provider);
  if (forNodes.length > 0) prompter.say(`In the nodes, enter: ${forNodes.join('; ')}.`);
  const isLacking = provider !== undefined && answers.ofProvider !== undefined && needsConsent(provider, answers.ofProvider);
  prompter.end(nextSteps(nextCommand(environment.program, isLacking ? 'authorize --deploy' : 'deploy', file), envFile, isWritten, secrets));
}

async function ask(allowInsecure: boolean, environment: DialogueEnvironment, provider: Provider | undefined): Promise<Answers> {
  const { prompter } = environment;
  const questions = new Questions(prompter, allowInsecure, environment.env);
  const project = await tryProject(await questions.project(), questions, prompter, environment.readProject);
  const { lifetimeSeconds, ...token } = await askForToken(provider, questions, { ...environment, allowInsecure });
  const refreshPercent = await questions.refreshPercent();
  if (lifetimeSeconds !== undefined) {
    const { text, warning } = describeRefresh(lifetimeSeconds, refreshPercent);
    prompter.say(text);
    if (warning !== undefined) prompter.warn(warning);
  }
  const store = await questions.store(project.apiUrl, provider !== undefined && needsFlow(provider));
  return { ...project, ...token, refreshPercent, ...store, allowInsecure };
}

interface Secrets {
  /** The variables that the configuration names. */
  values: Record<string, string>;
  /** Where the Endpoint secret among them comes from. */
  origin: SecretOrigin;
  /** The files that secrets were read from, by variable. */
  paths: Record<string, string>;
}

/** Collects the secrets. An Endpoint secret that is set already stays, because stored tokens are encrypted with it. */
function secretsOf(answers: Answers, envFile: string, { files, env, makeSecret }: DialogueEnvironment): Secrets {
  const { apiKey, token, store, ofProvider } = answers;
  const { secrets, paths } = ofProvider ?? { secrets: {}, paths: {} };
  const ofToken = TOKEN_SETTINGS.flatMap(([key, { ask }]) => (ask?.variable && token[key] ? [[ask.variable, token[key]]] : []));
  const values = { [VARIABLES.apiKey]: apiKey, ...(Object.fromEntries(ofToken) as Record<string, string>), ...secrets };
  if (store === 'redis') return { values, origin: 'made up', paths };
  const name = VARIABLES.endpointSecret;
  const inFile = readVariables(files.read(envFile) ?? '')[name] ?? '';
  if (inFile !== '') return { values: { ...values, [name]: inFile }, origin: 'env file', paths };
  const outside = env[name] ?? '';
  if (outside !== '') return { values: { ...values, [name]: outside }, origin: 'environment', paths };
  return { values: { ...values, [name]: makeSecret() }, origin: 'made up', paths };
}

/** @returns whether the user wanted the env file */
async function writeVariables(
  envFile: string,
  { values, origin, paths }: Secrets,
  { prompter, files }: DialogueEnvironment,
): Promise<boolean> {
  const isTracked = files.isTrackedByGit(envFile);
  if (isTracked) prompter.warn(trackedWarning(envFile));
  const question = `Write the secrets to ${envFile}? Only you can read it${isTracked ? '' : ', and git ignores it'}.`;
  if (!(await prompter.confirm(question, !isTracked))) return false;
  const { text, unwritable } = setVariables(files.read(envFile) ?? '', values);
  const ignoredBy = files.ignoreInGit(envFile);
  files.writePrivate(envFile, text);
  prompter.say(`Written: ${envFile}.${ignoredBy === undefined ? '' : ` Added to ${ignoredBy}.`}`);
  for (const name of unwritable) {
    const line = settingLine(name, origin, paths[name]);
    const rest = line === undefined ? secretNote(origin, envFile) : `Set it yourself: ${line}`;
    prompter.warn(`${name} contains characters that such a file can't hold. ${rest}`);
  }
  return true;
}

/** @param command the command to run next */
function nextSteps(command: string, envFile: string, isWritten: boolean, { values, origin, paths }: Secrets): string {
  if (isWritten) return `Next: ${command}`;
  const lines = Object.keys(values).flatMap((name) => settingLine(name, origin, paths[name]) ?? []);
  const note = VARIABLES.endpointSecret in values ? [secretNote(origin, envFile)] : [];
  // A variable that is set in the shell overrides an older env file.
  return [...note, 'Set these variables, then run:', ...lines, command].join('\n');
}
