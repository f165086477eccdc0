import { SWITCHES } from '../api';
import type { ConnectionItem, Item, Transformer } from '../api';
import { CliError } from '../cli-error';
import type { Lock } from '../lock';
import { connectionStep } from '../lock/keeper';
import type { LockKeys } from '../lock/keys';
import { functionVersion, hasOurCode, hasOurTransformer, sameText, transformerVersion, unified } from '../rendered/ownership';
import { hasLostSection } from '../rendered/template';
import { tooLarge, transformerBody } from '../request-size';

import { knownIds } from './actual-state';
import type { ActualState } from './actual-state';
import { EXTENSION_NAME } from './desired-state';
import type { DeployValues, DesiredState, EndpointType } from './desired-state';

/** One thing to do. */
export interface Change {
  step: 'extension' | 'flow' | 'endpoint' | 'function' | 'connection' | 'chain';
  action: 'create' | 'update' | 'start';
  /** What will be done, for people. */
  description: string;
  /** The connection's name. */
  name?: string;
  /** The current text is or may be somebody else's, so it is saved before it is replaced. */
  savesOld?: true;
}

/** What the store reports about the chain. */
export type Heartbeat = 'on_time' | 'late' | 'never' | 'unknown';

export interface PlanOptions {
  heartbeat: Heartbeat;
  /** Whether texts and values that are not ours may be replaced. */
  force: boolean;
  hashFields: LockKeys['hashFields'];
}

/**
 * Decides what to do, in the order of doing it: a thing comes before the things that refer to it, and the chain comes last.
 *
 * @throws CliError transformer_foreign, function_foreign, connection_foreign, request_too_large
 */
export function plan(desired: DesiredState, actual: ActualState, lock: Lock, options: PlanOptions): Change[] {
  return [
    ...planExtension(desired, actual, lock),
    ...planEndpoint(desired, actual, lock, options),
    ...planFunction(desired, actual, lock, options),
    ...planConnections(desired, actual, lock, options),
    ...planChain(actual, options),
  ];
}

function planExtension({ archive }: DesiredState, { extension }: ActualState, lock: Lock): Change[] {
  const step = 'extension';
  const now = `${EXTENSION_NAME} ${archive.version}`;
  if (extension === undefined) return [{ step, action: 'create', description: `upload ${now}` }];
  const isSameVersion = extension.version === archive.version;
  if (isSameVersion && lock.extensionId === extension.id && lock.extensionHash === archive.hash) return [];
  const from = isSameVersion ? ', which may be another build' : ` over ${extension.version}`;
  return [{ step, action: 'update', description: `upload ${now}${from}` }];
}

function planEndpoint(desired: DesiredState, actual: ActualState, lock: Lock, { force }: PlanOptions): Change[] {
  const { endpoint, flow, isStoreElsewhere } = actual;
  const { names, endpointType } = desired.values;
  if (isStoreElsewhere) return [];
  const step = 'endpoint';
  if (endpoint === undefined) {
    const description = `create the ${endpointType} Endpoint "${names.endpoint}" with its transformer`;
    const forFlow = `create the Flow "${names.endpoint}" for the Endpoint`;
    const newFlow: Change[] = flow === undefined ? [{ step: 'flow', action: 'create', description: forFlow }] : [];
    return [...newFlow, { step, action: 'create', description }];
  }
  const update = (description: string, saving: Saving = {}): Change[] => [{ step, action: 'update', description, ...saving }];
  const current = endpoint.transformer;
  const text = current.transformer ?? '';
  const version = transformerVersion(text);
  const named = `the transformer of the Endpoint "${endpoint.name}"`;
  if (version === undefined && text.trim() !== '') {
    if (!force) throw new CliError('transformer_foreign', `The transformer of the Endpoint "${endpoint.name}" is not ours.`);
    return update(`replace ${named}, which is not ours; the old one is saved`, SAVING);
  }
  const { transformer, ...switches } = desiredTransformer(desired, current);
  const problem = tooLarge(`With your own section, ${named}`, {}, () => transformerBody(transformer));
  if (problem !== undefined) throw new CliError('request_too_large', problem);
  const isOn = Object.entries(switches).every(([key, value]) => (current[key as keyof Transformer] ?? false) === value);
  if (sameText(text, transformer)) return isOn ? [] : update(`switch on ${named}`);
  const description = `update ${named}${fromVersion(version, desired)}`;
  if (hasLostSection(text)) {
    const lost = 'a marker line of your own section is missing, so the old text is saved and the section starts anew';
    return update(`${description}; ${lost}`, SAVING);
  }
  return takenOver(actual, lock).has(step) ? update(`${description}; the old one is saved`, SAVING) : update(description);
}

