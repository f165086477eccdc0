/** Which due token a report is granted: the built transformer's rule and the simplest rule, compared in the model. */
import { ORDERS, simulate } from './scale-model.mjs';
import { grouped, table } from './scale-table.mjs';

const HOUR = 3600;
const of = (count, lifetime) => Array.from({ length: count }, () => lifetime);

const SITUATIONS = [
  {
    name: '1,000 of 1 h and 20 of 5 min, none there at the start',
    settings: { lifetimes: [...of(20, 300), ...of(1000, HOUR)], burst: false, seconds: 3 * HOUR },
  },
  {
    name: '400 of 1 h and 20 of 5 min, all issued in one second',
    settings: { lifetimes: [...of(400, HOUR), ...of(20, 300)], burst: true, seconds: 3 * HOUR },
  },
  {
    name: '100 of 1 h, and 5 whose server is down',
    settings: { lifetimes: of(100, HOUR), failing: 5, burst: true, seconds: 3 * HOUR },
  },
  {
    name: '100 of 1 h, none there at the start, and 10 whose server is down',
    settings: { lifetimes: of(100, HOUR), failing: 10, burst: false, seconds: 3 * HOUR },
  },
  {
    name: '2,500 of 1 h, which are too many',
    settings: { lifetimes: of(2500, HOUR), burst: false, seconds: 8 * HOUR },
  },
];

export function orders() {
  const rows = SITUATIONS.flatMap(({ name, settings }) =>
    Object.keys(ORDERS).map((order) => {
      const { refreshes, lost } = simulate({ ...settings, startupSeconds: 1.5, jitter: 0.5, order });
      const expired = refreshes.filter(({ expiredMs }) => expiredMs > 0).length;
      const fetched = new Set(refreshes.map(({ tokenName }) => tokenName)).size;
      return { name, order, refreshes: refreshes.length, expired, never: settings.lifetimes.length - fetched, lost };
    }),
  );
  const columns = [
    ['tokens', ({ name }) => name],
    ['first goes', ({ order }) => order],
    ['refreshes', ({ refreshes }) => grouped(refreshes)],
    ['of these too late (expired)', ({ expired }) => grouped(expired)],
    ['tokens never refreshed', ({ never }) => grouped(never)],
    ['tokens lost at the end', ({ lost }) => grouped(lost)],
  ];
  return { rows, text: table(columns, rows) };
}
