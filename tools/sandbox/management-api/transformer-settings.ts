import type { HandlerName } from '../transformers/transformer';

/** An Endpoint's transformer, as the API shows it (`ITransformerFunction_2_0`). */
export interface TransformerSettings {
  transformer: string;
  /** JavaScript that the platform makes from `transformer`. */
  transpiledTransformer: string;
  /** If false, a message whose handler throws goes on to the Flow as if there were no transformer. */
  abortOnError: boolean;
  inputTransformerEnabled: boolean;
  outputTransformerEnabled: boolean;
  finalPingTransformerEnabled: boolean;
  injectTransformerEnabled: boolean;
  notifyTransformerEnabled: boolean;
}

const SWITCHES = {
  inputTransformerEnabled: 'handleInput',
  outputTransformerEnabled: 'handleOutput',
  finalPingTransformerEnabled: 'handleExecutionFinished',
  injectTransformerEnabled: 'handleInject',
  notifyTransformerEnabled: 'handleNotify',
} as const satisfies Partial<Record<keyof TransformerSettings, HandlerName>>;

type Switch = keyof typeof SWITCHES;

const SWITCH_NAMES = Object.keys(SWITCHES) as Switch[];

/** The settings of a new Endpoint. */
export const SWITCHED_OFF: TransformerSettings = settings(false);
export const ALL_SWITCHED_ON: TransformerSettings = settings(true);

function settings(on: boolean): TransformerSettings {
  const switches = Object.fromEntries(SWITCH_NAMES.map((name) => [name, on])) as Record<Switch, boolean>;
  return { transformer: '', transpiledTransformer: '', abortOnError: on, ...switches };
}

/** The handlers that are switched on. */
export function handlersOf(given: TransformerSettings): ReadonlySet<HandlerName> {
  return new Set(SWITCH_NAMES.filter((name) => given[name]).map((name) => SWITCHES[name]));
}
