import { inspect } from 'node:util';

import { failureOf } from '../../src/http/failure';

const CANARY = 'canary-secret-51c8';

function systemError(code: string, message = CANARY): Error {
  return Object.assign(new Error(message), { code, host: CANARY });
}

describe('failureOf', () => {
  it.each([
    ['ENOTFOUND', 'its host name is not known'],
    ['EAI_AGAIN', 'its host name could not be looked up'],
    ['ECONNREFUSED', 'nothing listens there'],
    ['EHOSTUNREACH', 'no network route leads there'],
    ['ENETUNREACH', 'no network route leads there'],
    ['CERT_HAS_EXPIRED', 'its certificate has expired'],
    ['CERT_NOT_YET_VALID', 'its certificate is not valid yet'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'its certificate is for another host name'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'its certificate is self-signed'],
    ['SELF_SIGNED_CERT_IN_CHAIN', 'its certificate is from an authority that is not known here'],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'its certificate is from an authority that is not known here'],
    ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'its certificate is from an authority that is not known here'],
    ['CERT_REVOKED', 'its certificate is not valid'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'it does not speak TLS at that port'],
    ['ERR_SSL_UNSUPPORTED_PROTOCOL', 'it speaks only TLS versions that are too old'],
    ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'it speaks only TLS versions that are too old'],
    ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', 'it asks for a client certificate'],
    ['ERR_SSL_TLSV1_ALERT_UNKNOWN_CA', 'it does not know the authority of the client certificate'],
    ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED', 'it says that the client certificate has expired or was revoked'],
    ['ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE', 'it asks for a client certificate, or refuses the given one'],
    ['ERR_SSL_SSLV3_ALERT_UNSUPPORTED_CERTIFICATE', 'it asks for a client certificate, or refuses the given one'],
    ['ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN', 'it asks for a client certificate, or refuses the given one'],
    ['ERR_SSL_TLSV1_ALERT_ACCESS_DENIED', 'it asks for a client certificate, or refuses the given one'],
    ['ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE', 'it accepts none of the TLS ciphers, or asks for a client certificate'],
    ['ERR_SSL_DECRYPTION_FAILED_OR_BAD_RECORD_MAC', 'the TLS handshake failed'],
    ['HPE_INVALID_CONSTANT', 'its answer is not HTTP'],
    ['HPE_HEADER_OVERFLOW', 'its answer has too many headers'],
    ['Z_DATA_ERROR', 'its answer is not compressed as it says'],
    ['EMFILE', 'network'],
  ])('%s: %s', (code, words) => {
    const failure = failureOf(systemError(code), {});
    expect(failure).toMatchObject({ kind: 'network', reason: code, message: `${words} (${code})` });
    expect(failure.remedy === undefined).toBe(words === 'network');
    expect(inspect(failure, { depth: 9, showHidden: true })).not.toContain(CANARY);
  });

  // What OpenSSL says, as Node.js passes it on.
  it.each([
    ['error:0A00010B:SSL routines:ssl3_get_record:wrong version number', 'it does not speak TLS at that port'],
    ['error:0A00042E:SSL routines:ssl3_read_bytes:tlsv1 alert protocol version', 'it speaks only TLS versions that are too old'],
    ['error:0A000102:SSL routines:ssl_choose_client_version:unsupported protocol', 'it speaks only TLS versions that are too old'],
    ['error:0A000412:SSL routines:ssl3_read_bytes:sslv3 alert bad certificate', 'it asks for a client certificate, or refuses the given one'],
    ['error:0A000418:SSL routines:ssl3_read_bytes:tlsv1 alert unknown ca', 'it does not know the authority of the client certificate'],
    ['error:0A000410:SSL routines:ssl3_read_bytes:sslv3 alert handshake failure', 'it accepts none of the TLS ciphers, or asks for a client certificate'],
    [CANARY, 'the TLS handshake failed'],
  ])('EPROTO: %s', (text, words) => {
    const failure = failureOf(systemError('EPROTO', `write EPROTO 80:${text}:${CANARY}:`), {});
    expect(failure.message).toBe(`${words} (EPROTO)`);
    expect(inspect(failure, { depth: 9, showHidden: true })).not.toContain(CANARY);
  });

  it.each([
    ['socket hang up', true, 'it closed the connection without an answer; it may speak TLS at that port'],
    ['socket hang up', false, 'it closed the connection without an answer'],
    ['aborted', true, 'it closed the connection before its answer was complete'],
    ['Client network socket disconnected before secure TLS connection was established', false, 'it does not complete the TLS handshake; it may not speak TLS at that port'],
  ])('ECONNRESET: %s, without TLS: %p', (text, inClear, words) => {
    expect(failureOf(systemError('ECONNRESET', text), { inClear }).message).toBe(`${words} (ECONNRESET)`);
  });

  it('tells a connection that took too long', () => {
    expect(failureOf(systemError('ETIMEDOUT'), {})).toMatchObject({ kind: 'timeout', reason: 'ETIMEDOUT' });
  });

  it.each([[new Error(CANARY)], [CANARY], [undefined]])('knows nothing of %p', (thrown) => {
    expect(failureOf(thrown, {})).toMatchObject({ kind: 'network', reason: undefined, message: 'network', remedy: undefined });
  });

  it('says that the proxy failed where the connection was to the proxy', () => {
    const failure = failureOf(systemError('CERT_HAS_EXPIRED'), { atProxy: true });
    expect(failure.message).toBe("the proxy can't be used: its certificate has expired (CERT_HAS_EXPIRED)");
    expect(failure.remedy).toContain('HTTPS_PROXY');
  });
});
