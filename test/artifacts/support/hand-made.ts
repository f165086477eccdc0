/**
 * A hand-made set-up like the one in Cognigy's help article, with our own code: a Function that triggers itself again, and a
 * transformer that keeps the token in session storage.
 */

/** The token and when it was issued, Unix seconds. */
export interface HandMadeToken {
  token: { access_token: string; refresh_token?: string; expires_in: number };
  timestamp: number;
}

/**
 * The transformer of a REST Endpoint. It takes the Function's posts, and puts the token into each message. A post with
 * another secret goes on to the Flow like an ordinary message.
 *
 * @param session the name of the session for the token
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
  /** The Function's time limit, seconds. */
  limit: number;
  /** How much of the time limit is kept in reserve, seconds. */
  buffer: number;
  /** When the token is refreshed, percent of its lifetime. */
  percent: number;
}

/**
 * The Function. It is started with `{token, waitingTime}`, and passes both on. `waitingTime` is the time until the token is due,
 * milliseconds. If it is at least `limit` plus `buffer`, an instance only waits. Otherwise it refreshes at once.
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
