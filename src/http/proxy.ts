import type { ClientRequest, IncomingMessage } from 'http';
import type { RequestOptions } from 'https';
import { BlockList, isIP } from 'net';
import type { Socket } from 'net';

/** The arguments for Node's client of a scheme. */
export interface Route {
  scheme: 'http' | 'https';
  address: string | URL;
  options: RequestOptions;
}

/** Where a request has got to. */
export interface Progress {
  /** The open connection, to close it when the time is up. */
  open?: ClientRequest;
  /** Whether a connection that fails now is the one to the proxy. */
  atProxy?: boolean;
  /** Whether it goes without TLS. */
  inClear?: boolean;
}

/**
 * Leads a request through a proxy: to http by the whole address in the request line (RFC 9112 §3.2.2), to https
 * through a tunnel (RFC 9110 §9.3.6). Hosts that `NO_PROXY` names are reached directly.
 *
 * @throws TransportError for an address that no proxy can have, or a proxy that refuses; and what the connection throws
 */
export async function routeThrough(named: string, noProxy: string | undefined, direct: Route, progress: Progress): Promise<Route> {
  const target = new URL(direct.address);
  if (noProxy !== undefined && isExempt(noProxy, target)) return direct;
  const { address, scheme, credentials } = await readProxy(named);
  progress.atProxy = true;
  // An agent of its own: the global one may be set to use the proxy too.
  const options = { ...direct.options, agent: false as const };
  if (direct.scheme === 'http') {
    const headers = Object.assign({}, options.headers, credentials, { host: target.host });
    return { address, scheme, options: { ...options, headers, path: target.href } };
  }
  const authority = `${target.hostname}:${target.port || 443}`;
  const { request } = scheme === 'https' ? await import('https') : await import('http');
  const headers = { ...credentials, host: authority };
  progress.open = request(address, { ...options, method: 'CONNECT', path: authority, headers });
  const socket = await openTunnel(progress.open);
  progress.atProxy = false;
  // Node's TLS uses this socket instead of a new connection.
  return { ...direct, options: { ...options, socket } as RequestOptions };
}

function openTunnel(sent: ClientRequest): Promise<Socket> {
  return new Promise((resolve, reject) => {
    sent.on('timeout', () => reject(Object.assign(new Error(), { code: 'ETIMEDOUT' })));
    sent.on('error', reject);
    sent.on('connect', ({ statusCode = 0 }: IncomingMessage, socket: Socket) => {
      if (statusCode >= 200 && statusCode < 300) {
        resolve(socket);
        return;
      }
      socket.destroy();
      import('./failure').then(({ refusalOfProxy }) => reject(refusalOfProxy(statusCode)), reject);
    });
    sent.end();
  });
}

interface Proxy extends Pick<Route, 'address' | 'scheme'> {
  /** The header with user name and password. */
  credentials: Record<string, string>;
}

async function readProxy(named: string): Promise<Proxy> {
  // As for curl, one without a scheme is spoken to in clear.
  const address = parse(/^[a-z][a-z0-9+.-]*:\/\//i.test(named) ? named : `http://${named}`);
  const [, scheme] = /^(https?):/.exec(address?.href ?? '') ?? [];
  if (address === undefined || scheme === undefined) {
    const { noSuchProxy } = await import('./failure');
    throw noSuchProxy();
  }
  const { username, password } = address;
  // Node's client would take them for the server's.
  Object.assign(address, { username: '', password: '' });
  const basic = Buffer.from(`${percentDecode(username)}:${percentDecode(password)}`, 'latin1').toString('base64');
  const credentials = username === '' && password === '' ? {} : { 'proxy-authorization': `Basic ${basic}` };
  return { address, scheme: scheme as Route['scheme'], credentials };
}

function parse(address: string): URL | undefined {
  try {
    return new URL(address.trim());
  } catch {
    return undefined;
  }
}

/** @returns the bytes, one a character. Like curl, it leaves everything that isn't percent-encoded. */
function percentDecode(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_, digits: string) => String.fromCharCode(parseInt(digits, 16)));
}

/**
 * Whether a list of hosts names the address, in the forms that curl takes (`*`, a domain with or without a leading dot,
 * an IP address, CIDR), and in those of other clients (`*.domain`, `host:port`, `[IPv6]`).
 */
export function isExempt(list: string, { protocol, hostname, port }: Pick<URL, 'protocol' | 'hostname' | 'port'>): boolean {
  const host = bare(hostname);
  const used = port || (protocol === 'https:' ? '443' : '80');
  return list.split(/[\s,]+/).some((entry) => {
    // Without brackets, an IPv6 address has no port behind it.
    const [, name = entry, named = used] = /^(\[.*\]|[^:]+):(\d+)$/.exec(entry) ?? [];
    return Number(named) === Number(used) && (name === '*' || isWithin(host, bare(name)));
  });
}

/** Without brackets, and without the dot at the end. */
function bare(host: string): string {
  return host.toLowerCase().replace(/[[\]]/g, '').replace(/\.$/, '');
}

function isWithin(host: string, name: string): boolean {
  const family = isIP(host);
  if (family === 0) {
    const domain = name.replace(/^\*?\./, '');
    return domain !== '' && `.${host}`.endsWith(`.${domain}`);
  }
  const longest = family === 4 ? 32 : 128;
  const [, address = '', bits = longest] = /^([^/]*)(?:\/(\d+))?$/.exec(name) ?? [];
  if (isIP(address) !== family || Number(bits) > longest) return false;
  const type = family === 4 ? 'ipv4' : 'ipv6';
  const range = new BlockList();
  range.addSubnet(address, Number(bits), type);
  return range.check(host, type);
}
