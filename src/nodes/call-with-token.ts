import { callApi } from '../api-request';
import type { ApiResult, CallEnvironment, Replacement, TokenToSend } from '../api-request';
import { describe, toAccessTokenError } from '../errors';
import { hasJustReplaced } from '../lifetime';
import { toResult } from '../refresh/result';
import { LONGEST_SECONDS, readRequest } from '../settings/request';
import type { ShownToken, TokenKeeping } from './token-keeping';
import type { Surroundings } from './with-certificates';

/** A token that comes later leaves too little time for the call, milliseconds. */
const SHORTEST_CALL_MS = 2000;
/** With less time than this, milliseconds, a refresh would not finish. */
const SHORTEST_REFRESH_MS = 4000;

/**
 * Calls the API that a node's settings name.
 *
 * @throws AccessTokenError the errors of `readRequest` and `callApi`, certificate_invalid
 */
export async function callWithToken(first: ShownToken, keeping: TokenKeeping): Promise<ApiResult> {
  const { config, startedAt } = keeping;
  const allowInsecure = config.allowInsecure === true;
  const settings = readRequest(config as Record<string, unknown>, allowInsecure);
  const { environment, explain } = await surroundingsOf(keeping);
  const deadline = startedAt + LONGEST_SECONDS * 1000;
  const until = deadline - SHORTEST_CALL_MS;
  let isRefreshed = first.handedOut.refreshed;

  const replaceToken = async (): Promise<Replacement> => {
    const { record } = first.handedOut;
    if (hasJustReplaced(record, first.handedOut.now)) return { problem: 'it rejected the token before that too, less than a minute ago' };
    if (environment.now() + SHORTEST_REFRESH_MS > until) return { problem: 'there was no time left for another token' };
    try {
      const { access_token } = record.token;
      const next = await keeping.keep({ changes: { rejectedToken: access_token }, until });
      isRefreshed ||= next.handedOut.refreshed;
      return next.handedOut.record.token.access_token === access_token ? { problem: 'the token endpoint gave out the same token again' } : { token: tokenToSend(next, isRefreshed) };
    } catch (thrown) {
      return { problem: `getting another token failed: ${describe(toAccessTokenError(thrown)).replace(/\.$/, '')}` };
    }
  };

  const { now, sleep, transport } = environment;
  const calling: CallEnvironment = { now, sleep, transport, deadline, allowInsecure, replaceToken };
  try {
    return await callApi(settings, tokenToSend(first, isRefreshed), calling);
  } catch (thrown) {
    throw explain(toAccessTokenError(thrown));
  }
}

function tokenToSend({ handedOut, refreshPercent, shape, response }: ShownToken, refreshed: boolean): TokenToSend {
  const { authorization, expires_in } = toResult(handedOut, refreshPercent, shape);
  return {
    header: { name: shape.authorizationHeader, value: authorization },
    told: { expires_in, refreshed, ...(response === undefined ? {} : { response }) },
  };
}

async function surroundingsOf({ config: { tlsConnection }, environment }: TokenKeeping): Promise<Surroundings<TokenKeeping['environment']>> {
  if (!tlsConnection) return { environment, explain: (error) => error };
  const { withCertificates } = await import('./with-certificates');
  return withCertificates(environment, tlsConnection);
}
