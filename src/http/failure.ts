import { isObject } from '../json';
import type { Progress } from './proxy';
import { errorCodeOf, TransportError } from './transport';

/** A cause that is known. */
export interface Explanation {
  /** What has happened, as the end of a sentence: "… did not answer: its certificate has expired". */
  words: string;
  /** What to do about it, in whole sentences. */
  remedy: string;
}

const SCHEME =
  'Check port and scheme of the URL: https (Redis: rediss) where the server speaks TLS at that port, http (Redis: redis) where it does not.';
const TLS = 'Ask the operator of the server to switch on TLS 1.2 or later.';
const CLIENT =
  'Choose "TLS certificates" under "Advanced" in the node: a connection with a client certificate that this server accepts, with its intermediate certificates.';
const AUTHORITY =
  'Enter the certificate of its authority in a TLS certificates connection, and choose that under "Advanced" in the node (outside of nodes: NODE_EXTRA_CA_CERTS). If the authority is a public one, the server has to send all intermediate certificates.';
const RENEWAL =
  'Ask the operator of the server to renew the certificate. Where that of its authority has expired, enter the new one in the TLS certificates connection.';
const ON_THE_WAY = 'A firewall or proxy on the way may have closed it: ask its operator.';
const PROXY = 'Check the proxy in HTTPS_PROXY and HTTP_PROXY.';

/** By the code of Node.js or OpenSSL; the first that fits counts. Their own texts may quote the request. */
const EXPLANATIONS: ReadonlyArray<readonly [code: RegExp, words: string, remedy: string]> = [
  [/ENOTFOUND|ENODATA/, 'its host name is not known', 'Check the host name in the URL, and the name server of this installation.'],
  [/EAI_/, 'its host name could not be looked up', 'Check the name server of this installation.'],
  [/ECONNREFUSED/, 'nothing listens there', 'Check host and port in the URL, and that the server runs.'],
  [/ENOENT/, 'there is no such socket', 'Check the path of the socket: it must be on the machine that runs this, and the server must listen on it (unixsocket).'],
  [/EACCES|EPERM/, 'this process may not use the socket', 'Give the user of this process the right to read and write the socket (unixsocketperm).'],
  [/ETIMEDOUT/, 'no connection could be made in time', 'Check host and port in the URL, and the firewall of this installation.'],
  [/UNREACH|EADDRNOTAVAIL|ENETDOWN|EHOSTDOWN|EINVAL/, 'no network leads there', 'Check the network and the firewall of this installation.'],
  [/BAD_RESPONSE|BUFFER_TOO_LARGE/, 'its answer is larger than 1 MB', 'Check the URL: a page or a file answers there.'],
  [/^Z_|^ERR__|BROTLI/, 'its answer is not packed as it says', 'Check the URL, and the server or proxy that packs the answer.'],
  [/WRONG_VERSION_NUMBER|PACKET_LENGTH|HTTP_REQUEST/, 'it speaks no TLS at that port', SCHEME],
  [/SECURE_TLS|TLS_SILENT/, 'it does not go on with the TLS handshake; it may speak no TLS at that port', SCHEME],
  [/TLS_PORT/, 'it speaks TLS at that port', SCHEME],
  [/UNSUPPORTED_PROTOCOL|PROTOCOL_VERSION|VERSION_TOO_LOW|NO_PROTOCOLS/, 'it speaks only TLS versions that are too old', TLS],
  [/CERTIFICATE_REQUIRED|ALERT_NO_C/, 'it asks for a client certificate', CLIENT],
  [/ALERT_CERTIFICATE_(?:EXPIRED|REVOKED)/, 'it says that the client certificate has expired or was revoked', CLIENT],
  [/ALERT_UNKNOWN_CA/, 'it does not know the authority of the client certificate', CLIENT],
  [/ALERT_(?:BAD_|UNSUPPORTED_)?C|ALERT_ACCESS/, 'it asks for a client certificate, or refuses the given one', CLIENT],
  [/HAS_EXPIRED/, 'its certificate has expired', RENEWAL],
  [/NOT_YET_VALID/, 'its certificate is not valid yet', 'Check the clock of this installation, and the certificate of the server.'],
  [/ALTNAME|HOSTNAME_MISMATCH/, 'its certificate is for another host name', 'Enter the host name that the certificate is for.'],
  [/DEPTH_ZERO/, 'its certificate is self-signed', AUTHORITY],
  [/SELF_SIGNED|UNABLE_TO_(?:GET_ISSUER|VERIFY_LEAF)/, 'its certificate is from an authority that is not known here', AUTHORITY],
  [/CERT|_CRL|INVALID_CA|INVALID_PURPOSE|PATH_LENGTH/, 'its certificate is not valid', AUTHORITY],
  [/HANDSHAKE_FAILURE|NO_SHARED_CIPHER/, 'it accepts none of the TLS ciphers, or asks for a client certificate', `${CLIENT} ${TLS}`],
  [/SSL|EPROTO|TLS/, 'the TLS handshake failed', TLS],
  [/HEADER_OVERFLOW/, 'its answer has too many headers', 'Check the URL, and the server or proxy that answers there.'],
  [/^HPE_/, 'its answer is not HTTP', SCHEME],
  [/NO_REDIS/, 'its answer is not that of a Redis server', SCHEME],
  [/ABORTED/, 'it closed the connection before its answer was complete', ON_THE_WAY],
  [/CLEAR_E/, 'it closed the connection without an answer; it may speak TLS at that port', `${SCHEME} ${ON_THE_WAY}`],
  [/ECONNRESET|EPIPE/, 'it closed the connection without an answer', ON_THE_WAY],
];

