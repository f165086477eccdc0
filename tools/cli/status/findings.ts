import type { Finding, Obstacle } from './report';

/** What only a look reveals, with what to do about it; everything else has one of the product's error codes. */
const REMEDIES = {
  /** Nobody refreshed the token in time. */
  token_expired: 'The lines on its last refresh and on the chain say why it was not refreshed.',
  /** Nobody has fetched the token yet, or the store has lost it. */
  token_missing: 'Wait for the first refresh, or use the token in a Flow once. If it stays, look into the log of the Function.',
  /** The last refresh failed. The message says what the server answered, since when, and when the next try is. */
  refresh_failed: 'Look into the log of the Function, and of the Flows that use the token.',
  /** The refresh token ends within seven days, as the server or the table of providers says. */
  refresh_token_ends: 'Run access-token authorize, which asks the user for a new consent, and brings the new refresh token to the shared store.',
  /** The background refresh has not reported in time. */
  chain_late: 'Run access-token deploy, which starts the chain again, or trigger the Function once without parameters.',
  /** The background refresh has never reported. */
  chain_never_ran: 'Run access-token deploy, which starts the chain, or trigger the Function once without parameters.',
  /** The transformer is too old to tell of the background refresh. */
  chain_not_told: 'Run access-token deploy, which brings the transformer up to date.',
  /** No instance of the Function is active or queued. */
  no_instance: 'Run access-token deploy, which starts the chain again, or trigger the Function once without parameters.',
  /** The last failed instance of the Function, with its error. It is a note: the chain may go on without it. */
  instance_failed: 'Look into the log of the Function.',
  /** The lock file isn't signed with this API key, and the project has no Endpoint with its URL token. The secret isn't sent there. */
  store_not_verified: 'Run access-token deploy, which signs the lock file, or enter storeUrl.',
  /** Redis may evict tokens when its memory is full. */
  store_evicts: 'Set maxmemory-policy to noeviction, or use a Redis server for the tokens alone.',
  /** Redis keeps nothing on disk: after a restart all tokens are gone. */
  store_not_persistent: 'Switch on AOF (appendonly yes) or RDB (save), with a disk that stays.',
  /** The Redis server is a replica. */
  store_is_replica: 'Enter the URL of the primary, or one that always leads to it.',
  /** Redis had replicas, and none is connected. */
  store_without_replica: 'Look at the replicas and their logs. With min-replicas-to-write set, Redis refuses to write meanwhile.',
  /** Redis doesn't tell this user of its settings. */
  store_not_told: 'Let this Redis user ask for it (+info, +config|get), or check it on the server: noeviction, AOF or RDB, a primary.',
  /** The configuration names two stores; the message says which one is watched. */
  store_not_watched: 'Leave out the keys of the store that is not in use.',
  /** Neither configuration nor lock file names a store. */
  store_not_named: 'Run access-token deploy, which creates the store, or enter the key that the message names.',
  /** Neither configuration nor lock file names the Function. */
  function_not_named: 'Run access-token deploy, which creates the Function, or enter the key that the message names.',
} as const;

/** The same, for docs/reference.md. */
export const FINDING_REMEDIES: Readonly<Record<Code, string>> = REMEDIES;

type Code = keyof typeof REMEDIES;

export function wrong(about: string, code: Code, message: string, remedy: string = REMEDIES[code]): Finding {
  return { level: 'wrong', about, code, message, remedy };
}

/** It works, and may not go on so. */
export function degraded(about: string, code: Code, message: string, remedy: string = REMEDIES[code]): Finding {
  return { level: 'degraded', about, code, message, remedy };
}

export function note(about: string, code: Code, message: string, remedy: string = REMEDIES[code]): Finding {
  return { level: 'note', about, code, message, remedy };
}

/** Why something can't be looked at. */
export function obstacle(code: Code, message: string, remedy: string = REMEDIES[code]): Obstacle {
  return { code, message, remedy };
}

/** Something that could not be looked at. */
export function unknown(about: string, { code, message, remedy }: Obstacle): Finding {
  return { level: 'unknown', about, code, message, remedy };
}

/** Something that was looked at and gave no answer. */
export function untold(about: string, code: Code, message: string): Finding {
  return unknown(about, obstacle(code, message));
}
