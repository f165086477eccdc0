import { createServer } from 'node:net';
import type { AddressInfo, Server as NetServer } from 'node:net';
import type { PeerCertificate } from 'node:tls';

import { openServer } from '../../src/stores/ports/redis';
import type { RedisClient } from '../../src/stores/ports/redis/redis-port';
import { LOAD, SAVE } from '../../src/stores/ports/redis/scripts';
import { connectToPlace } from '../../src/stores/ports/redis/topologies';
import { nodeOptions } from '../../src/stores/ports/redis/topologies/node';
import type { RedisPlace } from '../../src/stores/ports/redis/topologies/place';
import { freePort } from '../support/ports';
import { thrownBy } from '../support/thrown-by';
import { inHeldTime } from './redis-support';

/** What a server replies to a command, given by its name in lower case; the default is `:1`. */
type Reply = (command: string) => string | undefined;

const servers: NetServer[] = [];
let client: RedisClient | undefined;

afterEach(async () => {
  client?.close();
  client = undefined;
  await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
});

/** A server that replies as it is told. */
async function serve(reply: Reply): Promise<{ host: string; port: number; heard: string[] }> {
  const heard: string[] = [];
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk: Buffer) => {
      for (const [, name = ''] of String(chunk).matchAll(/\*\d+\r\n\$\d+\r\n([a-z]+)\r\n/gi)) {
        const command = name.toLowerCase();
        heard.push(command);
        socket.write(`${reply(command) ?? ':1'}\r\n`);
      }
    });
  });
  servers.push(server);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  return { host: '127.0.0.1', port: (server.address() as AddressInfo).port, heard };
}

const toScripts = (reply: string): Reply => (command) => (command.startsWith('eval') ? `-${reply}` : '+OK');
const array = (...texts: string[]): string => `*${texts.length}\r\n${texts.map((text) => `$${text.length}\r\n${text}`).join('\r\n')}`;
const nowhere = async () => ({ host: '127.0.0.1', port: await freePort() });

interface Node {
  host: string;
  port: number;
}
const cluster = (...nodes: Node[]): RedisPlace => ({ kind: 'cluster', isTls: false, credentials: {}, nodes });
const sentinel = (sentinels: Node[], sentinelCredentials = {}): RedisPlace => ({
  kind: 'sentinel',
  isTls: false,
  credentials: {},
  database: 0,
  sentinels,
  sentinelCredentials,
  masterName: 'mymaster',
});

/** Runs one script in a time of its own: only the limit of 8 s ends what never passes. */
function run(place: RedisPlace): Promise<unknown> {
  return inHeldTime(async () => {
    client = connectToPlace({ place, timeoutMs: () => 8000, openServer });
    return client.run(LOAD, ['key'], []);
  });
}

test('each script has one key, so no command spans slots', () => {
  expect([LOAD, SAVE].map(({ keys, lua }) => [keys, /KEYS\[(?!1\])/.test(lua)])).toEqual([
    [1, false],
    [1, false],
  ]);
});

describe('a cluster', () => {
  test('MOVED is followed, and remembered', async () => {
    const home = await serve(() => undefined);
    const first = await serve(toScripts(`MOVED 1234 127.0.0.1:${home.port}`));
    await inHeldTime(async () => {
      client = connectToPlace({ place: cluster(first), timeoutMs: () => 8000, openServer });
      expect(await client.run(LOAD, ['key'], [])).toBe(1);
      expect(await client.run(LOAD, ['key'], [])).toBe(1);
    });
    expect([first.heard, home.heard]).toEqual([['evalsha'], ['evalsha', 'evalsha']]);
  });

  test.each(['', '?'])('MOVED to the host "%s" is the one that says so', async (host) => {
    const home = await serve(() => undefined);
    const first = await serve(toScripts(`MOVED 1234 ${host}:${home.port}`));
    expect(await run(cluster(first))).toBe(1);
  });

  test('ASK is followed once, with ASKING before each form of the script', async () => {
    const importing = await serve((command) => (command === 'evalsha' ? '-NOSCRIPT No matching script.' : undefined));
    const first = await serve(toScripts(`ASK 1234 127.0.0.1:${importing.port}`));
    expect(await run(cluster(first))).toBe(1);
    expect(importing.heard).toEqual(['asking', 'evalsha', 'asking', 'eval']);
  });

  test.each(['TRYAGAIN Multiple keys request during rehashing of slot', 'CLUSTERDOWN Hash slot not served', 'LOADING Redis is loading', 'READONLY You can not write', 'MASTERDOWN Link with MASTER is down', 'UNBLOCKED force unblock from blocking operation'])(
    '%s: is asked again until it passes',
    async (answer) => {
      let left = 3;
      const first = await serve((command) => (command.startsWith('eval') && left-- > 0 ? `-${answer}` : undefined));
      expect(await run(cluster(first))).toBe(1);
    },
  );

  test('a first server that is down is no outage', async () => {
    const second = await serve(() => undefined);
    expect(await run(cluster(await nowhere(), second))).toBe(1);
  });

  test('a server that the cluster names, and nobody can reach: what to set on the servers', async () => {
    const gone = await nowhere();
    const first = await serve(toScripts(`MOVED 1234 127.0.0.1:${gone.port}`));
    const error = await thrownBy(() => run(cluster(first)));
    expect(error).toMatchObject({ code: 'store_unreachable', transient: true, message: `The Redis server 127.0.0.1:${gone.port} can't be reached: nothing listens there (ECONNREFUSED).` });
    expect(error.remedy).toContain('cluster-announce-ip');
  });

  test('servers that name each other without end', async () => {
    const ports: number[] = [];
    const one = await serve((command) => (command.startsWith('eval') ? `-MOVED 1 127.0.0.1:${ports[1] ?? 0}` : undefined));
    const two = await serve((command) => (command.startsWith('eval') ? `-MOVED 1 127.0.0.1:${ports[0] ?? 0}` : undefined));
    ports.push(one.port, two.port);
    expect(await thrownBy(() => run(cluster(one)))).toMatchObject({ code: 'store_error', message: expect.stringContaining('(MOVED)') as string });
    expect(one.heard.length + two.heard.length).toBe(6);
  });

  test.each([
    ['WRONGPASS invalid username-password pair', 'store_refused'],
    ['OOM command not allowed when used memory', 'store_error'],
  ])('%s: said at once', async (answer, code) => {
    const first = await serve(toScripts(answer));
    expect(await thrownBy(() => run(cluster(first)))).toMatchObject({ code });
    expect(first.heard).toEqual(['evalsha']);
  });
});

