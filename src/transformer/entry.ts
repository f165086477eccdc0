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
  /** The secret before a change. It is still accepted, and still decrypts, until everybody has the new one. */
  previousEndpointSecret?: string;
  /** Initial tokens, by token name, used until the first refresh is stored. */
  initialTokens?: Record<string, unknown>;
}

interface HttpArguments {
  request: EndpointRequest;
  response: EndpointResponse;
}

/** A chat message in the format that the platform expects from a handler. */
interface ChatMessage {
  userId: unknown;
  sessionId: unknown;
  text: unknown;
  data: unknown;
}

/**
 * Makes the shared token store of an Endpoint.
 *
 * @throws Error if an initial token is malformed
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
   * Whether a chat message claims to be from the store's own user. Code in the user's section that opens the writer's session would then
   * open the store's.
   */
  const isStoresOwn = (body: unknown): boolean => {
    const userId = isObject(body) ? body['userId'] : undefined;
    return typeof userId === 'string' && userId.startsWith(FIRST_STORE_USER) && userIds().includes(userId);
  };

  const reportOutage = (operation: string, thrown: unknown): void => {
    // The platform's error text may quote stored values, so only its class name is logged.
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
    /** Answers messages for the store (`null`: the Flow does not run), and passes on all others. */
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
     * Socket Endpoints deliver chat messages only. The store is reached by inject and notify. A message meant for the store (`null`: the
     * Flow does not run) has no response to answer with.
     */
    handlePayload({ payload }: { payload: unknown }): ChatMessage | null | undefined {
      return parseMessage(payload).kind === 'store' || isStoresOwn(payload) ? null : passOn(payload);
    },

    /**
     * @returns the access token while it is valid, otherwise `null`; also `null` if the session storage fails, because the user's code must
     *   not lose its message over that
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

/** The message's own values; `undefined` leaves a message of another shape to the Endpoint. */
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
