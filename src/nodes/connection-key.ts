// Kept apart from the form, because most executions need none of its words.

/** The node field that holds the connection of a way to get a token. */
export function connectionKey(authentication: string): string {
  return authentication === 'clientSecret' ? 'connection' : `${authentication}Connection`;
}
