import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { name as packageName, version as packageVersion } from '../../../package.json';
import type { NewConnection } from '../api';
import { CliError } from '../cli-error';
import { sha256 } from '../lock/keys';
import { fillTemplate } from '../rendered/template';
import { functionSettings, TRANSFORMER_SETTINGS } from '../settings';
import { endpointBaseOf, storeUrlOf } from '../store-url';

export const EXTENSION_NAME = packageName;
export const ARCHIVE_NAME = `${packageName}.tar.gz`;

export type EndpointType = 'rest' | 'webhook' | 'socket';

/** A configuration that has been checked by `deploySettings`. */
export interface DeployValues extends Readonly<Record<string, unknown>> {
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
  previousEndpointSecret?: string;
  tokens?: TokenValues[];
  initialTokens?: Record<string, { token: { access_token: string; refresh_token?: string } }>;
  refreshBy?: string;
  functionTimeLimitSeconds: number;
  allowInsecure?: boolean;
}

export interface TokenValues extends Readonly<Record<string, unknown>> {
  tokenName: string;
  clientSecret: string;
  refreshToken?: string;
  extraParameters?: Record<string, string>;
}

/** The ids that other things refer to; those of things that do not exist yet are not known. */
export interface Ids {
  functionId?: string | undefined;
  urlToken?: string | undefined;
}

/** What the project should contain. */
export interface DesiredState {
  values: DeployValues;
  archive: { content: Buffer; hash: string; version: string };
  /** Whether there should be an Endpoint with the store's transformer: only then its secret is configured. */
  hasStore: boolean;
  storeUrl: (ids: Ids) => string | undefined;
  /** @param previous the present transformer, if it is ours */
  transformer: (previous?: string) => string;
  /** @returns `undefined` while an id in it is not known */
  functionCode: (ids: Ids) => string | undefined;
  connections: (ids: Ids) => DesiredConnection[];
}

/** A connection; its fields are `undefined` while one of them is not known. */
export type DesiredConnection = Omit<NewConnection, 'fields'> & { fields: Record<string, string> | undefined };

/** The settings of a token that are fields of its connection, under the same names. */
const TOKEN_FIELDS = ['tokenUrl', 'clientId', 'clientSecret', 'scope', 'audience', 'clientAuthentication', 'refreshToken'];

/**
 * Derives from the configuration what the project should contain.
 *
 * @param templates the folder that holds the templates and the archive
 * @throws CliError archive_missing, endpoint_base_unknown
 */
export function desiredState(values: DeployValues, templates: string): DesiredState {
  const hasStore = values.endpointSecret !== undefined;
  if (hasStore && values.storeUrl === undefined && endpointBaseOf(values) === undefined) {
    throw new CliError('endpoint_base_unknown', 'Where Endpoints answer can\'t be told from apiUrl.');
  }
  const storeUrl = (ids: Ids): string | undefined => storeUrlOf(values, ids);
  return {
    values,
    archive: readArchive(templates),
    hasStore,
    storeUrl,
    transformer: (previous) => {
      const settings = pick<unknown>(values, Object.keys(TRANSFORMER_SETTINGS));
      return fillTemplate(templates, `transformer-${values.endpointType}`, settings, previous).text;
    },
    functionCode: (ids) => {
      const keys = Object.keys(functionSettings(values));
      const settings = pick<unknown>({ ...values, functionId: ids.functionId, storeUrl: storeUrl(ids) }, keys);
      const isWhole = ids.functionId !== undefined && (!keys.includes('storeUrl') || 'storeUrl' in settings);
      return isWhole ? fillTemplate(templates, 'function', settings).text : undefined;
    },
    connections: (ids) => connectionsOf(values, ids.functionId, storeUrl(ids)),
  };
}

/** @returns every secret of a configuration, to strike them out of texts that are shown */
export function secretsOf(values: DeployValues): string[] {
  const { apiKey, endpointSecret, previousEndpointSecret, tokens = [], initialTokens = {} } = values;
  const ofTokens = tokens.flatMap(({ clientSecret, refreshToken, extraParameters = {} }) => [
    clientSecret,
    refreshToken,
    ...Object.values(extraParameters),
  ]);
  const initial = Object.values(initialTokens).flatMap(({ token }) => [token.access_token, token.refresh_token]);
  const all = [apiKey, endpointSecret, previousEndpointSecret, ...ofTokens, ...initial];
  return all.filter((secret): secret is string => secret !== undefined);
}

function connectionsOf(
  values: DeployValues,
  functionId: string | undefined,
  url: string | undefined,
): DesiredConnection[] {
  const { names, tokens = [], endpointSecret, apiUrl, apiKey } = values;
  const connection = (name: string, type: string, fields: DesiredConnection['fields']): DesiredConnection => ({
    name: `${names.connections} ${name}`,
    type,
    extension: EXTENSION_NAME,
    fields,
  });
  const storeFields = url === undefined || endpointSecret === undefined ? undefined : { url, endpointSecret };
  return [
    ...tokens.map((token) => connection(`OAuth2 ${token.tokenName}`, 'oauth2ClientCredentials', tokenFields(token))),
    ...(endpointSecret === undefined ? [] : [connection('Store', 'accessTokenStore', storeFields)]),
    connection('Cognigy API', 'cognigyApi', functionId === undefined ? undefined : { apiUrl, apiKey, functionId }),
  ];
}

function tokenFields(token: TokenValues): Record<string, string> {
  const extra = Object.entries(token.extraParameters ?? {});
  const pairs = extra.map(([key, value]) => `${encodeURIComponent(key)}=${encodeURIComponent(value)}`).join('&');
  return { ...pick(token, TOKEN_FIELDS), ...(pairs === '' ? {} : { extraParameters: pairs }) };
}

/** @returns the present members of these names; the table of settings has checked what they are */
function pick<T = string>(values: Readonly<Record<string, unknown>>, keys: readonly string[]): Record<string, T> {
  return Object.fromEntries(keys.filter((key) => values[key] !== undefined).map((key) => [key, values[key] as T]));
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
