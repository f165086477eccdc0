import { createServer } from 'node:https';
import type { Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { TLSSocket, TlsOptions } from 'node:tls';
import { inspect } from 'node:util';

import { isTransportError } from '../../src/http';
import type { HttpRequest, HttpResponse, Transport, TransportError } from '../../src/http';
import { openTls } from '../../src/http/tls-context';
import type { TlsSettings } from '../../src/http/tls-context';
import { createCertificate } from './certificate';
import type { Certificate } from './certificate';
import { ForwardProxy } from './forward-proxy';
import { clearProxyVariables } from './proxy-variables';

/** More than any machine needs, milliseconds. */
const PATIENCE_MS = 120_000;
const NOTHING: TlsSettings = { certificateAuthority: undefined, clientCertificate: undefined, clientKey: undefined, passphrase: undefined };

const VERSIONS: [string, TlsOptions][] = [
  ['TLS 1.2', { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' }],
  ['TLS 1.3', { minVersion: 'TLSv1.3', maxVersion: 'TLSv1.3' }],
];

/**
 * What the nodes' HTTP client must do with the user's certificates. The suite runs for its source and for the built file.
 *
 * @param transport the transport under test
 */
export function describeTransportWithCertificates(transport: Transport): void {
  let authority: Certificate;
  let server: Certificate;
  let client: Certificate;
  let proxy: ForwardProxy;
  let restoreVariables: () => void;
  const servers: Server[] = [];

  beforeAll(async () => {
    authority = await createCertificate({ host: 'authority.example' });
    [server, client, proxy] = await Promise.all([
      createCertificate({ issuer: authority }),
      createCertificate({ issuer: authority, host: 'client.example' }),
      ForwardProxy.start(),
    ]);
  });

  beforeEach(() => {
    restoreVariables = clearProxyVariables();
    proxy.requests.length = 0;
  });

  afterEach(async () => {
    restoreVariables();
    await Promise.all(
      servers.splice(0).map((started) => {
        started.closeAllConnections();
        return new Promise((resolve) => started.close(resolve));
      }),
    );
  });

  afterAll(async () => {
    [authority, server, client].forEach(({ remove }) => remove());
    await proxy.stop();
  });

  /** Starts a server that answers with the subject of the client's certificate and the TLS version. @returns its URL */
  async function start(options: TlsOptions = {}, body?: string): Promise<string> {
    // Only the client closes idle connections.
    const started = createServer({ key: server.key, cert: server.cert, ca: authority.cert, keepAliveTimeout: 0, ...options }, (request, response) => {
      const socket = request.socket as unknown as Pick<TLSSocket, 'getPeerCertificate' | 'getProtocol'>;
      // An empty object if there was no certificate.
      const { subject } = socket.getPeerCertificate() as Partial<ReturnType<TLSSocket['getPeerCertificate']>>;
      response.statusCode = body === undefined ? 200 : 400;
      response.end(body ?? JSON.stringify({ client: subject?.CN, version: socket.getProtocol() }));
    });
    servers.push(started);
    await new Promise<void>((resolve) => void started.listen(0, '127.0.0.1', resolve));
    return `https://127.0.0.1:${(started.address() as AddressInfo).port}/token`;
  }

  function post(url: string, settings?: Partial<TlsSettings>): Promise<HttpResponse> {
    const request: HttpRequest = { method: 'POST', url, headers: {}, body: 'a=b' };
    if (settings !== undefined) request.tls = openTls({ ...NOTHING, ...settings }, Date.now()).context;
    return transport(request, PATIENCE_MS);
  }

  async function failureOf(url: string, settings?: Partial<TlsSettings>): Promise<TransportError> {
    const thrown = await post(url, settings).then(({ status }) => new Error(`There was an answer: ${status}`), (error: unknown) => error);
    if (!isTransportError(thrown)) throw thrown;
    expect(inspect(thrown, { depth: 9, showHidden: true })).not.toContain(client.key.slice(60, 90));
    return thrown;
  }

  const trusting = () => ({ certificateAuthority: authority.cert });
  const complete = () => ({ ...trusting(), clientCertificate: client.cert, clientKey: client.key });

  describe.each(VERSIONS)('%s', (version, versions) => {
    const asking = { ...versions, requestCert: true };
    const told = `TLSv${version.replace('TLS ', '')}`;

    it('trusts a private authority', async () => {
      const { data } = await post(await start(versions), trusting());
      expect(JSON.parse(String(data))).toEqual({ version: told });
    });

    it('shows a client certificate', async () => {
      const { data } = await post(await start(asking), complete());
      expect(JSON.parse(String(data))).toEqual({ client: 'client.example', version: told });
    });

    it('does both through a tunnel', async () => {
      process.env['HTTPS_PROXY'] = proxy.url;
      const { data } = await post(await start(asking), complete());
      expect(JSON.parse(String(data))).toEqual({ client: 'client.example', version: told });
      expect(proxy.requests.map(({ method }) => method)).toEqual(['CONNECT']);
    });

    it('names a server that asks for a client certificate in vain', async () => {
      const error = await failureOf(await start(asking), trusting());
      expect(error.message).toMatch(/a client certificate \(/);
      expect(error.remedy).toContain('"TLS certificates"');
    });
  });

  it('does both with a proxy that speaks TLS', async () => {
    const secure = await ForwardProxy.start(server);
    process.env['HTTPS_PROXY'] = secure.url;
    const { data } = await post(await start({ requestCert: true }), complete());
    expect(data).toContain('client.example');
    expect(secure.requests).toHaveLength(1);
    await secure.stop();
  });

  it.each([
    ['without any certificates', () => undefined],
    ['with a client certificate only', () => ({ clientCertificate: client.cert, clientKey: client.key })],
  ])('trusts no private authority %s, and says where its certificate belongs', async (_, settings) => {
    const error = await failureOf(await start({ cert: `${server.cert}\n${authority.cert}` }), settings());
    expect(error.message).toMatch(/^its certificate is from an authority that is not known here \(/);
    expect(error.remedy).toMatch(/^Enter the certificate of its authority in a TLS certificates connection/);
  });

  it('leaves no connection open to requests with other certificates, or without', async () => {
    const url = await start({ requestCert: true, rejectUnauthorized: false });
    expect((await post(url, complete())).data).toContain('client.example');
    expect((await post(url, trusting())).data).not.toContain('client.example');
    expect((await failureOf(url)).message).toContain('authority');
  });

  it.each([
    ['No required SSL certificate was sent', 'it asks for a client certificate (HTTP 400)'],
    ['The SSL certificate error', 'it asks for a client certificate, or refuses the given one (HTTP 400)'],
  ])('names what nginx says of a client certificate: %s', async (title, message) => {
    const error = await failureOf(await start({}, `<html><head><title>400 ${title}</title></head></html>`), trusting());
    expect(error.message).toBe(message);
    expect(error.remedy).toContain('"TLS certificates"');
  });

  it('takes an answer in JSON for what it is, whatever it is about', async () => {
    const body = '{"error":"invalid_client","error_description":"The SSL certificate is not known"}';
    expect(await post(await start({}, body), trusting())).toMatchObject({ status: 400, data: body });
  });
}
