import { TOKEN_KEYS } from '../../../src/settings/token-keys';
import { systemCodeOf } from '../files';
import { partOf } from '../providers/fill';
import type { Placeholder, Provider } from '../providers/provider';
import type { Files } from '../write-files';
import { problemOf } from './check';
import type { Prompter } from './prompter';
import { plain } from './provider-entry';

/** What was typed. */
export interface ProviderAnswers {
  /** The values of the placeholders. */
  entered: Record<string, string>;
  /** The files that secrets were read from, by variable. */
  paths: Record<string, string>;
}

export interface AskingProvider {
  prompter: Prompter;
  files: Files;
  allowInsecure: boolean;
}

const ANOTHER = 'another';

/**
 * Asks for everything that differs between a provider's users.
 *
 * @throws Cancelled
 */
export async function askForProvider(provider: Provider, environment: AskingProvider): Promise<ProviderAnswers> {
  const { name: title, prepare, placeholders = {} } = provider;
  environment.prompter.say(`Provider: ${title}.${prepare === undefined ? '' : ` ${plain(prepare)}`}`);
  let answers: ProviderAnswers = { entered: {}, paths: {} };
  for (const name of Object.keys(placeholders)) answers = await askForPlaceholder(provider, name, answers, environment);
  return answers;
}

/**
 * Asks for one of a provider's placeholders, the first time or again.
 *
 * @returns all answers
 * @throws Cancelled
 */
export async function askForPlaceholder(
  { way, placeholders = {} }: Provider,
  placeholderName: string,
  { entered, paths }: ProviderAnswers,
  { prompter, files, allowInsecure }: AskingProvider,
): Promise<ProviderAnswers> {
  const asked = placeholders[placeholderName];
  if (asked === undefined) throw new Error(`There is no placeholder {${placeholderName}}.`);
  const url = way.authentication === 'customRequest' ? way.url : way.tokenUrl;
  if (!asked.isFile) return { entered: { ...entered, [placeholderName]: await askForValue(placeholderName, asked) }, paths };
  const path = await askForFile(asked);
  return {
    entered: { ...entered, [placeholderName]: textOf(path) },
    paths: asked.variable === undefined ? paths : { ...paths, [asked.variable]: path },
  };

  async function askForFile({ what, example }: Placeholder): Promise<string> {
    return (await prompter.text({ message: `${plain(what)}: in which file?`, placeholder: example, validate: problemOfFile })).trim();
  }

  function problemOfFile(path: string): string | undefined {
    try {
      return textOf(path.trim()) === '' ? 'There is no such file, or it is empty.' : undefined;
    } catch (error) {
      const code = systemCodeOf(error);
      if (code === undefined) throw error;
      return `It can't be read (${code}).`;
    }
  }

  function textOf(path: string): string {
    // An env file can't contain Windows line ends.
    return path === '' ? '' : (files.read(path) ?? '').replace(/\r\n?/g, '\n').trim();
  }

  async function askForValue(name: string, placeholder: Placeholder): Promise<string> {
    const { what, example, initial, choices, variable } = placeholder;
    const message = plain(what);
    const isPart = url.includes(`{${name}}`);
    const read = (answer: string): string => (isPart ? partOf(answer, url, name) : answer.trim());
    const validate = (answer: string): string | undefined =>
      problemOf(variable === undefined ? read(answer) : answer, keyOf(placeholder), allowInsecure) ??
      (isPart ? problemInUrl(name, read(answer)) : undefined);
    if (variable !== undefined) return prompter.secret({ message, validate });
    if (choices !== undefined) {
      const options = Object.entries(choices).map(([value, hint]) => ({ value, label: value, hint }));
      const choice = await prompter.choose({ message, options: [...options, { value: ANOTHER, label: 'Another' }], initial: options[0]?.value });
      if (choice !== ANOTHER) return choice;
    }
    return read(await prompter.text({ message, placeholder: example, initial, validate }));
  }

  /** Checks the answer within the whole address. The other parts are correct or not known yet, so `x` stands for them. */
  function problemInUrl(name: string, answer: string): string | undefined {
    const whole = url.replace(/\{(\w+)\}/g, (_, part: string) => (part === name ? answer : 'x'));
    const isAddress = problemOf(whole, TOKEN_KEYS.tokenUrl, allowInsecure) === undefined;
    return isAddress && !/[?#]/.test(answer) ? undefined : `It does not fit into the address ${url}.`;
  }
}

function keyOf({ variable, isOptional }: Placeholder) {
  if (variable !== undefined) return isOptional ? TOKEN_KEYS.refreshToken : TOKEN_KEYS.clientSecret;
  return isOptional ? TOKEN_KEYS.audience : TOKEN_KEYS.clientId;
}
