import { recordOf, START } from './token-records';

const NAME = 'accessToken';

// One valid operation of each kind.

export const READ = { op: 'read', tokenName: NAME } as const;
export const CHECKOUT = { op: 'checkout', tokenName: NAME, owner: 'anna', leaseMs: 15_000, refreshPercent: 90 } as const;
export const COMMIT = {
  op: 'commit',
  tokenName: NAME,
  owner: 'anna',
  ifVersion: 0,
  record: recordOf('one', START),
} as const;
export const RELEASE = { op: 'release', tokenName: NAME, owner: 'anna' } as const;
export const BEAT = {
  op: 'beat',
  chainId: 'chain',
  hop: 0,
  owner: 'hop 0',
  leaseMs: 30_000,
  tokens: [{ tokenName: NAME, refreshPercent: 90 }],
} as const;
