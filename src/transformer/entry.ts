import { isExpired } from '../lifetime';
import type { TokenRecord } from '../lifetime';
import { parseMessage, parseRecord } from '../stores/parse-message';
import { AesGcmCipher } from '../stores/record-cipher';
import type { StoreError } from '../stores/protocol';
import { DEFAULT_TOKEN_NAME } from '../stores/protocol';
import { carryOut } from './operations';
import type { StoreAnswer } from './operations';
import type { EndpointRequest, EndpointResponse, StoreEnvironment, TransformerGlobals } from './platform';
import { isSameSecret } from './secret';
import { SessionTokens } from './session-tokens';

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
  const tokens = new SessionTokens(environment, readInitialTokens(config.initialTokens ?? {}), cipher);

  return {
    /** Answers the store's own messages (`null`: the Flow does not run), passes on all others. */
    async handleRequest({ request, response }: HttpArguments): Promise<ChatMessage | null | undefined> {
      const message = parseMessage(request.body);
      if (message.kind === 'chat') return passOn(request.body);
      const answer = await answerTo(message, config, tokens, environment);
      response.status(answer.status).set('Cache-Control', 'no-store').json(answer.body);
      return null;
    },

    /** Socket Endpoints hand over chat messages only: the store is reached by inject and notify. */
    handlePayload({ payload }: { payload: unknown }): ChatMessage | undefined {
      return passOn(payload);
    },

    /** @returns the access token while it is valid, else `null` */
    async accessToken(tokenName: string = DEFAULT_TOKEN_NAME): Promise<string | null> {
      const record = await tokens.loadRecord(tokenName);
      return record === null || isExpired(record, environment.now()) ? null : record.token.access_token;
    },
  };
}

async function answerTo(
  message: Extract<ReturnType<typeof parseMessage>, { kind: 'store' }>,
  config: TransformerConfig,
  tokens: SessionTokens,
  environment: StoreEnvironment,
): Promise<StoreAnswer> {
  const { console, crypto } = environment;
  const known = secretsOf(config).map((secret) => isSameSecret(message.endpointSecret, secret, crypto));
  if (!known.includes(true)) {
    console.warn('[access-token] A store request came with a wrong or missing Endpoint secret.');
    return refuse(401, { error: 'invalid_endpoint_secret' });
  }
  const request = message.read();
  if (request.op === 'invalid') return refuse(400, { error: 'invalid_request', field: request.field });
  try {
    return await carryOut(request, tokens, environment);
  } catch (thrown) {
    // The platform's own error text may quote what was stored, so only its class name is shown.
    const kind = thrown instanceof Error ? thrown.name : typeof thrown;
    console.error(`[access-token] The session storage failed at "${request.op}" (${kind}).`);
    return { status: 503, body: { error: 'store_unavailable' } };
  }
}

function secretsOf({ endpointSecret, previousEndpointSecret }: TransformerConfig): string[] {
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
