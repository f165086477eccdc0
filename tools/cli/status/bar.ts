import type { TokenStatus } from './report';
import type { Style } from './style';

const WIDEST = 40;
const NARROWEST = 10;

/**
 * A token's life as a bar: what has passed, the refresh point, what is left.
 *
 * @param room the columns that there are for it
 */
export function lifetimeBar(token: TokenStatus, room: number, { cells }: Style): string {
  const { issuedAt, refreshAt, expiresAt, lifePercent } = token;
  if (issuedAt === undefined || refreshAt === undefined || expiresAt === undefined || lifePercent === undefined) return '';
  const width = Math.max(NARROWEST, Math.min(WIDEST, room));
  const passed = Math.round((lifePercent / 100) * width);
  const bar = Array.from({ length: width }, (_, index) => (index < passed ? cells.passed : cells.left));
  const lifetime = expiresAt - issuedAt;
  // A token that came expired has no refresh point within its life.
  if (lifetime > 0) bar[Math.min(width - 1, Math.round(((refreshAt - issuedAt) / lifetime) * width))] = cells.refresh;
  return bar.join('');
}
