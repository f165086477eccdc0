import { AccessTokenError } from '../errors';

// No URL class: it is not part of ECMAScript, and the Function's VM need not have it. The host admits
// no "@" and no "\", so what is checked here is the host that every HTTP client will connect to.
const ABSOLUTE_URL = /^(https?):\/\/(\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?\.?)(?::([0-9]{1,5}))?(?:[/?][^\s#\\]*)?$/i;
// User name and password go with a Redis URL; what follows the last "@" is the host.
const REDIS_URL = /^(rediss?):\/\/(?:(?:[^\s@/?#%]|%[0-9a-f]{2})*@)?(\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9._-]*[a-z0-9])?)(?::([0-9]{1,5}))?(?:\/[0-9]*)?$/i;
const LOOPBACK_HOST = /^(?:localhost|(?:[a-z0-9-]+\.)+localhost|127(?:\.[0-9]{1,3}){3}|\[::1\])$/i;
const NUMERIC_LAST_LABEL = /(?:^|\.)(?:[0-9]+|0x[0-9a-f]*)\.?$/i;
const BYTE = '(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])';
const IPV4 = new RegExp(`^${BYTE}(?:\\.${BYTE}){3}$`);
const IPV4_AT_END = new RegExp(`(?<=:)${BYTE}(?:\\.${BYTE}){3}$`);
const IPV6_GROUPS = 8;
const LARGEST_PORT = 65535;

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
 * @returns the address without surrounding white space
 * @throws AccessTokenError url_missing, url_malformed, insecure_url
 */
export function checkUrl(url: unknown, rule: UrlRule): string {
  return check(url, rule, ABSOLUTE_URL, 'http');
}

/**
 * Checks the address of a Redis server: `rediss:`, and `redis:` only to loopback hosts or when allowed.
 *
 * @returns the address without surrounding white space
 * @throws AccessTokenError url_missing, url_malformed, insecure_url
 */
export function checkRedisUrl(url: unknown, rule: UrlRule): string {
  return check(url, rule, REDIS_URL, 'redis');
}

function check(url: unknown, { field, allowInsecure = false }: UrlRule, pattern: RegExp, insecure: string): string {
  if (url === undefined || url === null || (typeof url === 'string' && url.trim() === '')) {
    throw new AccessTokenError('url_missing', `The URL "${field}" is missing.`, { field });
  }
  const trimmed = typeof url === 'string' ? url.trim() : '';
  const [, scheme, host, port] = pattern.exec(trimmed) ?? [];
  if (scheme === undefined || host === undefined || !isHost(host) || Number(port ?? 0) > LARGEST_PORT) {
    throw new AccessTokenError('url_malformed', `The URL "${field}" is not a valid ${insecure}(s) address.`, { field });
  }
  if (scheme.toLowerCase() === insecure && !allowInsecure && !LOOPBACK_HOST.test(host)) {
    throw new AccessTokenError('insecure_url', `The URL "${field}" uses ${insecure} to the remote host ${host}.`, { field });
  }
  return trimmed;
}

/** An address in figures must be a whole one: clients read the others (127.1, 0x7f.1, 010.0.0.1) differently. */
function isHost(host: string): boolean {
  if (host.startsWith('[')) return isIpv6(host.slice(1, -1));
  return !NUMERIC_LAST_LABEL.test(host) || IPV4.test(host);
}

/** RFC 4291 §2.2: eight groups, of which one run of zeros may be left out. */
function isIpv6(address: string): boolean {
  const halves = address.replace(IPV4_AT_END, '0:0').split('::');
  const groups = halves.flatMap((half) => (half === '' ? [] : half.split(':')));
  if (!groups.every((group) => /^[0-9a-f]{1,4}$/i.test(group))) return false;
  return halves.length === 1 ? groups.length === IPV6_GROUPS : halves.length === 2 && groups.length < IPV6_GROUPS;
}
