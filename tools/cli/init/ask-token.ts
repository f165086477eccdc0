import type { Provider } from '../providers/provider';
import { resolveReferences } from '../references';
import { TOKEN_SETTINGS } from './answers';
import type { Answers, TokenAnswers, TokenKey } from './answers';
import { askForPlaceholder, askForProvider } from './ask-provider';
import type { AskingProvider, ProviderAnswers } from './ask-provider';
import { describeLifetime } from './lifetime-words';
import { needsConsent, plain, providerEntry } from './provider-entry';
import type { Questions } from './questions';
import { tryToken } from './try-token';
import type { TokenTrial, TrialEnvironment } from './try-token';

type AskEnvironment = TrialEnvironment & AskingProvider;

/** `lifetimeSeconds` is the lifetime of the token that came. */
type TokenPart = Pick<Answers, 'token' | 'ofProvider'> & { lifetimeSeconds?: number | undefined };

/** What was typed. */
interface Typed {
  /** The client's own settings. For any other way to get a token, only the lifetime. */
  token: TokenAnswers;
  ofProvider: ProviderAnswers | undefined;
}

/**
 * Asks for everything that is needed to get the token. It then requests a token, if that does no harm.
 *
 * @throws Cancelled
 */
export async function askForToken(provider: Provider | undefined, questions: Questions, environment: AskEnvironment): Promise<TokenPart> {
  const { prompter } = environment;
  const ofProvider = provider && (await askForProvider(provider, environment));
  const isClient = provider === undefined || provider.way.authentication === 'clientSecret';
  if (provider && ofProvider && needsConsent(provider, providerEntry(provider, ofProvider.entered))) {
    const { answers, ...entry } = providerEntry(provider, ofProvider.entered);
    prompter.say('init requests no token here, because a user has to consent first. The command authorize asks for that.');
    return { token: await questions.token(answers), ofProvider: { ...entry, paths: ofProvider.paths } };
  }
  const first: Typed = { ofProvider, token: isClient ? await questions.token(provider && ofProvider && providerEntry(provider, ofProvider.entered).answers) : {} };
  const { answers, result } = isClient
    ? await tryToken(first, clientTrial(provider, questions), prompter, environment)
    : await tryToken(first, providerTrial(provider, environment), prompter, environment);
  const entry = provider && answers.ofProvider && { ...providerEntry(provider, answers.ofProvider.entered), paths: answers.ofProvider.paths };
  const part = { token: answers.token, ...(entry && { ofProvider: entry }) };
  if (result === undefined) return part;
  const token = result.lifetime_assumed ? await askForLifetime(answers.token, questions, environment) : answers.token;
  const lifetimeSeconds = Number(token.defaultLifetimeSeconds ?? result.expires_in);
  prompter.say(describeLifetime(lifetimeSeconds));
  return { ...part, token, lifetimeSeconds };
}

/** For a client with a secret: the user corrects the settings themselves. */
function clientTrial(provider: Provider | undefined, questions: Questions): TokenTrial<Typed, TokenKey> {
  return {
    way: 'clientSecret',
    settingsOf: (typed) => ({ ...typed.token, ...entryWithSecrets(provider, typed) }),
    corrections: TOKEN_SETTINGS.flatMap(([value, { ask }]) => (ask?.again === undefined ? [] : [{ value, label: ask.again }])),
    suspect: (code) => TOKEN_SETTINGS.find(([, { ask }]) => ask?.suspectedOf?.some((one) => one === code))?.[0] ?? 'tokenUrl',
    correct: async (name, { token, ofProvider }) => ({ ofProvider, token: { ...token, [name]: await questions.tokenSetting(name, token) } }),
  };
}

/** For any other way: the user corrects the answers about the provider. The most likely mistake is in the secret. */
function providerTrial(provider: Provider, environment: AskEnvironment): TokenTrial<Typed, string> {
  const { way: { authentication: way }, placeholders = {} } = provider;
  const all = Object.entries(placeholders);
  const [suspect = ''] = all.find(([, { variable }]) => variable !== undefined) ?? [];
  return {
    way,
    settingsOf: (typed) => ({ ...(entryWithSecrets(provider, typed)[way] as object) }),
    corrections: all.map(([value, { what }]) => ({ value, label: `Correct: ${plain(what)}` })),
    suspect: () => suspect,
    correct: async (name, { token, ofProvider = { entered: {}, paths: {} } }) => ({
      token,
      ofProvider: await askForPlaceholder(provider, name, ofProvider, environment),
    }),
  };
}

/** @returns the provider's part of the entry in `tokens`, with secrets instead of references */
function entryWithSecrets(provider: Provider | undefined, { ofProvider }: Typed): Record<string, unknown> {
  if (provider === undefined || ofProvider === undefined) return {};
  const { members, secrets } = providerEntry(provider, ofProvider.entered);
  return resolveReferences(members, '', secrets, []) as Record<string, unknown>;
}

/** Asks the user for the lifetime if the server does not state it. Otherwise the product has to guess. */
async function askForLifetime(token: TokenAnswers, questions: Questions, { prompter }: AskEnvironment): Promise<TokenAnswers> {
  prompter.warn('The authorization server does not say how long a token lives. If you leave this empty, 15 minutes are assumed.');
  const answer = await questions.tokenSetting('defaultLifetimeSeconds', token);
  return answer === '' ? token : { ...token, defaultLifetimeSeconds: answer };
}
