import { isObject } from '../../../src/json';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { name as packageName, version as packageVersion } from '../../../package.json';
import { CONNECTION_TYPES } from '../../../src/settings/connections';
import type { ConnectionType } from '../../../src/settings/setting';
import { endpointBody, SWITCHES } from '../api';
import type { NewConnection, Transformer } from '../api';
import { CliError } from '../cli-error';
import { secretsIn } from '../exposed';
import { sha256 } from '../lock/keys';
import { fillTemplate } from '../rendered/template';
import { functionBody, tooLarge } from '../request-size';
import { functionSettings, TRANSFORMER_SETTINGS } from '../settings';
import { endpointBaseOf, storeUrlOf } from '../store-url';

export const EXTENSION_NAME = packageName;
export const ARCHIVE_NAME = `${packageName}.tar.gz`;

export type EndpointType = 'rest' | 'webhook' | 'socket';

type Settings = Readonly<Record<string, unknown>>;

/** A configuration that was checked with `deploySettings`. */
export interface DeployValues extends Settings {
  projectId: string;
  names: { function: string; endpoint: string; connections: string };
  endpointType: EndpointType;
  endpointId?: string;
  flowId?: string;
  endpointBaseUrl?: string;
  storeUrl?: string;
  functionId?: string;
  apiUrl: string;
  apiKey: string;
  endpointSecret?: string;
  tokens?: (Settings & { tokenName: string })[];
  refreshBy?: string;
  functionTimeLimitSeconds: number;
  allowInsecure?: boolean;
}

/** The ids that other things refer to; `undefined` for things that don't exist yet. */
export interface Ids {
  functionId?: string | undefined;
  urlToken?: string | undefined;
}

/** What the project should contain. */
export interface DesiredState {
  values: DeployValues;
  archive: { content: Buffer; hash: string; version: string };
  /** Whether the tokens are in an Endpoint's store: the configuration has an Endpoint secret. */
  hasStore: boolean;
  storeUrl: (ids: Ids) => string | undefined;
  /** @param previous the current transformer, if it is ours */
  transformer: (previous?: string) => string;
  /** @returns `undefined` while an id in the code is not known */
  functionCode: (ids: Ids) => string | undefined;
  connections: (ids: Ids) => DesiredConnection[];
}

/** A connection. `fields` is `undefined` while one of them is not known. */
export type DesiredConnection = Omit<NewConnection, 'fields'> & { fields: Record<string, string> | undefined };

/**
 * Works out from the configuration what the project should contain.
 *
 * @param templates the folder that holds the templates and the archive
 * @throws CliError archive_missing, endpoint_base_unknown
 */
export function desiredState(values: DeployValues, templates: string): DesiredState {
  const hasStore = values.endpointSecret !== undefined;
  if (hasStore && values.storeUrl === undefined && endpointBaseOf(values) === undefined) {
    throw new CliError('endpoint_base_unknown', 'The address of Endpoints can\'t be told from apiUrl.');
  }
  const storeUrl = (ids: Ids): string | undefined => storeUrlOf(values, ids);
  const knownOf = (ids: Ids) => ({ ...values, functionId: ids.functionId, storeUrl: storeUrl(ids) });
  return {
    values,
    archive: readArchive(templates),
    hasStore,
    storeUrl,
    transformer: (previous) => {
      const settings = pick(values, Object.keys(TRANSFORMER_SETTINGS));
      return fillTemplate(templates, `transformer-${values.endpointType}`, settings, previous).text;
    },
    functionCode: (ids) => {
      const keys = Object.keys(functionSettings(values));
      const settings = pick(knownOf(ids), keys);
      const isWhole = ids.functionId !== undefined && (!keys.includes('storeUrl') || 'storeUrl' in settings);
      return isWhole ? fillTemplate(templates, 'function', settings).text : undefined;
    },
    connections: (ids) => connectionsOf(knownOf(ids)),
  };
}

