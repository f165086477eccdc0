import { errorJson, toRequest, type SendCall } from '../http-calls';
import { throwingOnErrorStatus, type HttpClient } from '../http-client';
import { isJsonObject, toJson, type JsonObject } from '../json';
import type { OptionsResolver } from './description';
import type { ResolvedOption, ResolverLimits } from './protocol';

/** What a resolver needs from its VM. */
export interface ResolverVm {
  parse: (json: string) => unknown;
  /** `API_METHOD`, evaluated in the VM. */
  createMethod: (send: SendCall) => unknown;
}

/**
 * Runs a resolver. It sees only the fields that it depends on.
 * @throws what the resolver throws; Error if its result is not a list of options
 */
export async function runResolver(
  { dependencies, resolverFunction }: OptionsResolver,
  config: JsonObject,
  { parse, createMethod }: ResolverVm,
  send: SendCall,
): Promise<ResolvedOption[]> {
  const known = Object.fromEntries(Object.entries(config).filter(([key]) => dependencies.includes(key)));
  // Parsed inside the VM, so that the resolver gets objects of its own.
  const parameters = parse(JSON.stringify({ config: known, api: {} })) as { api: JsonObject };
  parameters.api.httpRequest = createMethod(send);
  return readOptions(await resolverFunction(parameters));
}

/** Sends the requests of one resolver, within its limits. */
export function sendWithin({ maxHttpRequests, maxAnswerBytes, errorStatusThrows }: ResolverLimits, http: HttpClient): SendCall {
  const client = errorStatusThrows ? throwingOnErrorStatus(http) : http;
  let sent = 0;
  const send = async (argumentJson: string): Promise<string> => {
    if (sent >= maxHttpRequests) throw new Error(`an options resolver may send ${maxHttpRequests} HTTP requests`);
    sent += 1;
    const response = await client(toRequest(JSON.parse(argumentJson)));
    if (bodyBytes(response.data) > maxAnswerBytes) {
      throw new Error(`an HTTP answer to an options resolver may have ${maxAnswerBytes} bytes`);
    }
    return JSON.stringify(response);
  };
  return (argumentJson, resolve, reject) => {
    send(argumentJson).then(resolve, (error: unknown) => reject(errorJson(error)));
  };
}

function bodyBytes(data: unknown): number {
  return Buffer.byteLength(typeof data === 'string' ? data : (toJson(data) ?? ''));
}

function readOptions(result: unknown): ResolvedOption[] {
  if (!Array.isArray(result)) throw new Error('the resolver gave no list of {label, value}');
  return result.map((option: unknown, index) => {
    const { label, value } = isJsonObject(option) ? option : {};
    if (typeof label !== 'string' || typeof value !== 'string') {
      throw new Error(`the resolver gave no {label, value} of texts in place ${index} of its list`);
    }
    return { label, value };
  });
}
