import { isAccessTokenError } from '../../../src/errors';
import type { Transport } from '../../../src/http';
import type { Token } from '../../../src/lifetime';
import { grantsFor, requestToken, withRemedy } from '../../../src/oauth';
import type { TokenClientWorld, TokenEndpointSettings } from '../../../src/oauth';
import { makeAssertion } from '../../../src/oauth/assertion';
import { WAYS } from '../../../src/oauth/ways';
import type { AuthenticationName } from '../../../src/settings/authentication';
import type { Prompter } from './prompter';
import { tryOut } from './trial';
import type { Trial } from './trial';

/** What a trial needs from the outside world. */
export interface TrialEnvironment {
  transport: Transport;
  /** Unix milliseconds. */
  now: () => number;
  /** @param ms milliseconds */
  sleep: (ms: number) => Promise<void>;
}

/** `undefined` if only a refresh token could get one. */
type Asked = Token | undefined;

/** How to ask for a token with the answers, and which answers can be corrected. */
export interface TokenTrial<A, K extends string> extends Pick<Trial<A, Asked, K>, 'corrections' | 'suspect' | 'correct'> {
  way: AuthenticationName;
  /** @returns the settings of the connection as the user entered them, with secrets */
  settingsOf: (answers: A) => TokenEndpointSettings;
}

const TRIAL_MS = 10_000;

/**
 * Asks for a token once, in the same way as the nodes, and throws it away. If only a refresh token could get one, it sends nothing,
 * because that might use the refresh token up.
 *
 * @returns the answers, and the token unless there is none or the user went on without one
 * @throws Cancelled
 */
export async function tryToken<A, K extends string>(
  first: A,
  { way, settingsOf, ...corrections }: TokenTrial<A, K>,
  prompter: Prompter,
  { transport, now, sleep, allowInsecure }: TrialEnvironment & { allowInsecure: boolean },
): Promise<{ answers: A; result?: Asked }> {
  const read = async (answers: A) => {
    const config = await WAYS[way](settingsOf(answers), { allowInsecure });
    const grant = grantsFor({ config, record: null, keepsRefreshTokens: false }).find(({ isSingleUse }) => !isSingleUse);
    return { config, grant };
  };
  // If reading the answers fails, the trial below reports why.
  const isHarmless = await read(first).then(({ grant }) => grant !== undefined, () => true);
  if (!isHarmless) {
    prompter.say('init requests no token here, because that might use up the refresh token. After deploy, status shows whether one comes.');
    return { answers: first };
  }
  // With one attempt there is no pause to randomize.
  const environment: TokenClientWorld = { transport, now, sleep, random: () => 0, makeAssertion: async (settings) => makeAssertion(settings, now()) };
  const attempt = async (answers: A): Promise<Asked> => {
    try {
      const { config, grant } = await read(answers);
      const budget = { deadline: now() + TRIAL_MS, maxAttempts: 1 };
      return grant && (await requestToken({ config, grant }, budget, environment)).token;
    } catch (thrown) {
      throw isAccessTokenError(thrown) ? withRemedy(thrown, settingsOf(answers), way) : thrown;
    }
  };
  return tryOut(first, { saying: 'Asking the token endpoint for a token …', attempt, ...corrections }, prompter);
}
