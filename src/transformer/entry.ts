import { isAccessTokenError, kindOf } from '../errors';
import { isObject } from '../json';
import { isExpired } from '../lifetime';
import type { TokenRecord } from '../lifetime';
import { logLine } from '../log';
import { decideAlerts } from '../stores/engine/alerts';
import { ClassicStore } from '../stores/engine/classic-store';
import { AesGcmCipher } from '../stores/ports/record-cipher';
import { SessionStoragePort } from '../stores/ports/session-storage';
import { parseMessage, parseRecord } from '../stores/protocol/parse-message';
import { DEFAULT_TOKEN_NAME } from '../stores/protocol/wire';
import type { StoreError } from '../stores/protocol/wire';
import { carryOut } from './operations';
import type { StoreAnswer } from './operations';
import type { EndpointRequest, EndpointResponse, TransformerGlobals } from './platform';
import { FIRST_STORE_USER, secretCheck, storeUsers } from './secret';

/** The configuration block of the generated file. */
export interface TransformerConfig {
  endpointSecret: string;
  /** The secret before a change. It is accepted, and still decrypts, until every sender has the new one. */
  previousEndpointSecret?: string;
  /** Tokens to start from, by token name. Used until the first refresh is stored. */
  initialTokens?: Record<string, unknown>;
}

interface HttpArguments {
  request: EndpointRequest;
  response: EndpointResponse;
}

/** A chat message in the form that the platform expects back from a handler. */
interface ChatMessage {
  userId: unknown;
  sessionId: unknown;
  text: unknown;
  data: unknown;
}

/**
 * Creates the shared token store of one Endpoint.
 *
 * @throws Error if an initial token isn't one
 */
export function createStore(config: TransformerConfig, { crypto, console, getSessionStorage }: TransformerGlobals) {
  const secrets = secretsOf(config);
  const userIds = storeUsers(secrets, crypto);
  const now = () => Date.now();
  const port = new SessionStoragePort({
    getSessionStorage,
    console,
    now,
    cipher: new AesGcmCipher(secrets, crypto),
    userIds,
    initialRecords: readInitialTokens(config.initialTokens ?? {}),
  });
  const store = new ClassicStore(port, decideAlerts);
  const isSecret = secretCheck(secrets, crypto);

  /**
   * Whether a chat message claims to come from the store's own user. Custom code in the transformer that opens the
   * sender's session would then open the store's.
   */
  const isStoresOwn = (body: unknown): boolean => {
    const userId = isObject(body) ? body['userId'] : undefined;
    return typeof userId === 'string' && userId.startsWith(FIRST_STORE_USER) && userIds().includes(userId);
  };

  const reportOutage = (operation: string, thrown: unknown): void => {
    // The platform's error text may quote stored data, so only the class name is shown.
    console.error(logLine('error', 'store_unavailable', `The session storage failed (${kindOf(thrown)}).`, { operation }));
  };

  const answerTo = async (message: Extract<ReturnType<typeof parseMessage>, { kind: 'store' }>): Promise<StoreAnswer> => {
    if (!isSecret(message.endpointSecret)) {
      console.warn(logLine('warn', 'invalid_endpoint_secret', 'A store request came with a wrong or missing Endpoint secret.'));
      return refuse(401, { error: 'invalid_endpoint_secret' });
    }
    const request = message.read();
    if (request.op === 'invalid') return refuse(400, { error: 'invalid_request', field: request.field });
    try {
      return await carryOut(request, store);
    } catch (thrown) {
      if (isAccessTokenError(thrown) && thrown.field !== undefined) {
        return refuse(400, { error: 'invalid_request', field: thrown.field });
      }
      reportOutage(request.op, thrown);
      return { status: 503, body: { error: 'store_unavailable' } };
    }
  };

  return {
    /** Answers messages for the store (`null`: the Flow doesn't run) and passes on all others. */
    async handleRequest({ request, response }: HttpArguments): Promise<ChatMessage | null | undefined> {
      const message = parseMessage(request.body);
      if (message.kind === 'chat' && !isStoresOwn(request.body)) return passOn(request.body);
      const answer =
        message.kind === 'chat' ? refuse(400, { error: 'invalid_request', field: 'userId' }) : await answerTo(message);
      response.set?.('Cache-Control', 'no-store');
      response.status(answer.status).json(answer.body);
      return null;
    },

    /**
     * Socket Endpoints only pass on chat messages. The store is reached by inject and notify there. A message for the
     * store (`null`: the Flow doesn't run) gets no response.
     */
    handlePayload({ payload }: { payload: unknown }): ChatMessage | null | undefined {
      return parseMessage(payload).kind === 'store' || isStoresOwn(payload) ? null : passOn(payload);
    },

    /**
     * @returns the access token while it is valid, otherwise `null`. Also `null` if the session storage fails, so that
     *   the message still gets through the user's code
     */
    async accessToken(tokenName: string = DEFAULT_TOKEN_NAME): Promise<string | null> {
      try {
        const { record } = await store.read(tokenName);
        return record === null || isExpired(record, now()) ? null : record.token.access_token;
      } catch (thrown) {
        reportOutage('accessToken()', thrown);
        return null;
      }
    },
  };
}

function secretsOf({ endpointSecret, previousEndpointSecret }: TransformerConfig): [string, ...string[]] {
  return previousEndpointSecret === undefined ? [endpointSecret] : [endpointSecret, previousEndpointSecret];
}

function refuse(status: number, body: StoreError): StoreAnswer {
  return { status, body };
}

/** The message's own values. `undefined` leaves a message of another shape to the Endpoint. */
function passOn(body: unknown): ChatMessage | undefined {
  if (typeof body !== 'object' || body === null) return undefined;
  const { userId, sessionId, text, data } = body as Partial<ChatMessage>;
  if (typeof userId !== 'string' || typeof sessionId !== 'string') return undefined;
  return { userId, sessionId, text, data };
}

function readInitialTokens(initialTokens: Record<string, unknown>): Map<string, TokenRecord> {
  return new Map(
    Object.entries(initialTokens).map(([tokenName, value]): [string, TokenRecord] => {
      const record = parseRecord(value);
      if ('field' in record) throw new Error(`initialTokens["${tokenName}"]: "${record.field}" is missing or wrong.`);
      return [tokenName, { ...record, version: 0 }];
    }),
  );
}
