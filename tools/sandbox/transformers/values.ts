import { ApiError, badRequest } from '../api-error';
import { isJsonObject, type JsonObject } from '../json';

/** What starts a Flow. */
export interface FlowInput {
  userId: string;
  sessionId: string;
  text: string;
  data: JsonObject;
}

const MAX_ID_CHARACTERS = 256;
const MAX_TEXT_CHARACTERS = 10_000;

/**
 * Reads the input from a message, as an Endpoint without a transformer does.
 * @throws ApiError 400 for a value of the wrong type or length
 */
export function parseMessage(body: unknown): FlowInput {
  const message = isJsonObject(body) ? body : {};
  return checkInput({ ...message, text: message.text ?? '', data: message.data ?? {} }, badRequest);
}

/**
 * The input after a transformer. The Endpoint's own value stays where the transformer left one undefined.
 * @param own the message as the Endpoint got it. What it lacks must come from the transformer.
 * @param returned what the handler returned. `null` means that no Flow runs.
 * @throws ApiError 500 for a value of the wrong type or length
 */
export function mergeInput(own: unknown, returned: unknown): FlowInput | null {
  if (returned === null) return null;
  if (returned === undefined) return parseMessage(own);
  if (!isJsonObject(returned)) throw transformerError('it did not return an object');
  const message = isJsonObject(own) ? own : {};
  const kept = (key: string): unknown => (returned[key] === undefined ? message[key] : returned[key]);
  return checkInput(
    {
      userId: kept('userId'),
      sessionId: kept('sessionId'),
      text: kept('text') ?? (returned.text === null ? null : ''),
      data: kept('data') ?? (returned.data === null ? null : {}),
    },
    transformerError,
  );
}

export function transformerError(detail: string): ApiError {
  return new ApiError(500, 'Internal Server Error', `the Endpoint's transformer failed: ${detail}`);
}

function checkInput(value: JsonObject, refuse: (detail: string) => ApiError): FlowInput {
  const { userId, sessionId, text, data } = value;
  const isId = (id: unknown): id is string => typeof id === 'string' && id !== '' && id.length <= MAX_ID_CHARACTERS;
  if (!isId(userId)) throw refuse(`userId must be a string of 1 to ${MAX_ID_CHARACTERS} characters`);
  if (!isId(sessionId)) throw refuse(`sessionId must be a string of 1 to ${MAX_ID_CHARACTERS} characters`);
  if (typeof text !== 'string' || text.length > MAX_TEXT_CHARACTERS) {
    throw refuse(`text must be a string of at most ${MAX_TEXT_CHARACTERS} characters`);
  }
  if (!isJsonObject(data)) throw refuse('data must be an object');
  return { userId, sessionId, text, data };
}
