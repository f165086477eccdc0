/** @returns the id from the pasted address of a project; any other text unchanged */
export function projectIdOf(answer: string): string {
  return /\/project\/([\w-]+)/.exec(answer)?.[1] ?? answer;
}

const PAGES = /^\/(?:project|projects|agent|agents|login)(?:\/|$)/;

/**
 * Checks that an address is the API's. The hosts of Cognigy's own installations differ in their first word: `trial`, `api-trial`,
 * `endpoint-trial`.
 *
 * @returns a message if the address is that of Endpoints or of the user interface
 */
export function otherThanApi(answer: string): string | undefined {
  if (!URL.canParse(answer)) return undefined;
  const { protocol, host, hostname, pathname, hash } = new URL(answer);
  const [, other = '', rest = ''] = /^(?:(endpoint|static|webchat|ui)-)?(.+)$/.exec(host) ?? [];
  const isVendors = hostname.endsWith('.cognigy.ai') && !/^api[-.]/.test(hostname);
  const isPage = PAGES.test(pathname) || PAGES.test(hash.slice(1));
  if (!isVendors && !isPage) return undefined;
  const what = other === 'endpoint' ? 'of Endpoints' : 'of the user interface';
  // Other installations may use any host names, so the answer is only a guess.
  const isName = /[a-z].*\..*\./i.test(hostname) && !/^api[-.]/.test(hostname);
  const right = isVendors || isName ? `${protocol}//api-${rest}` : `${protocol}//${host}`;
  return `It is the address ${what}. The API's is ${isVendors ? '' : 'most likely '}${right}.`;
}
