import { isExpired } from '../lifetime';
import type { TokenRecord } from '../lifetime';
import { parseMessage, parseRecord } from '../stores/parse-message';
import { AesGcmCipher } from '../stores/record-cipher';
import type { StoreError } from '../stores/protocol';
import { DEFAULT_TOKEN_NAME } from '../stores/protocol';
import { carryOut } from './operations';
import type { StoreAnswer } from './operations';
import type { EndpointRequest, EndpointResponse, StoreEnvironment, TransformerGlobals } from './platform';
import { secretCheck } from './secret';
import { SessionTokens, STORE_USER } from './session-tokens';

/** The configuration block of the generated file. */
export interface TransformerConfig {
  endpointSecret: string;
  /** The secret from before a change: still let in, and still decrypting, until everybody has the new one. */
  previousEndpointSecret?: string;
  /** Tokens to start from, by token name; used until the first refresh is stored. */
  initialTokens?: Record<string, unknown>;
}

interface HttpArguments {
  request: EndpointRequest;
  response: EndpointResponse;
}

/** A chat message as the platform expects it back from a handler. */
interface ChatMessage {
  userId: unknown;
  sessionId: unknown;
  text: unknown;
  data: unknown;
}

/**
 * Makes the shared token store of one Endpoint.
 *
 * @throws Error when an initial token is not one
 */
export function createStore(config: TransformerConfig, globals: TransformerGlobals) {
  const environment: StoreEnvironment = {
    crypto: globals.crypto,
    console: globals.console,
    getSessionStorage: globals.getSessionStorage,
    now: () => Date.now(),
  };
  const cipher = new AesGcmCipher(secretsOf(config), globals.crypto);
  const isSecret = secretCheck(secretsOf(config), globals.crypto);
  const tokens = new SessionTokens(environment, readInitialTokens(config.initialTokens ?? {}), cipher);

  return {
    /** Answers the store's own messages (`null`: the Flow does not run), passes on all others. */
    async handleRequest({ request, response }: HttpArguments): Promise<ChatMessage | null | undefined> {
      const message = parseMessage(request.body);
      if (message.kind === 'chat' && !isStoresOwn(request.body)) return passOn(request.body);
      const answer =
        message.kind === 'chat'
          ? refuse(400, { error: 'invalid_request', field: 'userId' })
          : await answerTo(message, isSecret, tokens, environment);
      response.set?.('Cache-Control', 'no-store');
      response.status(answer.status).json(answer.body);
      return null;
    },

    /**
     * Socket Endpoints hand over chat messages only: the store is reached by inject and notify. What was
     * meant for the store (`null`: the Flow does not run) has no response to be answered with.
     */
    handlePayload({ payload }: { payload: unknown }): ChatMessage | null | undefined {
      return parseMessage(payload).kind === 'store' || isStoresOwn(payload) ? null : passOn(payload);
    },

    /**
     * @returns the access token while it is valid, else `null`; also where the session storage fails, which
     *   must not cost the user's code its message
     */
    async accessToken(tokenName: string = DEFAULT_TOKEN_NAME): Promise<string | null> {
      try {
        const record = await tokens.loadRecord(tokenName);
        return record === null || isExpired(record, environment.now()) ? null : record.token.access_token;
      } catch (thrown) {
        reportOutage('accessToken()', thrown, environment);
        return null;
      }
    },
  };
}

async function answerTo(
  message: Extract<ReturnType<typeof parseMessage>, { kind: 'store' }>,
  isSecret: (given: unknown) => boolean,
  tokens: SessionTokens,
  environment: StoreEnvironment,
): Promise<StoreAnswer> {
  if (!isSecret(message.endpointSecret)) {
    environment.console.warn('[access-token] A store request came with a wrong or missing Endpoint secret.');
    return refuse(401, { error: 'invalid_endpoint_secret' });
  }
  const request = message.read();
  if (request.op === 'invalid') return refuse(400, { error: 'invalid_request', field: request.field });
  try {
    return await carryOut(request, tokens, environment);
  } catch (thrown) {
    reportOutage(request.op, thrown, environment);
    return { status: 503, body: { error: 'store_unavailable' } };
  }
}

/** The platform's own error text may quote what was stored, so only its class name is shown. */
function reportOutage(operation: string, thrown: unknown, { console }: StoreEnvironment): void {
  const kind = thrown instanceof Error ? thrown.name : typeof thrown;
  console.error(`[access-token] The session storage failed at "${operation}" (${kind}).`);
}

function secretsOf({ endpointSecret, previousEndpointSecret }: TransformerConfig): string[] {
  return previousEndpointSecret === undefined ? [endpointSecret] : [endpointSecret, previousEndpointSecret];
}

function refuse(status: number, body: StoreError): StoreAnswer {
  return { status, body };
}

/**
 * Whether a chat message gives itself out as the store's own user: code in the user's section that opens
 * the session of whoever writes would then open the store's.
 */
function isStoresOwn(body: unknown): boolean {
  return typeof body === 'object' && body !== null && (body as Partial<ChatMessage>).userId === STORE_USER;
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
