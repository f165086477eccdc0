import type { Transport } from '../../../src/http';
import type { Token } from '../../../src/lifetime';
import { clientCredentials, readTokenEndpointConfig, requestToken } from '../../../src/oauth';
import { TOKEN_SETTINGS } from './answers';
import type { TokenAnswers, TokenKey } from './answers';
import { describeLifetime } from './lifetime-words';
import type { Prompter } from './prompter';
import type { Questions } from './questions';
import { tryOut } from './trial';

/** The outside world, passed in. */
export interface TrialEnvironment {
  transport: Transport;
  /** Unix milliseconds. */
  now: () => number;
  /** @param ms milliseconds */
  sleep: (ms: number) => Promise<void>;
}

const TRIAL_MS = 10_000;

/**
 * Asks the token endpoint for a token, once, as the product will. The token is thrown away.
 *
 * @returns the token's settings, and its lifetime in seconds unless the user went on without a token
 * @throws Cancelled
 */
export async function tryToken(
  first: TokenAnswers,
  questions: Questions,
  prompter: Prompter,
  { transport, now, sleep, allowInsecure }: TrialEnvironment & { allowInsecure: boolean },
): Promise<{ token: TokenAnswers; lifetimeSeconds?: number | undefined }> {
  const { answers, result } = await tryOut<TokenAnswers, Token, TokenKey>(
    first,
    {
      saying: 'Asking the token endpoint for a token …',
      attempt: async (token) => {
        const config = readTokenEndpointConfig(token, { allowInsecure });
        const budget = { deadline: now() + TRIAL_MS, maxAttempts: 1 };
        // One attempt: no pause is to be spread out.
        const environment = { transport, now, sleep, random: () => 0 };
        return (await requestToken({ config, grant: clientCredentials }, budget, environment)).token;
      },
      corrections: TOKEN_SETTINGS.flatMap(([value, { ask }]) => (ask?.again === undefined ? [] : [{ value, label: ask.again }])),
      suspect: (code) => TOKEN_SETTINGS.find(([, { ask }]) => ask?.suspectedOf?.some((one) => one === code))?.[0] ?? 'tokenUrl',
      correct: async (name, token) => ({ ...token, [name]: await questions.tokenSetting(name, token) }),
    },
    prompter,
  );
  if (result === undefined) return { token: answers };
  const token = result.lifetime_assumed ? await askForLifetime(answers, questions, prompter) : answers;
  const lifetimeSeconds = Number(token.defaultLifetimeSeconds ?? result.expires_in);
  prompter.say(describeLifetime(lifetimeSeconds));
  return { token, lifetimeSeconds };
}

/** A lifetime that nobody states is a guess, unless the user knows better. */
async function askForLifetime(token: TokenAnswers, questions: Questions, prompter: Prompter): Promise<TokenAnswers> {
  prompter.warn('The authorization server does not say how long a token lives. Without an answer, 15 minutes are assumed.');
  const answer = await questions.tokenSetting('defaultLifetimeSeconds', token);
  return answer === '' ? token : { ...token, defaultLifetimeSeconds: answer };
}
