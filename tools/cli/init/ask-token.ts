import type { Provider } from '../providers/provider';
import type { Answers } from './answers';
import { askForProvider } from './ask-provider';
import type { Prompter } from './prompter';
import { canTry, providerEntry } from './provider-entry';
import type { Questions } from './questions';
import { tryToken } from './try-token';
import type { TrialEnvironment } from './try-token';
import type { Files } from './write-files';

interface AskEnvironment extends TrialEnvironment {
  prompter: Prompter;
  files: Files;
  allowInsecure: boolean;
}

/** The lifetime is that of the token that came, in seconds. */
type TokenPart = Pick<Answers, 'token' | 'ofProvider'> & { lifetimeSeconds?: number | undefined };

/**
 * Asks for what is needed to get the token, and for the token itself where that is harmless: a refresh token might be
 * used up by it.
 *
 * @throws Cancelled
 */
export async function askForToken(provider: Provider | undefined, questions: Questions, environment: AskEnvironment): Promise<TokenPart> {
  const { prompter } = environment;
  if (provider === undefined) return tryToken(await questions.token(), questions, prompter, environment);
  const { entered, paths } = await askForProvider(provider, environment);
  const { answers, members, secrets } = providerEntry(provider, entered);
  const ofProvider = { members, secrets, paths };
  const token = provider.way.authentication === 'clientSecret' ? await questions.token(answers) : {};
  if (canTry(provider)) return { ...(await tryToken(token, questions, prompter, environment)), ofProvider };
  prompter.say('No token is asked for here. After deploy, status says whether one comes.');
  return { token, ofProvider };
}
