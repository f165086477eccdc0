import type { Request, RequestHandler } from 'express';

/** What a refused request is told. */
const REFUSAL = 'The studio answers its own page only.';

/** Nothing from elsewhere is loaded, sent to, or allowed to frame the page. */
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
 * Keeps other pages in the user's browser away: they can reach every address of this machine. A request must name a
 * loopback host (another name means that somebody's DNS points here), what the browser says of its origin must be this
 * server, and what changes anything must say its origin and be JSON, which no form can send.
 *
 * @param origin gives `http://127.0.0.1:<port>`, once the server listens
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

/** Anybody may link to the page; only the page itself reads the data. */
function isOwnReading(request: Request): boolean {
  const site = request.get('sec-fetch-site') ?? 'none';
  return site === 'same-origin' || site === 'none' || request.get('sec-fetch-mode') === 'navigate';
}