function planFunction(desired: DesiredState, actual: ActualState, lock: Lock, { force }: PlanOptions): Change[] {
  const step = 'function';
  const current = actual.function;
  const named = `the Function "${current?.name ?? desired.values.names.function}"`;
  if (current === undefined) return [{ step, action: 'create', description: `create ${named}` }];
  const update = (description: string, saving: Saving = {}): Change[] => [{ step, action: 'update', description, ...saving }];
  const code = desired.functionCode(knownIds(actual));
  const version = functionVersion(current.code);
  if (version === undefined && current.code.trim() !== '') {
    if (!force) throw new CliError('function_foreign', `The code of the Function "${current.name}" is not ours.`);
    return update(`replace the code of ${named}, which is not ours; the old one is saved`, SAVING);
  }
  if (code !== undefined && sameText(code, current.code)) return current.isDisabled ? update(`enable ${named}`) : [];
  const description = `update the code of ${named}${fromVersion(version, desired)}`;
  return takenOver(actual, lock).has(step) ? update(`${description}; the old one is saved`, SAVING) : update(description);
}

type Saving = Pick<Change, 'savesOld'>;
/** The text of another configuration contains its tokens and secrets, and may be the only copy of them. */
const SAVING: Saving = { savesOld: true };

/** Names the old and the new version of a text if they differ. "0" is the placeholder. */
function fromVersion(version: string | undefined, { archive }: DesiredState): string {
  return version === undefined || version === '0' || version === archive.version ? '' : ` from ${version} to ${archive.version}`;
}

function planConnections(desired: DesiredState, actual: ActualState, lock: Lock, { force, hashFields }: PlanOptions): Change[] {
  const step = 'connection';
  const foreign = foreignConnections(actual, lock);
  if (foreign.length > 0 && !force) {
    const subject = foreign.length === 1 ? 'This connection was' : 'These connections were';
    throw new CliError('connection_foreign', `${subject} not made with this configuration: ${listed(foreign)}.`);
  }
  return desired.connections(knownIds(actual)).flatMap(({ name, fields }): Change[] => {
    const current = actual.connections.get(name);
    if (current === undefined) return [{ step, action: 'create', description: `create the connection "${name}"`, name }];
    const locked = lock.connections[name];
    const isKnown = locked !== undefined && fields !== undefined && lock.connectionIds[name] === current.id;
    // Somebody may have changed the values. The platform does not show them, but `lastChanged` differs then.
    if (isKnown && locked.lastChanged === current.lastChanged && locked.hash === hashFields(fields)) return [];
    const whose = foreign.includes(current) ? ', which is not ours' : '';
    return [{ step, action: 'update', description: `write the fields of the connection "${name}"${whose}`, name }];
  });
}

/** The newest chain wins, so it is safe to start another one beside an instance that does not report. */
function planChain(actual: ActualState, { heartbeat }: PlanOptions): Change[] {
  const start = (why: string): Change[] => [{ step: 'chain', action: 'start', description: `start the chain${why}` }];
  if (actual.running.length === 0) return start('');
  if (!hasOurCode(actual.function)) return start('; the instance that is running is not ours');
  if (heartbeat === 'never') return start('; the one that is running has never reported to the store');
  return heartbeat === 'late' ? start('; the one that is running is late with its heartbeat') : [];
}

/** Must be on. `abortOnError` keeps a message with the Endpoint secret from the Flow if the transformer throws. */
const REST_SWITCHES: readonly string[] = ['abortOnError', 'inputTransformerEnabled'];
const INJECT_SWITCHES = [...REST_SWITCHES, 'injectTransformerEnabled', 'notifyTransformerEnabled'];
const MUST_BE_ON: Readonly<Record<EndpointType, readonly string[]>> = {
  rest: REST_SWITCHES,
  webhook: INJECT_SWITCHES,
  socket: INJECT_SWITCHES,
};

