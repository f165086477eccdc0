export const DAY_MS = 86_400_000;

const UNITS: readonly [name: string, ms: number][] = [
  ['d', DAY_MS],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1000],
];

/**
 * Formats a duration for people: the two largest units, such as "3 min 10 s" or "29 d 23 h", rounded down.
 *
 * @param ms milliseconds; the sign is ignored
 */
export function describeDuration(ms: number): string {
  let rest = Math.floor(Math.abs(ms) / 1000) * 1000;
  const first = UNITS.findIndex(([, unit]) => rest >= unit);
  if (first < 0) return '0 s';
  const parts: string[] = [];
  for (const [name, unit] of UNITS.slice(first, first + 2)) {
    const count = Math.floor(rest / unit);
    rest -= count * unit;
    if (count > 0) parts.push(`${count} ${name}`);
  }
  return parts.join(' ');
}

/**
 * @param time Unix milliseconds
 * @returns its day in UTC, such as `4 December 2026`
 */
export function dayOf(time: number): string {
  return new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' }).format(time);
}
