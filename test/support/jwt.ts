/** A JWT in compact form (RFC 7519 §3), with a signature that is not valid. */
export function jwtOf(claims: unknown): string {
  return [{ alg: 'RS256', typ: 'at+jwt' }, claims]
    .map((part) => Buffer.from(JSON.stringify(part)).toString('base64url'))
    .concat('c2lnbmF0dXJl')
    .join('.');
}
