/** What the API's lists say about anything. */
export interface Item {
  id: string;
  name: string;
}

export interface ConnectionItem extends Item {
  type: string;
  extension: string;
  /** Differs after each change. The platform's unit is not documented. */
  lastChanged: number;
}

export interface EndpointItem extends Item {
  channel: string;
  urlToken: string;
}

/** What an Endpoint's transformer can be switched on for. */
export const SWITCHES = [
  'abortOnError',
  'inputTransformerEnabled',
  'outputTransformerEnabled',
  'finalPingTransformerEnabled',
  'injectTransformerEnabled',
  'notifyTransformerEnabled',
] as const;

/** As the API has it. */
export type Transformer = { transformer: string } & Record<(typeof SWITCHES)[number], boolean>;

export interface EndpointDetails extends EndpointItem {
  transformer: Partial<Transformer>;
}

export interface FunctionDetails extends Item {
  code: string;
  isDisabled: boolean;
}

export interface Flow extends Item {
  /** A UUID, by which Endpoints refer to it. */
  referenceId: string;
}

/** One run of a Function. */
export interface Instance {
  id: string;
  status: 'queued' | 'active' | 'done' | 'error';
  error?: string;
  /** Unix milliseconds */
  createdAt: number;
  /** Unix milliseconds */
  finishedAt?: number;
}

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
