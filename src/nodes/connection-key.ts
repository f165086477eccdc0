// Kept apart from the form, whose labels most executions don't need.

/** The node's field that holds the connection for a way to get a token. */
export function connectionKey(authentication: string): string {
  return authentication === 'clientSecret' ? 'connection' : `${authentication}Connection`;
}
