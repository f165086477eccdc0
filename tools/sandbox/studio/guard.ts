import type { Request, RequestHandler } from 'express';

/** The error for a refused request. */
const REFUSAL = 'The studio answers its own page only.';

/** The page loads nothing from elsewhere, sends nothing elsewhere, and can't be framed. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/**
 * Keeps out other pages in the user's browser, because they can reach every address of this machine. A request must name a
 * loopback host: another name means that somebody's DNS points here. If it has an origin, that must be this server. A
 * request that changes anything must have an origin and be JSON, which no form can send.
 *
 * @param origin returns `http://127.0.0.1:<port>`, once the server listens
 */
export function guardAgainstOtherPages(origin: () => string): RequestHandler {
  return (request, response, next) => {
    response.set({
      'Content-Security-Policy': CONTENT_SECURITY_POLICY,
      'Cross-Origin-Opener-Policy': 'same-origin',
      'Cross-Origin-Resource-Policy': 'same-origin',
      'Referrer-Policy': 'no-referrer',
      'X-Content-Type-Options': 'nosniff',
      'Cache-Control': 'no-store',
    });
    if (isOwn(request, origin())) next();
    else response.status(403).json({ error: REFUSAL });
  };
}

function isOwn(request: Request, origin: string): boolean {
  const origins = [origin, origin.replace('127.0.0.1', 'localhost')];
  if (!origins.includes(`http://${request.get('host') ?? ''}`)) return false;
  const said = request.get('origin');
  if (said !== undefined && !origins.includes(said)) return false;
  if (request.method === 'GET' || request.method === 'HEAD') return isOwnReading(request);
  return said !== undefined && request.is('application/json') === 'application/json';
}

/** Any site may link to the page, but only the page itself may read the data. */
function isOwnReading(request: Request): boolean {
  const site = request.get('sec-fetch-site') ?? 'none';
  return site === 'same-origin' || site === 'none' || request.get('sec-fetch-mode') === 'navigate';
}