/** Stand for ids that are not known yet. They are as long as the platform's. */
const STAND_INS = { functionId: '0'.repeat(24), urlToken: '0'.repeat(64), reference: '0'.repeat(36) };

/**
 * Refuses texts that are too large for the management API, before anything is sent.
 *
 * @throws CliError request_too_large
 */
export function refuseTooLarge(values: DeployValues, templates: string): void {
  const { functionId, urlToken, reference } = STAND_INS;
  const known: Settings = { functionId, ...values, storeUrl: storeUrlOf(values, { urlToken }) };
  const newEndpoint = (transformer: string): object => {
    const all = Object.fromEntries(SWITCHES.map((name) => [name, false])) as Omit<Transformer, 'transformer'>;
    const { projectId, names, endpointType: channel } = values;
    const references = { flowReference: reference, localeReference: reference };
    return endpointBody(projectId, { name: names.endpoint, channel, ...references, transformer: { ...all, transformer } });
  };
  const check = (artifact: string, keys: object, bodyOf: (text: string) => object): string | undefined => {
    const what = artifact === 'function' ? 'The Function' : 'The transformer';
    return tooLarge(what, pick(known, Object.keys(keys)), (settings) => bodyOf(fillTemplate(templates, artifact, settings).text));
  };
  const hasTransformer = values.endpointSecret !== undefined && values.storeUrl === undefined;
  const problem =
    check('function', functionSettings(values), functionBody) ??
    (hasTransformer ? check(`transformer-${values.endpointType}`, TRANSFORMER_SETTINGS, newEndpoint) : undefined);
  if (problem !== undefined) throw new CliError('request_too_large', problem);
}

/** @returns every secret of a configuration, so that messages can strike them out */
export function secretsOf(values: DeployValues): string[] {
  return secretsIn(values).map(({ text }) => text);
}

/** @param known the configuration, plus the ids and URLs that are known by now */
function connectionsOf(known: Pick<DeployValues, 'names' | 'tokens'> & Settings): DesiredConnection[] {
  const { names, tokens = [] } = known;
  return CONNECTION_TYPES.flatMap(({ type, deployed, fields }) => {
    if (deployed === undefined) return [];
    const { name, where, forEachToken } = deployed;
    const sources: readonly Settings[] = forEachToken ? tokens : [known];
    return sources.filter((source) => source[where] !== undefined).map((source) => ({
      name: [names.connections, name, ...(forEachToken ? [source['tokenName']] : [])].join(' '),
      type,
      extension: EXTENSION_NAME,
      // The key may contain an object with all of the connection's fields.
      fields: fieldsOf(isObject(source[where]) ? source[where] : source, fields),
    }));
  });
}

/** @returns `undefined` while a required field is unknown */
function fieldsOf(values: Settings, fields: ConnectionType['fields']): DesiredConnection['fields'] {
  const texts = Object.entries(fields).map(([name, { key = name }]): [string, string] => [name, asText(values[key])]);
  const known = Object.fromEntries(texts.filter(([, text]) => text !== ''));
  return Object.entries(fields).every(([name, { required = true }]) => !required || name in known) ? known : undefined;
}

/** Writes extra parameters as pairs. A connection has no empty fields, so an empty text means none. */
function asText(value: unknown): string {
  if (!isObject(value)) return typeof value === 'string' ? value : '';
  return Object.entries(value).map((pair) => pair.map((part) => encodeURIComponent(String(part))).join('=')).join('&');
}

/** @returns the members with these names that are set; their values have been checked already */
function pick(values: Settings, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(keys.filter((key) => values[key] !== undefined).map((key) => [key, values[key]]));
}

function readArchive(templates: string): DesiredState['archive'] {
  const file = join(templates, ARCHIVE_NAME);
  try {
    const content = readFileSync(file);
    return { content, hash: sha256(content), version: packageVersion };
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? 'unknown error';
    throw new CliError('archive_missing', `${file} can't be read (${code}).`);
  }
}
