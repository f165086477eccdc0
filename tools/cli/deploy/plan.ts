import type { ConnectionItem, Transformer } from '../api';
import { CliError } from '../cli-error';
import type { Lock } from '../lock';
import { functionVersion, hasOurCode, sameText, transformerVersion, unified } from '../rendered/ownership';
import { hasLostSection } from '../rendered/template';

import type { Change } from './change';
import type { Found } from './found';
import { connectionStep } from './lock-keeper';
import { isUnknownDeployment, takenOver } from './take-over';
import { EXTENSION_NAME } from './wanted';
import type { EndpointType, Ids, Wanted } from './wanted';

/** What the store tells of the chain. */
export type Heartbeat = 'on_time' | 'late' | 'never' | 'unknown';

export interface PlanOptions {
  heartbeat: Heartbeat;
  /** Whether texts and values that are not ours may be replaced. */
  force: boolean;
  /** See `fieldsHasher`. */
  hashFields: (fields: Readonly<Record<string, string>>) => string;
}

/**
 * What must be switched on at the Endpoint. A transformer that throws must not let a message with the secret go on to the
 * Flow.
 */
const REST_SWITCHES: Partial<Transformer> = { abortOnError: true, inputTransformerEnabled: true };
const INJECT_SWITCHES: Partial<Transformer> = {
  ...REST_SWITCHES,
  injectTransformerEnabled: true,
  notifyTransformerEnabled: true,
};
const SWITCHES: Readonly<Record<EndpointType, Partial<Transformer>>> = {
  rest: REST_SWITCHES,
  webhook: INJECT_SWITCHES,
  socket: INJECT_SWITCHES,
};

/**
 * Decides what has to be done, in the order in which it is done: things before those that refer to them, and the
 * chain last.
 *
 * @throws CliError transformer_foreign, function_foreign, connection_foreign
 */
export function plan(wanted: Wanted, found: Found, lock: Lock, options: PlanOptions): Change[] {
  return [
    ...planExtension(wanted, found, lock),
    ...planEndpoint(wanted, found, lock, options),
    ...planFunction(wanted, found, lock, options),
    ...planConnections(wanted, found, lock, options),
    ...planChain(found, options),
  ];
}

/** The newest chain wins: what runs without reporting does no harm when another one is started. */
function planChain(found: Found, { heartbeat }: PlanOptions): Change[] {
  const start = (why: string): Change[] => [{ step: 'chain', action: 'start', description: `start the chain${why}` }];
  if (found.running.length === 0) return start('');
  if (!hasOurCode(found.function)) return start('; what runs is no chain of ours');
  if (heartbeat === 'never') return start('; what runs has never reported to the store');
  return heartbeat === 'late' ? start('; what runs is late with its heartbeat') : [];
}

/** What is known of the things that others refer to. */
export function knownIds(found: Found): Ids {
  return { functionId: found.function?.id, urlToken: found.endpoint?.urlToken };
}

/** The switches that the platform knows; a change sends all of them, as nobody promises that it keeps those left out. */
const ALL_SWITCHES = [
  'abortOnError',
  'inputTransformerEnabled',
  'outputTransformerEnabled',
  'finalPingTransformerEnabled',
  'injectTransformerEnabled',
  'notifyTransformerEnabled',
] as const;

/** @returns the transformer as it is to be, the switches that are none of our business as they are */
export function wantedTransformer({ values, ...wanted }: Wanted, current: Partial<Transformer> = {}): Transformer {
  const previous = current.transformer ?? '';
  const isOurs = transformerVersion(previous) !== undefined;
  const switches = ALL_SWITCHES.map((name) => [name, SWITCHES[values.endpointType][name] ?? current[name] ?? false]);
  const transformer = wanted.transformer(isOurs ? unified(previous) : undefined);
  return { ...(Object.fromEntries(switches) as Omit<Transformer, 'transformer'>), transformer };
}

function planExtension({ archive }: Wanted, { extension }: Found, lock: Lock): Change[] {
  const step = 'extension';
  const now = `${EXTENSION_NAME} ${archive.version}`;
  if (extension === undefined) return [{ step, action: 'create', description: `upload ${now}` }];
  const isSame =
    lock.extensionId === extension.id && lock.extensionHash === archive.hash && extension.version === archive.version;
  if (isSame) return [];
  const from = extension.version === archive.version ? ', which may be another build' : ` over ${extension.version}`;
  return [{ step, action: 'update', description: `upload ${now}${from}` }];
}

