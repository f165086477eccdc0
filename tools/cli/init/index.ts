import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { dirname } from 'node:path';

import { openApi } from '../api';
import { CONFIG_OPTION, configOption, DEFAULT_CONFIG, EXIT_DONE, EXIT_MISUSED, refuseMore, textOption } from '../command';
import type { Call, Command, CliContext } from '../command';
import { removeLeftovers } from '../files';
import { baseOf } from '../lock';
import { PROVIDER_OPTION, providerNamed, PROVIDERS } from '../providers';
import { readEnvFiles, withFiles } from '../sources';
import { DISK } from '../write-files';
import { clackPrompter } from './clack';
import { runDialogue } from './dialogue';
import { Cancelled } from './prompter';
import type { Prompter } from './prompter';
import type { ReadProject } from './try-project';

/** RFC 6749 §10.10 asks for at least 128 bits. `openssl rand -hex 32` makes as many as this. */
const SECRET_BYTES = 32;
/** The limit for one request to the management API, milliseconds. */
const API_TIMEOUT_MS = 10_000;

/** The length of a line in the help text, characters. */
const LINE_LENGTH = 90;

const PROVIDER_IDS = PROVIDERS.map(({ id }) => id);

/** All provider ids, as lines of the help text. */
const PROVIDER_LINES = PROVIDER_IDS.reduce<string[]>((lines, id, index) => {
  const text = index === PROVIDER_IDS.length - 1 ? `${id}.` : `${id},`;
  const last = lines.at(-1);
  if (last === undefined || last.length + text.length >= LINE_LENGTH) return [...lines, `      ${text}`];
  return [...lines.slice(0, -1), `${last} ${text}`];
}, []).join('\n');

/** @param openPrompter asks on the terminal */
export function createInitCommand(openPrompter: () => Promise<Prompter>): Command {
  return {
    name: 'init',
    summary: 'asks for your settings, tries them, and writes a configuration',
    usage: `  init [--provider NAME] [--config FILE] [--allow-insecure]
      Asks for your settings, tries the API key and the token endpoint once, and writes FILE
      (default ${DEFAULT_CONFIG}). Secrets are neither shown nor written into FILE.
      --provider fills in what is known of a provider and asks for the rest. NAME is one of
${PROVIDER_LINES}
      If CAI_AGENT, CAI_BASEURL and CAI_APIKEY are set, init offers them as answers.
      --allow-insecure accepts http addresses, for a trusted network.`,
    options: { provider: PROVIDER_OPTION, config: CONFIG_OPTION, 'allow-insecure': { type: 'boolean' } },
    run: (call, context) => runInit(call, context, openPrompter),
  };
}

export const initCommand = createInitCommand(clackPrompter);

async function runInit(call: Call, context: CliContext, openPrompter: () => Promise<Prompter>): Promise<number> {
  refuseMore(call, 0);
  const name = textOption(call, 'provider');
  const provider = name === undefined ? undefined : providerNamed(name);
  const { program, isTerminal, complain, transport, now, sleep, env } = context;
  if (!isTerminal) {
    complain('init asks questions: run it on a terminal, or write the configuration file by hand (see docs/commands.md).\n');
    return EXIT_MISUSED;
  }
  const file = configOption(call);
  if (!existsSync(dirname(file))) {
    complain(`The folder ${dirname(file)} does not exist.\n`);
    return EXIT_MISUSED;
  }
  removeLeftovers(baseOf(file));
  const prompter = await openPrompter();
  const makeSecret = () => randomBytes(SECRET_BYTES).toString('base64url');
  const readProject: ReadProject = ({ projectId, apiUrl, apiKey }) =>
    openApi({ apiUrl, apiKey, now, sleep, tries: 1, timeoutMs: API_TIMEOUT_MS }).readProject(projectId);
  const environment = { program, prompter, readProject, files: DISK, env: withFiles(env, readEnvFiles(file)), makeSecret, transport, now, sleep };
  try {
    await runDialogue(file, call.values['allow-insecure'] === true, environment, provider);
    return EXIT_DONE;
  } catch (thrown) {
    if (!(thrown instanceof Cancelled)) throw thrown;
    prompter.end('Nothing was written.');
    return thrown.exitCode;
  }
}