/**
 * @returns the transformer as it should be. It names all switches, because the platform may not keep the ones that are left out. Switches
 *   that we don't need keep their current state
 */
export function desiredTransformer({ values, ...desired }: DesiredState, current: Partial<Transformer> = {}): Transformer {
  const previous = current.transformer ?? '';
  const isOurs = transformerVersion(previous) !== undefined;
  const isOn = (name: (typeof SWITCHES)[number]): boolean => MUST_BE_ON[values.endpointType].includes(name) || (current[name] ?? false);
  const switches = Object.fromEntries(SWITCHES.map((name) => [name, isOn(name)])) as Omit<Transformer, 'transformer'>;
  return { ...switches, transformer: desired.transformer(isOurs ? unified(previous) : undefined) };
}

/** Connections with our names that somebody else created. */
function foreignConnections(actual: ActualState, lock: Lock): ConnectionItem[] {
  if (isUnknownDeployment(actual, lock)) return [];
  const isOurs = (name: string, id: string): boolean =>
    lock.connectionIds[name] === id || lock.making === connectionStep(name);
  return [...actual.connections].filter(([name, { id }]) => !isOurs(name, id)).map(([, item]) => item);
}

/**
 * Whether the project has a whole deployment that the lock file does not know: the lock file is lost, or the deployment belongs to another
 * configuration. Only then do connections with its names count as part of it. Their values can't prove it, because the platform does not
 * show them.
 */
function isUnknownDeployment(actual: ActualState, lock: Readonly<Lock>): boolean {
  const isLockBlank = lock.functionId === undefined && lock.making === undefined;
  const isStoreOurs = actual.isStoreElsewhere || hasOurTransformer(actual.endpoint);
  return isLockBlank && hasOurCode(actual.function) && isStoreOurs;
}

/** @returns the steps of the Function and the Endpoint that contain our text but are not in the lock file */
function takenOver({ function: aFunction, endpoint }: ActualState, lock: Readonly<Lock>): ReadonlySet<Change['step']> {
  const steps = new Set<Change['step']>();
  if (hasOurCode(aFunction) && aFunction.id !== lock.functionId && lock.making !== 'function') steps.add('function');
  if (hasOurTransformer(endpoint) && endpoint.id !== lock.endpointId && lock.making !== 'endpoint') steps.add('endpoint');
  return steps;
}

const ELSEWHERE = 'made with another configuration, or its lock file is lost';

/**
 * Warns of things with our text that neither the lock file nor the configuration names by id, and of their connections. A configuration
 * can't name connections by id.
 */
export function warnOfTakeOver(
  { functionId, endpointId, storeUrl }: DeployValues,
  actual: ActualState,
  lock: Readonly<Lock>,
  changes: readonly Change[],
): string[] {
  const taken = takenOver(actual, lock);
  const warning = (step: Change['step'], kind: string, thing: Item | undefined, namedBy: string | undefined): string[] => {
    if (thing === undefined || namedBy !== undefined || !taken.has(step)) return [];
    const isSaved = changes.some((change) => change.step === step && change.savesOld === true);
    const saved = isSaved ? ', and saves its text first' : '';
    return [`The ${kind} "${thing.name}" was ${ELSEWHERE}. deploy takes it over${saved}. ${otherNames('names')}`];
  };
  const unknown = isUnknownDeployment(actual, lock)
    ? [...actual.connections].filter(([name, { id }]) => lock.connectionIds[name] !== id).map(([, item]) => item)
    : [];
  const replaced = 'deploy replaces their values, which nobody can read back.';
  return [
    ...warning('function', 'Function', actual.function, functionId),
    ...warning('endpoint', 'Endpoint', actual.endpoint, endpointId ?? storeUrl),
    ...(unknown.length === 0 ? [] : [`These connections were ${ELSEWHERE}: ${listed(unknown)}. ${replaced} ${otherNames('names.connections')}`]),
  ];
}

function listed(items: readonly Item[]): string {
  return items.map(({ name }) => `"${name}"`).join(', ');
}

function otherNames(key: string): string {
  return `If you don't want that, choose other names in the configuration ("${key}").`;
}
