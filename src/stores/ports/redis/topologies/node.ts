import { isIP } from 'net';
import tls from 'tls';
import type { PeerCertificate } from 'tls';

import type { RedisOptions } from 'ioredis';

import { AccessTokenError, toAccessTokenError } from '../../../../errors';
import { errorCodeOf } from '../../../../http';
import type { Address, TlsContext } from '../../../../http';
import type { Verdict } from '../client';
import type { Server } from '../server';
import type { Credentials } from './place';

/** A server that can't be connected to within this, milliseconds, is passed over. */
const CONNECT_TIMEOUT_MS = 1000;
/** A server that hasn't answered by then, milliseconds, hangs. */
const ANSWER_TIMEOUT_MS = 1500;
/** Replies of one of several servers while another takes its place. */
const FAIL_OVER = /^(?:READONLY|MASTERDOWN|UNBLOCKED|NOREPLICAS)/;
const CERTIFICATE = /CERT|_ALERT_|SELF_SIGNED|UNABLE_TO|SIGNATURE/;
const TIMED_OUT = 'Command timed out';

/** Opens a connection. Passed in, because the client library lies in another file of the extension. */
export type OpenServer = (options: RedisOptions) => Server;

/** How to connect to the servers of one place. */
export interface Access {
  isTls: boolean;
  tls: TlsContext | undefined;
  credentials: Credentials;
  database?: number;
  /** Host names that the user entered. A server that the cluster names by IP address may show a certificate for one of them. */
  names: readonly string[];
}

/** Options for one of several servers. If it fails, another one is asked, so it gets one try and little time. */
export function nodeOptions({ host, port }: Address, access: Access): RedisOptions {
  const { isTls, credentials, database = 0 } = access;
  return {
    host,
    port,
    ...credentials,
    db: database,
    ...(isTls ? { tls: tlsOptions(host, access) } : {}),
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: ANSWER_TIMEOUT_MS,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
  };
}

/**
 * The certificate must be for the server's host. Managed services (ElastiCache, MemoryDB, Azure) have certificates for
 * names, but their clusters name servers by IP address. For those, the names that the user entered count too.
 */
function tlsOptions(host: string, { tls: context, names }: Access): NonNullable<RedisOptions['tls']> {
  const trusted = isIP(host) === 0 ? [] : names.filter((name) => isIP(name) === 0);
  const [servername] = trusted;
  return {
    ...(context === undefined ? {} : { secureContext: context }),
    ...(servername === undefined
      ? {}
      : {
          servername,
          checkServerIdentity: (_: string, certificate: PeerCertificate) => {
            const [first, ...others] = [host, ...trusted].map((name) => tls.checkServerIdentity(name, certificate));
            return others.includes(undefined) ? undefined : first;
          },
        }),
  };
}

/** The address in its usual notation. */
export function textOf({ host, port }: Address): string {
  return `${host.includes(':') ? `[${host}]` : host}:${port}`;
}

/**
 * Explains the failure of one of several servers.
 *
 * @param who the server, as the subject of a sentence
 */
export function judgeServer(server: Server, thrown: unknown, isTls: boolean, who: string): Verdict {
  if (isTimeout(thrown)) return { error: Promise.resolve(timeout(who)), isPassing: true };
  const { causes, reply, error, passesSoon } = server.explain(thrown, !isTls, who);
  const isCertificate = causes.some((cause) => CERTIFICATE.test(errorCodeOf(cause) ?? ''));
  return { error, isPassing: reply === undefined ? !isCertificate : passesSoon || FAIL_OVER.test(reply) };
}

/** A server's failure, judged where the server is known. */
export class ServerFailure extends Error {
  constructor(readonly verdict: Verdict) {
    super('A server failed.');
  }
}

/** Judges what a route has thrown. */
export function judge(thrown: unknown): Verdict {
  if (thrown instanceof ServerFailure) return thrown.verdict;
  const error = toAccessTokenError(thrown);
  return { error: Promise.resolve(error), isPassing: error.transient };
}

/** The error of a route over several servers if no answer has come in time and nothing else is known. */
export async function outOfTime(): Promise<AccessTokenError> {
  return timeout('Redis');
}

/** @param who the server, as the subject of a sentence */
export function timeout(who: string): AccessTokenError {
  return new AccessTokenError('store_timeout', `${who} did not answer in time.`, { transient: true });
}

function isTimeout(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.message === TIMED_OUT;
}
