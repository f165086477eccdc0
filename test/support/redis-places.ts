import type { Redis } from 'ioredis';

import { createCertificate } from './certificate';
import type { Certificate } from './certificate';
import { RedisCluster } from './redis-cluster';
import type { SlotMigration } from './redis-cluster';
import type { RedisProgram } from './redis-program';
import { RedisSentinel } from './redis-sentinel';
import { RedisServer } from './redis-server';

const PASSWORD = 'canary-redis:p@ss/word-83';
const SENTINEL_PASSWORD = 'canary-sentinel-password-84';
const ENCODED = encodeURIComponent(PASSWORD);

/** A Redis setup that users have. */
export interface RedisPlace {
  /** What a bot builder enters in the connection to the store. */
  fields: Record<string, string>;
  /** The same for the TLS certificates. */
  certificates?: Record<string, string>;
  /** What messages must not show. */
  secrets: string[];
  /** Returns the tests' own client for the server that has a key. */
  clientFor: (key: string) => Promise<Redis>;
  /** Begins to move the slot of a key to another master, if there is one. */
  migrate?: (key: string) => Promise<SlotMigration>;
  close: () => Promise<void>;
}

export interface RedisKind {
  name: string;
  program: RedisProgram;
  start: () => Promise<RedisPlace>;
}

/** The Redis setups that users have, each on real servers. */
export const REDIS_KINDS: readonly RedisKind[] = [
  {
    name: 'a server with TLS that asks for a certificate',
    program: 'redis-server',
    start: async () => {
      const { options, ...certificates } = await withCertificates();
      return ofServer(await RedisServer.start({ ...options, password: PASSWORD }), ({ port }) => `rediss://:${ENCODED}@127.0.0.1:${port}`, certificates);
    },
  },
  {
    name: 'a Unix socket',
    program: 'redis-server',
    start: async () => ofServer(await RedisServer.start({ password: PASSWORD, hasSocket: true }), ({ socket }) => `unix://:${ENCODED}@${socket}`),
  },
  {
    name: 'Valkey',
    program: 'valkey-server',
    start: async () => ofServer(await RedisServer.start({ program: 'valkey-server', password: PASSWORD }), ({ port }) => `valkey://:${ENCODED}@127.0.0.1:${port}`),
  },
  {
    name: 'a cluster',
    program: 'redis-server',
    start: async () => {
      const cluster = await RedisCluster.start({ password: PASSWORD });
      return ofCluster(cluster, { url: `redis+cluster://:${ENCODED}@${cluster.hosts.join(',')}` });
    },
  },
  {
    name: 'a cluster of Valkey, in the fields',
    program: 'valkey-server',
    start: async () => {
      const cluster = await RedisCluster.start({ program: 'valkey-server', password: PASSWORD });
      return ofCluster(cluster, { url: `valkey://:${ENCODED}@${cluster.hosts[0] ?? ''}`, cluster: cluster.hosts.slice(1).join(', ') });
    },
  },
  {
    name: 'a cluster with TLS that asks for a certificate',
    program: 'redis-server',
    start: async () => {
      const { options, ...certificates } = await withCertificates();
      const cluster = await RedisCluster.start(options);
      return ofCluster(cluster, { url: `rediss+cluster://${cluster.hosts[2] ?? ''}` }, certificates);
    },
  },
  {
    name: 'Sentinel',
    program: 'redis-server',
    start: async () => {
      const group = await RedisSentinel.start({ password: PASSWORD, sentinelPassword: SENTINEL_PASSWORD });
      const url = `redis+sentinel://:${ENCODED}@${group.hosts.join(',')}/${group.name}?sentinel_password=${SENTINEL_PASSWORD}`;
      return ofSentinel(group, { url });
    },
  },
  {
    name: 'Sentinel with TLS that asks for a certificate, in the fields',
    program: 'redis-server',
    start: async () => {
      const { options, ...certificates } = await withCertificates();
      const group = await RedisSentinel.start({ ...options, password: PASSWORD, sentinelPassword: SENTINEL_PASSWORD });
      const sentinels = `:${SENTINEL_PASSWORD}@${group.hosts.join(', ')}/${group.name}`;
      return ofSentinel(group, { url: `rediss://:${ENCODED}@127.0.0.1`, sentinels }, certificates);
    },
  },
];

interface Certificates {
  fields: Record<string, string>;
  remove: () => void;
}

/** Makes a private authority that has signed a certificate for the servers and one for the client. */
async function withCertificates(): Promise<Certificates & { options: { tls: Certificate; clientAuthority: Certificate } }> {
  const clientAuthority = await createCertificate({ host: 'authority.example' });
  const [tls, client] = await Promise.all([createCertificate({ issuer: clientAuthority }), createCertificate({ issuer: clientAuthority, host: 'client.example' })]);
  return {
    options: { tls, clientAuthority },
    fields: { certificateAuthority: clientAuthority.cert, clientCertificate: client.cert, clientKey: client.key },
    remove: () => [clientAuthority, tls, client].forEach(({ remove }) => remove()),
  };
}

function place(fields: RedisPlace['fields'], clientFor: RedisPlace['clientFor'], close: () => Promise<void>, certificates?: Certificates): RedisPlace {
  return {
    fields,
    secrets: [PASSWORD, ENCODED, SENTINEL_PASSWORD, ...(certificates === undefined ? [] : [certificates.fields['clientKey']?.slice(60, 90) ?? ''])],
    clientFor,
    close: async () => {
      await close();
      certificates?.remove();
    },
    ...(certificates === undefined ? {} : { certificates: certificates.fields }),
  };
}

function ofServer(server: RedisServer, urlOf: (server: RedisServer) => string, certificates?: Certificates): RedisPlace {
  const client = server.client();
  return place({ url: urlOf(server) }, async () => client, () => server.close(), certificates);
}

function ofCluster(cluster: RedisCluster, fields: RedisPlace['fields'], certificates?: Certificates): RedisPlace {
  return {
    ...place(fields, async (key) => (await cluster.masterOf(key)).admin, () => cluster.close(), certificates),
    migrate: async (key) => {
      const source = await cluster.masterOf(key);
      return cluster.migrate(key, cluster.nodes.find((node) => node !== source) ?? source);
    },
  };
}

function ofSentinel(group: RedisSentinel, fields: RedisPlace['fields'], certificates?: Certificates): RedisPlace {
  return place(fields, async () => (await group.master()).admin, () => group.close(), certificates);
}