function planEndpoint(wanted: Wanted, found: Found, lock: Lock, { force }: PlanOptions): Change[] {
  const { endpoint, flow, isStoreElsewhere } = found;
  const { names, endpointType } = wanted.values;
  if (isStoreElsewhere) return [];
  const step = 'endpoint';
  if (endpoint === undefined) {
    const description = `create the ${endpointType} Endpoint "${names.endpoint}" with its transformer`;
    const forFlow = `create the Flow "${names.endpoint}" for the Endpoint`;
    const newFlow: Change[] = flow === undefined ? [{ step: 'flow', action: 'create', description: forFlow }] : [];
    return [...newFlow, { step, action: 'create', description }];
  }
  const current = endpoint.transformer;
  const text = current.transformer ?? '';
  const version = transformerVersion(text);
  const named = `the Endpoint "${endpoint.name}"`;
  if (version === undefined && text.trim() !== '') {
    if (!force) throw new CliError('transformer_foreign', `The transformer of ${named} (${endpoint.id}) is not ours.`);
    const description = `replace the transformer of ${named}, which is not ours; the old one is saved`;
    return [{ step, action: 'update', description, savesOld: true }];
  }
  const { transformer, ...switches } = wantedTransformer(wanted, current);
  const isOn = Object.entries(switches).every(([key, value]) => (current[key as keyof Transformer] ?? false) === value);
  const isSame = sameText(text, transformer);
  if (isOn && isSame) return [];
  if (isSame) return [{ step, action: 'update', description: `switch on the transformer of ${named}` }];
  const description = `change${fromVersion(version, wanted)} the transformer of ${named}`;
  if (hasLostSection(text)) {
    const lost = 'your own section in it has lost a marker line: the old text is saved, and the section starts anew';
    return [{ step, action: 'update', description: `${description}; ${lost}`, savesOld: true }];
  }
  return [rewriting({ step, action: 'update', description }, takenOver(found, lock).has(step))];
}

/** Another configuration's text has its tokens and secrets in it, which may be nowhere else. */
function rewriting(change: Change, isTakenOver: boolean): Change {
  return isTakenOver ? { ...change, description: `${change.description}; the old one is saved`, savesOld: true } : change;
}

function planFunction(wanted: Wanted, found: Found, lock: Lock, { force }: PlanOptions): Change[] {
  const step = 'function';
  const current = found.function;
  const named = `the Function "${current?.name ?? wanted.values.names.function}"`;
  if (current === undefined) return [{ step, action: 'create', description: `create ${named}` }];
  const code = wanted.functionCode(knownIds(found));
  const version = functionVersion(current.code);
  if (version === undefined && current.code.trim() !== '') {
    if (!force) throw new CliError('function_foreign', `The code of the Function ${current.id} is not ours.`);
    const description = `replace the code of ${named}, which is not ours; the old one is saved`;
    return [{ step, action: 'update', description, savesOld: true }];
  }
  if (code !== undefined && sameText(code, current.code)) {
    return current.isDisabled ? [{ step, action: 'update', description: `enable ${named}` }] : [];
  }
  const description = `change${fromVersion(version, wanted)} the code of ${named}`;
  return [rewriting({ step, action: 'update', description }, takenOver(found, lock).has(step))];
}

/** Says from which version to which a text goes, where they differ. "0" is the placeholder. */
function fromVersion(version: string | undefined, { archive }: Wanted): string {
  return version === undefined || version === '0' || version === archive.version ? '' : ` (${version} to ${archive.version})`;
}

function planConnections(wanted: Wanted, found: Found, lock: Lock, { force, hashFields }: PlanOptions): Change[] {
  const step = 'connection';
  const foreign = foreignConnections(found, lock);
  if (foreign.length > 0 && !force) {
    const listed = foreign.map(({ name, id }) => `"${name}" (${id})`).join(', ');
    throw new CliError('connection_foreign', `Not made with this configuration: the ${foreign.length === 1 ? 'connection' : 'connections'} ${listed}.`);
  }
  return wanted.connections(knownIds(found)).flatMap(({ name, fields }): Change[] => {
    const current = found.connections.get(name);
    if (current === undefined) return [{ step, action: 'create', description: `create the connection "${name}"`, name }];
    const locked = lock.connections[name];
    const isKnown = locked !== undefined && fields !== undefined && lock.connectionIds[name] === current.id;
    // Somebody else may have written other values: the platform shows none, but it shows when.
    if (isKnown && locked.lastChanged === current.lastChanged && locked.hash === hashFields(fields)) return [];
    const whose = foreign.includes(current) ? ', which is not ours' : '';
    return [{ step, action: 'update', description: `write the fields of the connection "${name}"${whose}`, name }];
  });
}

/** Those of our names that somebody else has made. */
function foreignConnections(found: Found, lock: Lock): ConnectionItem[] {
  if (isUnknownDeployment(found, lock)) return [];
  const isOurs = (name: string, id: string): boolean =>
    lock.connectionIds[name] === id || lock.making === connectionStep(name);
  return [...found.connections].filter(([name, { id }]) => !isOurs(name, id)).map(([, item]) => item);
}