/** The first byte of a TLS alert, by which a server refuses what is no TLS (RFC 8446 §5.1). */
const ALERT = 0x15;

/**
 * What a system's error means, where that is known.
 *
 * @param inClear whether nothing but unencrypted bytes went to the server
 */
export function explain(thrown: unknown, inClear = false): Explanation | undefined {
  const code = errorCodeOf(thrown);
  if (code === undefined || !isObject(thrown)) return undefined;
  const { message, rawPacket } = thrown;
  if (Buffer.isBuffer(rawPacket) && rawPacket[0] === ALERT) return explanationOf('TLS_PORT');
  // These stand for many things, which Node.js and OpenSSL tell apart in words: matched here, and not shown.
  const words = /^(?:EPROTO|ECONNRESET)$/.test(code) ? String(message).toUpperCase().replace(/\W+/g, '_') : '';
  return explanationOf(`${inClear && /^(?:ECONNRESET|EPIPE)$/.test(code) ? 'CLEAR_' : ''}${code} ${words}`);
}

function explanationOf(symptom: string): Explanation | undefined {
  const [, words, remedy] = EXPLANATIONS.find(([pattern]) => pattern.test(symptom)) ?? [];
  return words === undefined || remedy === undefined ? undefined : { words, remedy };
}

/** The error of a request that has met a system's error. */
export function failureOf(thrown: unknown, { atProxy, inClear }: Pick<Progress, 'atProxy' | 'inClear'>): TransportError {
  const code = errorCodeOf(thrown);
  const kind = code === 'ETIMEDOUT' ? 'timeout' : 'network';
  const { words, remedy } = explain(thrown, inClear) ?? {};
  if (!atProxy) return new TransportError(kind, code, words, remedy);
  return new TransportError(kind, code, `the proxy can't be used: ${words ?? 'network'}`, PROXY);
}

/** A proxy that does not let a request through. */
export function refusalOfProxy(status: number): TransportError {
  const isUnauthorized = status === 407;
  const words = isUnauthorized ? 'the proxy asks for a user name and password, or refuses the given ones' : 'the proxy opens no way to the server';
  const remedy = isUnauthorized
    ? `${PROXY} Its user name and password are percent-encoded there.`
    : `Ask the operator of the proxy to let this host and port through, or name the host in NO_PROXY. ${PROXY}`;
  return new TransportError('network', `HTTP ${status}`, words, remedy);
}

export function noSuchProxy(): TransportError {
  const words = "the proxy's address is not a valid http(s) URL";
  return new TransportError('network', undefined, words, `${PROXY} All but letters and digits is percent-encoded in user name and password.`);
}

/** As servers of all kinds answer, with status 400, who speaks in clear where they expect TLS. */
const TLS_EXPECTED = /to (?:an )?HTTPS (?:port|server)|HTTP to an SSL-enabled|port requires TLS/i;

/** As nginx answers, with status 400, whose client certificate is missing or refused. */
const CERTIFICATE_EXPECTED = /<title>400 (?:(No required SSL)|The SSL) certificate/;

/** @throws TransportError for an answer that is not the asked server's: the proxy's, that of a port for TLS, or that of TLS itself */
export function refuseMisdirected(status: number, text: string): void {
  if (status === 407) throw refusalOfProxy(status);
  const [page, missing] = CERTIFICATE_EXPECTED.exec(text) ?? [];
  if (page === undefined && !TLS_EXPECTED.test(text)) return;
  const symptom = page === undefined ? 'TLS_PORT' : `ALERT_${missing === undefined ? 'BAD_' : 'NO_'}CERTIFICATE`;
  const { words, remedy } = explanationOf(symptom) ?? {};
  throw new TransportError('network', `HTTP ${status}`, words, remedy);
}
