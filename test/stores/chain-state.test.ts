import fc from 'fast-check';

import { claimRestart, electChain, readChainState } from '../../src/stores/engine/chain';
import type { ChainState, RestartClaim } from '../../src/stores/engine/chain';
import { START } from '../support/token-records';

/** More than the executions that will ever find the chain late at the same moment and start one each. */
const MOST_TOGETHER = 60;
/** Whoever is told to start the chain has this long before somebody else is. */
const RESTART_LEASE_MS = 60_000;
const MOST_ENDED_CHAINS = 100;
const BEAT = { hop: 0, owner: 'owner', beatWithinMs: 990_000 };

function stateOf(changes: Partial<ChainState> = {}): ChainState {
  return { chainId: 'a', hop: 3, owner: 'a/3', at: START, dueBy: START + 990_000, ended: [], ...changes };
}

describe('electChain', () => {
  test('the first chain goes on, and is due within what it says', () => {
    expect(electChain(null, { chainId: 'a', ...BEAT }, START)).toEqual(stateOf({ hop: 0, owner: 'owner' }));
  });

  test('a chain from before it said so is due in 1000 s', () => {
    expect(electChain(null, { chainId: 'a', hop: 0, owner: 'owner' }, START)?.dueBy).toBe(START + 1000_000);
  });

  test.each<[string, Partial<ChainState>, boolean]>([
    ['the next hop', { hop: 4, owner: 'a/4' }, true],
    ['a hop after one that was lost', { hop: 9, owner: 'a/9' }, true],
    ['the same hop once more, by its owner', { hop: 3, owner: 'a/3' }, true],
    ['a double of the same hop', { hop: 3, owner: 'a/3/other' }, false],
    ['an earlier hop', { hop: 2, owner: 'a/2' }, false],
    ['an earlier hop by the same owner', { hop: 2, owner: 'a/3' }, false],
  ])('%s of the chain at work', (_, { hop = 0, owner = '' }, goesOn) => {
    const state = stateOf({ ended: ['z'] });
    const next = electChain(state, { ...BEAT, chainId: 'a', hop, owner }, START + 5000);
    expect(next).toEqual(goesOn ? stateOf({ hop, owner, at: START + 5000, dueBy: START + 995_000, ended: ['z'] }) : null);
  });

  test('a new chain takes over, at whatever hop, and the older one ends at its next beat', () => {
    const taken = electChain(stateOf(), { ...BEAT, chainId: 'b', hop: 0 }, START + 1000);
    expect(taken).toMatchObject({ chainId: 'b', hop: 0, ended: ['a'] });
    expect(electChain(taken, { ...BEAT, chainId: 'a', hop: 4 }, START + 2000)).toBeNull();
    expect(electChain(taken, { ...BEAT, chainId: 'b', hop: 1 }, START + 2000)).toMatchObject({ chainId: 'b', hop: 1 });
  });

  test('a chain that has beaten before is no new one, whoever is remembered', () => {
    const state = stateOf({ chainId: 'b' });
    expect(electChain(state, { ...BEAT, chainId: 'forgotten', hop: 4 }, START)).toBeNull();
    expect(electChain(state, { ...BEAT, chainId: 'forgotten', hop: 4, first: false }, START)).toBeNull();
    expect(electChain(state, { ...BEAT, chainId: 'unheard', hop: 4, first: true }, START)).toMatchObject({ chainId: 'unheard' });
  });

  test('a Function of version 0.1 may go on from any hop where the chain at work is late, and nowhere else', () => {
    const state = stateOf({ chainId: 'b', ended: ['c'] });
    expect(electChain(state, { ...BEAT, chainId: 'older', hop: 2 }, state.dueBy - 1)).toBeNull();
    expect(electChain(state, { ...BEAT, chainId: 'older', hop: 2 }, state.dueBy)).toMatchObject({ chainId: 'older' });
    expect(electChain(state, { ...BEAT, chainId: 'c', hop: 2 }, state.dueBy)).toBeNull();
    expect(electChain(state, { ...BEAT, chainId: 'newer', hop: 2, first: false }, state.dueBy)).toBeNull();
  });

  test.each([2, 101, 500])('%d chains that were started together settle to one, for good', (count) => {
    let state: ChainState | null = null;
    let alive = Array.from({ length: count }, (_, index) => `chain-${index}`);
    for (let hop = 0; hop < 8; hop += 1) {
      alive = alive.filter((chainId) => {
        const next = electChain(state, { ...BEAT, chainId, hop, owner: `${chainId}/${hop}` }, START);
        state = next ?? state;
        return next !== null;
      });
      if (hop > 0) expect(alive).toHaveLength(1);
    }
  });

  test('an ended chain never comes back, also where the one that took over is late', () => {
    const late = stateOf({ chainId: 'b', ended: ['a'], dueBy: START - 1 });
    expect(electChain(late, { ...BEAT, chainId: 'a', hop: 50 }, START)).toBeNull();
  });

  test('does not change the state it is given', () => {
    const state = Object.freeze(stateOf({ ended: Object.freeze(['z']) as string[] }));
    electChain(state, { ...BEAT, chainId: 'b' }, START);
    expect(state).toEqual(stateOf({ ended: ['z'] }));
  });

  const chainIds = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 20 }), { minLength: 1, maxLength: MOST_TOGETHER });

  test('of chains that were started together exactly one is left once each has beaten twice', () => {
    fc.assert(
      fc.property(chainIds, fc.infiniteStream(fc.nat(1000)), (ids, chance) => {
        let state: ChainState | null = null;
        let alive = ids.map((chainId) => ({ chainId, hop: 0 }));
        const beatAll = () => {
          // In any order: they run beside one another.
          const order = alive.map((chain) => ({ chain, rank: chance.next().value as number }));
          alive = [];
          for (const { chain } of order.sort((one, other) => one.rank - other.rank)) {
            const { chainId, hop } = chain;
            const next = electChain(state, { ...BEAT, chainId, hop, owner: `${chainId}/${hop}` }, START);
            if (next === null) continue;
            state = next;
            alive.push({ chainId, hop: hop + 1 });
          }
        };
        beatAll();
        beatAll();
        expect(alive.map(({ chainId }) => chainId)).toEqual([(state as ChainState | null)?.chainId]);
      }),
    );
  });

  // A session storage that shows writes late: of the chains that beat at the same moment each sees the state from
  // before, and one of their writes is what remains.
  test('where beats overwrite one another, one chain is left after some more', () => {
    const writers = fc.infiniteStream(fc.nat());
    fc.assert(
      fc.property(chainIds.filter(({ length }) => length <= 10), writers, (ids, chance) => {
        let state: ChainState | null = null;
        let alive = ids.map((chainId) => ({ chainId, hop: 0 }));
        // Not all of them at the same moment each time: that alone could go on for ever.
        for (let round = 0; alive.length > 1 && round < 200; round += 1) {
          const together = alive.filter(() => (chance.next().value as number) % 2 === 0);
          const seen: ChainState | null = state;
          const written: ChainState[] = [];
          for (const chain of together) {
            const { chainId, hop } = chain;
            const next = electChain(seen, { ...BEAT, chainId, hop, owner: `${chainId}/${hop}` }, START);
            if (next === null) alive = alive.filter((other) => other !== chain);
            else written.push(next);
            chain.hop += 1;
          }
          state = written[(chance.next().value as number) % Math.max(1, written.length)] ?? state;
        }
        expect(alive).toHaveLength(1);
      }),
      { numRuns: 200 },
    );
  });

  test('remembers so many ended chains and no more', () => {
    let state: ChainState | null = null;
    for (let index = 0; index < 3 * MOST_ENDED_CHAINS; index += 1) {
      state = electChain(state, { ...BEAT, chainId: `chain-${index}` }, START);
    }
    expect(state?.ended).toHaveLength(MOST_ENDED_CHAINS);
    expect(state?.ended[0]).toBe(`chain-${3 * MOST_ENDED_CHAINS - 2}`);
  });
});

