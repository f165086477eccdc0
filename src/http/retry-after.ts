/** The one form of an HTTP date without its time zone, which is GMT (RFC 9110 §5.6.7). */
const ASCTIME = /^[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d [\d:]{8} \d{4}$/;

/**
 * Reads `Retry-After` (RFC 9110 §10.2.3): a number of seconds, or an HTTP date.
 *
 * @param now Unix milliseconds
 * @returns Unix milliseconds, never in the past; `undefined` for a missing or unreadable value
 */
export function parseRetryAfter(value: string | undefined, now: number): number | undefined {
  if (value === undefined) return undefined;
  const text = value.trim();
  if (/^\d{1,9}$/.test(text)) return now + Number(text) * 1000;
  // An HTTP date starts with the day's name; Date.parse alone would take nearly anything for a date.
  const date = /^[A-Z][a-z]+,? /.test(text) ? Date.parse(ASCTIME.test(text) ? `${text} GMT` : text) : NaN;
  return Number.isNaN(date) ? undefined : Math.max(now, date);
}
