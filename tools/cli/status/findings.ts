import type { Finding, Obstacle } from './report';

/** What only a look reveals, with what to do about it; everything else has one of the product's error codes. */
const REMEDIES = {
  token_expired: 'The lines on its last refresh and on the chain say why it was not refreshed.',
  token_missing: 'Wait for the first refresh, or use the token in a Flow once. If it stays, look into the log of the Function.',
  refresh_failed: 'Look into the log of the Function, and of the Flows that use the token.',
  refresh_token_ends: 'Run access-token authorize, which asks the user for a new consent, and brings the new refresh token to the shared store.',
  chain_late: 'Run access-token deploy, which starts the chain again, or trigger the Function once without parameters.',
  chain_never_ran: 'Run access-token deploy, which starts the chain, or trigger the Function once without parameters.',
  chain_not_told: 'Run access-token deploy, which brings the transformer up to date.',
  no_instance: 'Run access-token deploy, which starts the chain again, or trigger the Function once without parameters.',
  instance_failed: 'Look into the log of the Function.',
  store_not_verified: 'Run access-token deploy, which signs the lock file, or enter storeUrl.',
  store_evicts: 'Set maxmemory-policy to noeviction, or use a Redis server for the tokens alone.',
  store_not_persistent: 'Switch on AOF (appendonly yes) or RDB (save), with a disk that stays.',
  store_is_replica: 'Enter the URL of the primary, or one that always leads to it.',
  store_without_replica: 'Look at the replicas and their logs. With min-replicas-to-write set, Redis refuses to write meanwhile.',
  store_not_told: 'Let this Redis user ask for it (+info, +config|get), or check it on the server: noeviction, AOF or RDB, a primary.',
  store_not_watched: 'Leave out the keys of the store that is not in use.',
  store_not_named: 'Run access-token deploy, which creates the store, or enter the key that the message names.',
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
