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
 * The transformer of a REST Endpoint: it takes the Function's posts, and puts the token into each message. A post with
 * another secret falls through to the Flow, as an ordinary message.
 *
 * @param session the name of the session that keeps the token
 */
export function handMadeTransformer(endpointSecret: string, initial: HandMadeToken, session = 'accessToken'): string {
  return `
const INITIAL_TOKEN = ${JSON.stringify(initial)};
const ENDPOINT_SECRET = ${JSON.stringify(endpointSecret)};

createRestTransformer({
  handleInput: async ({ request, response }) => {
    const { userId, sessionId, text, data, token, timestamp, endpointSecret } = request.body;
    const isPost = token && timestamp && endpointSecret === ENDPOINT_SECRET;
    if (!isPost) return { userId, sessionId, text, data };
    const storage = await getSessionStorage('accessToken', ${JSON.stringify(session)});
    storage.token = token;
    storage.timestamp = timestamp;
    response.sendStatus ? response.sendStatus(200) : response.status(200).send('');
    return null;
  },
  handleOutput: async ({ output }) => {
    const storage = await getSessionStorage('accessToken', ${JSON.stringify(session)});
    const token = storage.token || INITIAL_TOKEN.token;
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
  /** The Function time limit, seconds. */
  limit: number;
  /** What is kept back of it, seconds. */
  buffer: number;
  /** When a token is refreshed, percent of its lifetime. */
  percent: number;
}

/**
 * The Function. It is started with `{token, waitingTime}`, milliseconds until the token is due, and passes both on. An
 * instance that has long to wait waits for its whole time; the first one with less refreshes at once.
 */
export function handMadeFunction(settings: HandMadeFunction): string {
  return `
const SETTINGS = ${JSON.stringify(settings)};
const JSON_HEADERS = { 'content-type': 'application/json' };

export default async ({ parameters, api }) => {
  let { token, waitingTime } = parameters;
  if (waitingTime >= (SETTINGS.limit + SETTINGS.buffer) * 1000) {
    await new Promise((resolve) => setTimeout(resolve, (SETTINGS.limit - SETTINGS.buffer) * 1000));
    waitingTime -= SETTINGS.limit * 1000;
  } else {
    const before = Math.floor(Date.now() / 1000);
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
    const after = Math.floor(Date.now() / 1000);
    token = answer.data;
    waitingTime = (before - after + token.expires_in) * SETTINGS.percent * 10;
    await api.httpRequest({
      method: 'post',
      url: SETTINGS.endpointUrl,
      headers: JSON_HEADERS,
      data: { token, timestamp: before, endpointSecret: SETTINGS.endpointSecret },
    });
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