describe('the certificate of a server that the cluster names by its IP address', () => {
  const access = { isTls: true, tls: undefined, credentials: {}, names: ['redis.example.com', '10.0.0.1'] };
  const options = (host: string) => {
    const { tls } = nodeOptions({ host, port: 6379 }, access);
    if (tls === undefined) throw new Error('There is no TLS.');
    return tls;
  };
  const certificate = (subjectaltname: string) => ({ subject: { CN: 'x' }, subjectaltname }) as unknown as PeerCertificate;

  test.each([
    ['DNS:*.example.com', true],
    ['IP Address:10.0.0.9', true],
    ['DNS:*.example.org', false],
    ['IP Address:10.0.0.1', false],
  ])('%s', (names, isGood) => {
    const { servername, checkServerIdentity } = options('10.0.0.9');
    expect(servername).toBe('redis.example.com');
    expect(checkServerIdentity?.('redis.example.com', certificate(names)) === undefined).toBe(isGood);
  });

  test('one that it names by its name must have that name', () => {
    expect(options('two.example.com')).toEqual({});
  });
});

describe('sentinels', () => {
  const naming = ({ port }: Node): Reply => (command) => (command === 'sentinel' ? array('127.0.0.1', String(port)) : undefined);

  test('the one that answers names the primary', async () => {
    const primary = await serve(() => undefined);
    const watching = await serve(naming(primary));
    expect(await run(sentinel([await nowhere(), watching], { password: 'secret' }))).toBe(1);
    expect(watching.heard).toEqual(['auth', 'sentinel']);
    expect(primary.heard).toEqual(['evalsha']);
  });

  test('after a fail-over they are asked again', async () => {
    const primary = await serve(() => undefined);
    const old = await serve(toScripts('READONLY You can not write against a read only replica.'));
    const named = [old, old, primary];
    const watching = await serve((command) => (command === 'sentinel' ? array('127.0.0.1', String((named.shift() ?? primary).port)) : undefined));
    expect(await run(sentinel([watching]))).toBe(1);
    expect(watching.heard).toEqual(['sentinel', 'sentinel', 'sentinel']);
  });

  test.each<[string, string, object, RegExp]>([
    ['does not know the name', '*-1', { code: 'store_error', transient: false, message: expect.stringContaining('knows no primary named "mymaster"') as string }, /sentinel monitor/],
    ['asks for a password', '-NOAUTH Authentication required.', { code: 'store_refused', transient: false }, /sentinel_password/],
    ['gives the user no right', '-NOPERM this user has no permissions', { code: 'store_refused', transient: false }, /sentinel_password/],
    ['is a Redis server', "-ERR unknown command 'SENTINEL'", { code: 'store_error', transient: false }, /26379/],
  ])('one that %s', async (_, reply, expected, remedy) => {
    const watching = await serve(() => reply);
    const error = await thrownBy(async () => run(sentinel([await nowhere(), watching])));
    expect(error).toMatchObject(expected);
    expect(error.message).toContain(`The sentinel 127.0.0.1:${watching.port} `);
    expect(error.remedy).toMatch(remedy);
  });

  test('all of them down: unreachable, asked for as long as there is time', async () => {
    const error = await thrownBy(async () => run(sentinel([await nowhere(), await nowhere()])));
    expect(error).toMatchObject({ code: 'store_unreachable', transient: true, message: expect.stringMatching(/^The sentinel 127\.0\.0\.1:\d+ can't be reached: nothing listens there/) as string });
    expect(error.remedy).toContain('26379');
  });
});
