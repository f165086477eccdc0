import type { Of } from './shape';

/** The members that every list of the API has. */
export const ITEM = { id: 'id', name: 'name' } as const;
export const EXTENSION = { ...ITEM, version: 'name' } as const;
/** `lastChanged` differs after each change; the platform's unit is not documented. */
export const CONNECTION = { ...ITEM, type: 'name', extension: 'name', lastChanged: 'number' } as const;
export const ENDPOINT = { ...ITEM, channel: 'name', urlToken: 'id?' } as const;
export const FUNCTION = { ...ITEM, code: 'text', isDisabled: 'flag' } as const;
/** `referenceId` is a UUID. Endpoints refer to a Flow by it. */
export const FLOW = { ...ITEM, referenceId: 'id' } as const;
/** A node of a Flow. `extension` is the package name of its extension. */
export const NODE = { id: 'id', extension: 'name?' } as const;
export const LOCALE = { id: 'id', primary: 'flag?', referenceId: 'id' } as const;
export const TASK = { id: 'id', status: 'name', failReason: 'name?' } as const;
/** One run of a Function: `queued`, `active`, `done` or `error`. The times are Unix seconds or milliseconds. */
export const INSTANCE = { id: 'id', status: 'name', error: 'name?', createdAt: 'number', finishedAt: 'number?' } as const;

/** The switches of an Endpoint's transformer. */
export const SWITCHES = [
  'abortOnError',
  'inputTransformerEnabled',
  'outputTransformerEnabled',
  'finalPingTransformerEnabled',
  'injectTransformerEnabled',
  'notifyTransformerEnabled',
] as const;

type Switches = Record<(typeof SWITCHES)[number], boolean>;
export const TRANSFORMER = {
  transformer: 'text?',
  ...(Object.fromEntries(SWITCHES.map((name) => [name, 'flag?'])) as Record<keyof Switches, 'flag?'>),
} as const;

export type Item = Of<typeof ITEM>;
export type ConnectionItem = Of<typeof CONNECTION>;
export type EndpointItem = Of<typeof ENDPOINT>;
export type FunctionDetails = Of<typeof FUNCTION>;
export type Flow = Of<typeof FLOW>;
/** Its times are Unix milliseconds. */
export type Instance = Of<typeof INSTANCE>;
/** As the API expects it. */
export type Transformer = { transformer: string } & Switches;
export type EndpointDetails = EndpointItem & { transformer: Of<typeof TRANSFORMER> };

export type NewConnection = Omit<ConnectionItem, 'id' | 'lastChanged'> & { fields: Record<string, string> };

export interface NewEndpoint {
  name: string;
  channel: string;
  /** The Flow's `referenceId`. */
  flowReference: string;
  /** The `referenceId` of the locale. */
  localeReference: string | undefined;
  transformer: Transformer;
}
