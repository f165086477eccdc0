import { AccessTokenError } from '../errors';

// No URL class: it is not part of ECMAScript, and the Function's VM need not have it. The host admits
// no "@" and no "\", so what is checked here is the host that every HTTP client will connect to.
const ABSOLUTE_URL = /^(https?):\/\/(\[[\da-f:.]+\]|[a-z\d](?:[a-z\d._-]*[a-z\d])?\.?)(?::(\d{1,5}))?(?:[/?][^\s#\\]*)?$/i;
// User name and password go with a Redis URL; what follows the last "@" is the host.
const REDIS_URL = /^(rediss?):\/\/(?:(?:[^\s@/?#%]|%[\da-f]{2})*@)?(\[[\da-f:.]+\]|[a-z\d](?:[a-z\d._-]*[a-z\d])?)(?::(\d{1,5}))?(?:\/\d*)?$/i;
const HOST_AND_PORT = /^(\[[\da-f:.]+\]|[a-z\d](?:[a-z\d._-]*[a-z\d])?)(?::(\d{1,5}))?$/i;
// Of valid hosts only: the figures after 127 are those of a whole address.
const LOOPBACK_HOST = /^(?:(?:[a-z\d-]+\.)*localhost|127\.[\d.]+|\[::1\])$/i;
const NUMERIC_LAST_LABEL = /(?:^|\.)(?:\d+|0x[\da-f]*)\.?$/i;
// Also at the end of an IPv6 address, with the colon before it.
const IPV4 = /(?:^|:)(?:(?:25[0-5]|(?:2[0-4]|1\d|[1-9]?)\d)(?:\.(?!$)|$)){4}$/;
const IPV6_GROUPS = 8;
const LARGEST_PORT = 65535;
const REDIS_EXAMPLE =
  'rediss://user:password@redis.example.com:6380/0, with the password percent-encoded: # is %23, / %2F, % %25, ? %3F, @ %40, : %3A, a space %20';

/** Cuts off what comes with pasting: white space, line ends, and characters that nobody sees, such as U+200B and U+FEFF. */
export const tidy = (text: string): string => (isPrintable(text) ? text.trim() : text.replace(/^[\s\p{C}]+|[\s\p{C}]+$/gu, ''));

/** Whether a text is ASCII without control characters. Most are, and the first use of `\p{C}` takes a process half a millisecond. */
export const isPrintable = (text: string): boolean => !/[^ -~]/.test(text);

export interface UrlRule {
  /** The setting's key, for the error. */
  field: string;
  /** Whether http: to hosts other than this machine is let through. */
  allowInsecure?: boolean | undefined;
}

/**
 * Checks an address that secrets are sent to: absolute, https (http only to loopback hosts or when
 * allowed, RFC 6749 §3.2 and RFC 8252 §8.3), no user name, no fragment (RFC 6749 §3.2).
 *
 * @returns the address, tidy
 * @throws AccessTokenError url_missing, url_malformed, insecure_url
 */
export function checkUrl(url: unknown, rule: UrlRule): string {
  return check(url, rule, ABSOLUTE_URL, 'http', `${exampleFor(rule.field)}, without spaces, user name or fragment`);
}

/** An example for the URL of a setting, by its key or a path that ends with the key; most are those of an Endpoint. */
export function exampleFor(field: string): string {
  if (field.endsWith('tokenUrl')) return 'https://login.example.com/oauth2/token';
  return field.endsWith('apiUrl') ? 'https://api-trial.cognigy.ai' : 'https://endpoint-trial.cognigy.ai/0123abcd';
}

/**
 * Checks the address of a Redis server: `rediss:`, and `redis:` only to loopback hosts or when allowed.
 *
 * @returns the address, tidy
 * @throws AccessTokenError url_missing, url_malformed, insecure_url
 */
export function checkRedisUrl(url: unknown, rule: UrlRule): string {
  // All such characters are named, so that nothing of this password is told.
  const why = String(url).includes('@') ? ': in the password, # / % ? @ : and spaces must be percent-encoded' : '';
  // Valkey speaks the same protocol.
  const address = typeof url === 'string' ? tidy(url).replace(/^valkey(?=s?:)/i, 'redis') : url;
  return check(address, rule, REDIS_URL, 'redis', REDIS_EXAMPLE, why);
}

/** A server's address. */
export interface Address {
  /** A name or an IP address, without brackets. */
  host: string;
  port: number;
}

/** @returns the address in `host`, `host:port` or `[IPv6]:port`; `undefined` where there is none */
export function readAddress(text: string, defaultPort: number): Address | undefined {
  const [, host, port = String(defaultPort)] = HOST_AND_PORT.exec(text) ?? [];
  if (host === undefined || !isHost(host) || Number(port) > LARGEST_PORT) return undefined;
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
}

/** Whether a host is this machine. */
export function isLoopback({ host }: Address): boolean {
  return LOOPBACK_HOST.test(host) || host === '::1';
}

function check(url: unknown, { field, allowInsecure }: UrlRule, pattern: RegExp, insecure: string, example: string, why = ''): string {
  const trimmed = typeof url === 'string' ? tidy(url) : (url ?? '');
  if (trimmed === '') throw new AccessTokenError('url_missing', `The URL "${field}" is missing.`, { field });
  const [address, scheme, host, port = 0] = (typeof trimmed === 'string' ? pattern.exec(trimmed) : null) ?? [];
  if (!address || !scheme || !host || !isHost(host) || Number(port) > LARGEST_PORT) {
    const remedy = `Enter a whole URL, such as ${example}.`;
    throw new AccessTokenError('url_malformed', `The URL "${field}" is not a valid ${insecure}(s) address${why}.`, { field, remedy });
  }
  if (scheme.toLowerCase() === insecure && !allowInsecure && !LOOPBACK_HOST.test(host)) {
    throw new AccessTokenError('insecure_url', `The URL "${field}" uses ${insecure} to the remote host ${host}.`, { field });
  }
  return address;
}

/** An address in figures must be a whole one: clients read the others (127.1, 0x7f.1, 010.0.0.1) differently. */
function isHost(host: string): boolean {
  if (host.startsWith('[')) return isIpv6(host.slice(1, -1));
  return !NUMERIC_LAST_LABEL.test(host) || IPV4.test(host);
}

/** RFC 4291 §2.2: eight groups, of which one run of zeros may be left out. */
function isIpv6(address: string): boolean {
  const halves = address.replace(IPV4, ':0:0').split('::');
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return false;
  return halves.length === 1 ? groups.length === IPV6_GROUPS : halves.length === 2 && groups.length < IPV6_GROUPS;
}
