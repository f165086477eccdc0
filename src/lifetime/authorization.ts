/**
 * Whether a text can be an access token, RFC 6749 A.12: printable ASCII. Anything else, such as a line break, must not
 * get into a header.
 */
export function isAccessToken(value: unknown): value is string {
  return typeof value === 'string' && /^[ -~]+$/.test(value);
}

/**
 * The scheme of the Authorization header for a token type. Case does not matter in a token type (RFC 6749 §7.1), but many
 * APIs expect the spelling "Bearer". Servers have many names for it ("BearerToken", "jwt-bearer", "access_token"), or none
 * ("N_A", RFC 8693 §2.2.1); what can't be a scheme (RFC 9110 §11.1) is none either.
 */
export function schemeOf(tokenType: unknown): string {
  const scheme = typeof tokenType === 'string' ? tokenType.trim() : '';
  return /bearer|.token$|^n_a$/i.test(scheme) || !/^[\w-]+$/.test(scheme) ? 'Bearer' : scheme;
}
