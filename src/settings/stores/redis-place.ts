import { AccessTokenError } from '../../errors';
import { isLoopback, readAddress } from '../../http';
import type { Address } from '../../http';
import type { Socket } from '../../stores/ports/redis/connect';
import type { Credentials, RedisPlace } from '../../stores/ports/redis/topologies';
import type { Rule } from '../setting';

/** A setting as entered, for `readPlace`. */
export interface EnteredPlace extends Rule {
  text: string;
}

/** What a user has entered about where Redis is. */
export interface EnteredPlaces {
  /** The checked URL of one server, or an unread one of another kind. */
  url: string | EnteredPlace;
  sentinels?: EnteredPlace | undefined;
  cluster?: EnteredPlace | undefined;
}

const SENTINEL_PORT = 26379;
const REDIS_PORT = 6379;

const EXAMPLES = {
  sentinel:
    'rediss+sentinel://user:password@sentinel1.example.com:26379,sentinel2.example.com:26379/mymaster/0. If the sentinels need a password, add ?sentinel_username=name&sentinel_password=secret',
  cluster: 'rediss+cluster://user:password@redis1.example.com:6379,redis2.example.com:6379',
  unix: 'unix:///run/redis/redis.sock?db=0',
};
const SENTINELS = 'Enter the sentinels and the name of the primary, such as sentinel1.example.com:26379, sentinel2.example.com:26379/mymaster. If the sentinels need a password, put user:password@ in front.';
const CLUSTER = 'Enter yes, no, or more servers of the cluster, such as redis2.example.com:6379, redis3.example.com:6379.';
const ENCODE = 'User name and password are percent-encoded: # is %23, / %2F, % %25, ? %3F, @ %40, : %3A, a comma %2C, a space %20.';

const SCHEME = /^(?:(?:redis|valkey)(s?)\+(sentinel|cluster)|(unix)):\/\/([^]*)$/i;
/** User name and password before a host, see `withUser`. */
const USER = '(?:((?:[^\\s@/?#%,]|%[\\da-f]{2})*)@)?';
/** What follows `//` in a URL. */
const BEHIND_SCHEME = {
  sentinel: '([^\\s@/?#]+)/([^\\s/?#%]+)(?:/(\\d*))?(?:\\?([^\\s?#]*))?',
  cluster: '([^\\s@/?#]+)(?:/0?)?',
  unix: '(/[^\\s?#%]+)(?:\\?db=(\\d+))?',
};
const SENTINELS_FIELD = '([^@/?#]+)/\\s*([^\\s/?#%]+)';

/**
 * Reads where Redis is, from a URL alone or from the fields of a connection.
 *
 * @returns the URL itself for a single server
 * @throws AccessTokenError url_malformed, insecure_url, configuration_invalid
 */
export function readPlace({ url, sentinels, cluster }: EnteredPlaces): string | Socket | RedisPlace {
  const isCluster = cluster !== undefined && !/^(?:no|false|off|0)$/i.test(cluster.text);
  const entered = [...(sentinels === undefined ? [] : [sentinels]), ...(isCluster ? [cluster] : [])];
  const [first, second] = [...entered, ...(typeof url === 'string' ? [] : [url])];
  if (first === undefined) return url as string;
  if (second !== undefined) {
    const remedy = `Use one of them: leave "${first.field}" empty, or change "${second.field}".`;
    throw invalid(`"${first.field}" and "${second.field}" each say where Redis is.`, first, remedy);
  }
  if (typeof url !== 'string') return readUrl(url);
  return sentinels === undefined ? withCluster(url, first) : withSentinels(url, sentinels);
}

function readUrl(entered: EnteredPlace): Socket | RedisPlace {
  const [, secure, several, socket, rest = ''] = SCHEME.exec(entered.text) ?? [];
  const kind = (several ?? socket ?? '').toLowerCase();
  const isTls = secure !== '' && secure !== undefined;
  switch (kind) {
    case 'unix': {
      const [, credentials, path, db = 0] = withUser(BEHIND_SCHEME.unix, rest);
      if (path === undefined) throw malformed(entered, kind);
      return { path, ...readCredentials(credentials), db: Number(db) };
    }
    case 'sentinel': {
      const [, credentials, addresses, masterName, database = 0, query = ''] = withUser(BEHIND_SCHEME.sentinel, rest);
      const sentinels = readAddresses(addresses, SENTINEL_PORT);
      const sentinelCredentials = readParameters(query);
      if (sentinels === undefined || masterName === undefined || sentinelCredentials === undefined) throw malformed(entered, kind);
      checkSecure(sentinels, isTls, entered);
      return { kind, isTls, credentials: readCredentials(credentials), database: Number(database), sentinels, sentinelCredentials, masterName };
    }
    case 'cluster': {
      const [, credentials, addresses] = withUser(BEHIND_SCHEME.cluster, rest);
      const nodes = readAddresses(addresses, REDIS_PORT);
      if (nodes === undefined) throw malformed(entered, kind);
      checkSecure(nodes, isTls, entered);
      return { kind, isTls, credentials: readCredentials(credentials), nodes };
    }
    default:
      throw malformed(entered, 'cluster');
  }
}