describe('claimRestart', () => {
  const claimed = { at: START, tries: 1 };

  test.each<[string, ChainState | null, RestartClaim | null, number, RestartClaim | null]>([
    ['no chain ever', null, null, START, { at: START, tries: 1 }],
    ['a chain that is not late', stateOf({ dueBy: START + 1 }), null, START, null],
    ['a chain that is late', stateOf({ dueBy: START }), null, START, { at: START, tries: 1 }],
    ['just claimed, no chain ever', null, claimed, START, null],
    ['claimed in the millisecond of the last beat', stateOf({ dueBy: START }), claimed, START, null],
    ['the time is not up', null, claimed, START + RESTART_LEASE_MS - 1, null],
    ['the time is up', null, claimed, START + RESTART_LEASE_MS, { at: START + RESTART_LEASE_MS, tries: 2 }],
    ['the second time is not up', null, { at: START, tries: 2 }, START + 2 * RESTART_LEASE_MS - 1, null],
    ['the second time is up', null, { at: START, tries: 2 }, START + 2 * RESTART_LEASE_MS, { at: START + 2 * RESTART_LEASE_MS, tries: 3 }],
    ['after many tries, an hour is enough', null, { at: START, tries: 99 }, START + 3600_000, { at: START + 3600_000, tries: 100 }],
    ['after many tries, less is not', null, { at: START, tries: 99 }, START + 3600_000 - 1, null],
    ['the chain has beaten since, and is late again', stateOf({ at: START + 1, dueBy: START + 9 }), claimed, START + 9, { at: START + 9, tries: 1 }],
  ])('%s', (_, state, claim, now, next) => {
    expect(claimRestart(state, claim, now)).toEqual(next);
  });
});

describe('readChainState', () => {
  test('a whole state, also after a way over JSON', () => {
    expect(readChainState(stateOf(), START)).toEqual(stateOf());
    const stored: unknown = JSON.parse(JSON.stringify(stateOf({ ended: ['z'] })));
    expect(readChainState(stored, START)).toEqual(stateOf({ ended: ['z'] }));
  });

  test.each<keyof ChainState>(['chainId', 'hop', 'owner', 'at', 'dueBy', 'ended'])('not without %s', (member) => {
    const rest: Partial<ChainState> = stateOf();
    delete rest[member];
    expect(readChainState(rest, START)).toBeNull();
    expect(readChainState({ ...rest, [member]: null }, START)).toBeNull();
  });

  test('not one by a clock that is wrong', () => {
    expect(readChainState(stateOf({ at: START + 60_000 }), START)).not.toBeNull();
    expect(readChainState(stateOf({ at: START + 60_001 }), START)).toBeNull();
    expect(readChainState(stateOf({ dueBy: START + 3 * 86_400_000 }), START)).toBeNull();
  });

  test('nothing else, whatever it is', () => {
    fc.assert(
      fc.property(fc.anything(), (value) => {
        expect(readChainState(value, START)).toBeNull();
      }),
    );
  });
});
