import { isAccessTokenError } from '../../../src/errors';
import type { AccessTokenError } from '../../../src/errors';
import type { Transport } from '../../../src/http';
import type { Token } from '../../../src/lifetime';
import { clientCredentials, readTokenEndpointConfig, requestToken } from '../../../src/oauth';
import { TOKEN_SETTINGS } from './answers';
import type { TokenAnswers, TokenKey } from './answers';
import { describeLifetime } from './lifetime-words';
import { Cancelled } from './prompter';
import type { Prompter } from './prompter';
import type { Questions } from './questions';

/** The outside world, passed in. */
export interface TrialEnvironment {
  transport: Transport;
  /** Unix milliseconds. */
  now: () => number;
  /** @param ms milliseconds */
  sleep: (ms: number) => Promise<void>;
}

export interface Trial {
  token: TokenAnswers;
  /** Seconds; absent where the user went on without a token. */
  lifetimeSeconds?: number;
}

const TRIAL_MS = 10_000;

/**
 * Asks the token endpoint for a token, once, as the product will; where that fails, says why and lets the user
 * correct the answers. The token is thrown away.
 *
 * @throws Cancelled
 */
export async function tryToken(
  answers: TokenAnswers,
  questions: Questions,
  prompter: Prompter,
  environment: TrialEnvironment & { allowInsecure: boolean },
): Promise<Trial> {
  for (let token = answers; ; ) {
    // No spinner: the prompts' one makes Ctrl+C end the program as if all had gone well.
    prompter.say('Asking the token endpoint for a token …');
    const outcome = await attempt(token, environment);
    if (!isAccessTokenError(outcome)) {
      if (outcome.lifetime_assumed) token = await askForLifetime(token, questions, prompter);
      const lifetimeSeconds = Number(token.defaultLifetimeSeconds || outcome.expires_in);
      prompter.say(describeLifetime(lifetimeSeconds));
      return { token, lifetimeSeconds };
    }
    prompter.warn(`${outcome.code}: ${outcome.message}\n${outcome.remedy}`);
    const choice = await chooseNext(outcome, prompter);
    if (choice === 'stop') throw new Cancelled();
    if (choice === 'anyway') return { token };
    if (choice !== 'again') token = { ...token, [choice]: await questions.tokenSetting(choice, token) };
  }
}

/** A lifetime that nobody states is a guess, unless the user knows better. */
async function askForLifetime(token: TokenAnswers, questions: Questions, prompter: Prompter): Promise<TokenAnswers> {
  prompter.warn('The authorization server does not say how long a token lives. Without an answer, 15 minutes are assumed.');
  const answer = await questions.tokenSetting('defaultLifetimeSeconds', token);
  return answer === '' ? token : { ...token, defaultLifetimeSeconds: answer };
}

/** @returns the token, or why there is none */
async function attempt(
  token: TokenAnswers,
  { transport, now, sleep, allowInsecure }: TrialEnvironment & { allowInsecure: boolean },
): Promise<Token | AccessTokenError> {
  try {
    const config = readTokenEndpointConfig(token, { allowInsecure });
    const budget = { deadline: now() + TRIAL_MS, maxAttempts: 1 };
    // One attempt: no pause is to be spread out.
    const environment = { transport, now, sleep, random: () => 0 };
    const fresh = await requestToken(config, clientCredentials, budget, environment);
    return fresh.token;
  } catch (thrown) {
    if (isAccessTokenError(thrown)) return thrown;
    throw thrown;
  }
}

function chooseNext({ code }: AccessTokenError, prompter: Prompter): Promise<TokenKey | 'again' | 'anyway' | 'stop'> {
  const correctable = TOKEN_SETTINGS.flatMap(([value, { ask }]) => (ask?.again === undefined ? [] : [{ value, label: ask.again }]));
  // Where the mistake most likely is.
  const suspect = TOKEN_SETTINGS.find(([, { ask }]) => ask?.suspectedOf?.includes(code))?.[0] ?? 'tokenUrl';
  return prompter.choose<TokenKey | 'again' | 'anyway' | 'stop'>({
    message: 'What now?',
    options: [
      ...correctable,
      { value: 'again', label: 'Try again as it is' },
      { value: 'anyway', label: 'Go on all the same' },
      { value: 'stop', label: 'Stop' },
    ],
    initial: suspect,
  });
}
