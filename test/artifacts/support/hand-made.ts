/**
 * A hand-made set-up of the kind that Cognigy's help article shows, in our own words: a Function that re-triggers itself,
 * and a transformer that keeps the token in session storage.
 */

/** The token and when it was issued, Unix seconds. */
export interface HandMadeToken {
  token: { access_token: string; refresh_token?: string; expires_in: number };
  timestamp: number;
}

/**
 * The transformer of a REST Endpoint: it takes the Function's posts, and puts the token into each message.
 *
 * @param session the name of the session that keeps the token
 */
export function handMadeTransformer(endpointSecret: string, initial: HandMadeToken, session = 'token'): string {
  return `
const INITIAL_TOKEN = ${JSON.stringify(initial)};
const ENDPOINT_SECRET = ${JSON.stringify(endpointSecret)};

createRestTransformer({
  handleInput: async ({ request, response }) => {
    const { userId, sessionId, text, data, token, timestamp, endpointSecret } = request.body;
    if (token === undefined) return { userId, sessionId, text, data };
    if (endpointSecret !== ENDPOINT_SECRET) {
      response.status(401).send('wrong secret');
      return null;
    }
    const storage = await getSessionStorage('hand-made', ${JSON.stringify(session)});
    storage.current = { token, timestamp };
    response.status(200).send('stored');
    return null;
  },
  handleOutput: async ({ output }) => {
    const storage = await getSessionStorage('hand-made', ${JSON.stringify(session)});
    const { token } = storage.current || INITIAL_TOKEN;
    return { ...output, text: token.access_token };
  },
});
`;
}

export interface HandMadeFunction {
  tokenUrl: string;
  client: { clientId: string; clientSecret: string };
  endpointUrl: string;
  endpointSecret: string;
  triggerUrl: string;
  apiKey: string;
  /** How long an instance may sleep, seconds. */
  longestSleep: number;
  /** When a token is refreshed, part of its lifetime. */
  refreshAt: number;
}

/** The Function; it is started with `{token, waitingTime}`, seconds until the token is due. */
export function handMadeFunction(settings: HandMadeFunction): string {
  return `
const SETTINGS = ${JSON.stringify(settings)};
const JSON_HEADERS = { 'content-type': 'application/json' };

export default async ({ parameters, api }) => {
  let { token, waitingTime } = parameters;
  const pause = Math.min(waitingTime, SETTINGS.longestSleep);
  await new Promise((resolve) => setTimeout(resolve, pause * 1000));
  waitingTime -= pause;
  if (waitingTime <= 0) {
    const timestamp = Math.floor(Date.now() / 1000);
    const { clientId, clientSecret } = SETTINGS.client;
    const grant = token.refresh_token
      ? 'grant_type=refresh_token&refresh_token=' + encodeURIComponent(token.refresh_token)
      : 'grant_type=client_credentials';
    const answer = await api.httpRequest({
      method: 'post',
      url: SETTINGS.tokenUrl,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      data: grant + '&client_id=' + encodeURIComponent(clientId) + '&client_secret=' + encodeURIComponent(clientSecret),
    });
    token = answer.data;
    await api.httpRequest({
      method: 'post',
      url: SETTINGS.endpointUrl,
      headers: JSON_HEADERS,
      data: { token, timestamp, endpointSecret: SETTINGS.endpointSecret },
    });
    waitingTime = Math.floor(token.expires_in * SETTINGS.refreshAt);
  }
  await api.httpRequest({
    method: 'post',
    url: SETTINGS.triggerUrl,
    headers: { ...JSON_HEADERS, 'X-API-Key': SETTINGS.apiKey },
    data: { parameters: { token, waitingTime } },
  });
};
`;
}