/** @param url supplies scheme, user, password and database; its address is ignored */
function withSentinels(url: string, entered: EnteredPlace): RedisPlace {
  const { isTls, credentials, database } = readOne(url);
  const [, sentinelCredentials, addresses, masterName] = withUser(SENTINELS_FIELD, entered.text);
  const sentinels = readAddresses(addresses, SENTINEL_PORT);
  if (sentinels === undefined || masterName === undefined) {
    throw invalid(`"${entered.field}" has no sentinels with the name of a primary.`, entered, `${SENTINELS} ${ENCODE}`);
  }
  checkSecure(sentinels, isTls, entered);
  return { kind: 'sentinel', isTls, credentials, database, sentinels, sentinelCredentials: readCredentials(sentinelCredentials), masterName };
}

/** @param url the server to ask first */
function withCluster(url: string, entered: EnteredPlace): RedisPlace {
  const { isTls, credentials, database, address } = readOne(url);
  const more = /^(?:yes|true|on|1)$/i.test(entered.text) ? [] : readAddresses(entered.text, REDIS_PORT);
  if (more === undefined) throw invalid(`"${entered.field}" has neither yes nor addresses.`, entered, CLUSTER);
  if (database !== 0) throw invalid('A Redis Cluster has database 0 only.', { ...entered, field: 'url' }, 'Leave out the number at the end of the Redis URL.');
  checkSecure(more, isTls, entered);
  return { kind: 'cluster', isTls, credentials, nodes: [address, ...more] };
}

function readOne(url: string): { isTls: boolean; credentials: Credentials; address: Address; database: number } {
  const [, secure, credentials, host = '', database = 0] = /^redis(s?):\/\/(?:([^@]*)@)?([^@/]+)(?:\/(\d*))?$/i.exec(url) ?? [];
  const address = readAddress(host, REDIS_PORT);
  if (address === undefined) throw malformed({ field: 'url', text: url }, 'cluster');
  return { isTls: secure !== '', credentials: readCredentials(credentials), address, database: Number(database) };
}

/** @returns the match with the pattern's groups, after the group of user name and password; empty if the text doesn't match */
function withUser(pattern: string, text: string): (string | undefined)[] {
  return new RegExp(`^${USER}${pattern}$`, 'i').exec(text) ?? [];
}

/** The first colon ends the user name. */
function readCredentials(text = ''): Credentials {
  const [, username = '', password] = /^([^:]*)(?::([^]*))?$/.exec(text) ?? [];
  return {
    ...(username === '' ? {} : { username: decodeURIComponent(username) }),
    ...(password === undefined ? {} : { password: decodeURIComponent(password) }),
  };
}

/** @returns `undefined` if there is anything but the sentinels' credentials */
function readParameters(query: string): Credentials | undefined {
  const credentials: Credentials = {};
  for (const [, name, value = ''] of query === '' ? [] : query.split('&').map((pair) => /^([^=]*)=((?:[^%]|%[\da-f]{2})*)$/i.exec(pair) ?? [])) {
    if (name === 'sentinel_username') credentials.username = decodeURIComponent(value);
    else if (name === 'sentinel_password') credentials.password = decodeURIComponent(value);
    else return undefined;
  }
  return credentials;
}

/** @returns `undefined` if one of them isn't an address */
function readAddresses(list: string | undefined, port: number): Address[] | undefined {
  const read = list?.split(',').map((text) => readAddress(text.trim(), port)) ?? [undefined];
  return read.includes(undefined) ? undefined : (read as Address[]);
}

function checkSecure(addresses: readonly Address[], isTls: boolean, { field, allowInsecure }: EnteredPlace): void {
  const remote = isTls || allowInsecure === true ? undefined : addresses.find((address) => !isLoopback(address));
  if (remote !== undefined) throw new AccessTokenError('insecure_url', `"${field}" uses redis to the remote host ${remote.host}.`, { field });
}

function malformed({ field, text }: EnteredPlace, kind: keyof typeof EXAMPLES): AccessTokenError {
  // Names all these characters, so that the message tells nothing about this password.
  const encode = text.includes('@') ? ` ${ENCODE}` : '';
  const message = `The URL "${field}" is not a valid ${kind === 'unix' ? kind : `redis(s)+${kind}`} address.`;
  return new AccessTokenError('url_malformed', message, { field, remedy: `Enter a whole URL, such as ${EXAMPLES[kind]}.${encode}` });
}

function invalid(message: string, { field }: EnteredPlace, remedy: string): AccessTokenError {
  return new AccessTokenError('configuration_invalid', message, { field, remedy });
}
