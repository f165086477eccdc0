// Apart from the form: most executions need no word of that.

/** The node's field with the connection of a way to get a token. */
export function connectionKey(authentication: string): string {
  return authentication === 'clientSecret' ? 'connection' : `${authentication}Connection`;
}
