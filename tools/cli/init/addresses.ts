/** @returns the id in the pasted address of a project, or the text as it is */
export function projectIdOf(answer: string): string {
  return /\/project\/([\w-]+)/.exec(answer)?.[1] ?? answer;
}

const PAGES = /^\/(?:project|projects|agent|agents|login)(?:\/|$)/;

/**
 * The vendor's installations have hosts that differ in their first word: `trial`, `api-trial`, `endpoint-trial`.
 *
 * @returns what is wrong with an address that is another one than the API's
 */
export function otherThanApi(answer: string): string | undefined {
  if (!URL.canParse(answer)) return undefined;
  const { protocol, host, hostname, pathname, hash } = new URL(answer);
  const [, other = '', rest = ''] = /^(?:(endpoint|static|webchat|ui)-)?(.+)$/.exec(host) ?? [];
  const isVendors = hostname.endsWith('.cognigy.ai') && !/^api[-.]/.test(hostname);
  const isPage = PAGES.test(pathname) || PAGES.test(hash.slice(1));
  if (!isVendors && !isPage) return undefined;
  const what = other === 'endpoint' ? 'of Endpoints' : 'of the user interface';
  // Elsewhere hosts have names of all kinds.
  const isName = /[a-z].*\..*\./i.test(hostname) && !/^api[-.]/.test(hostname);
  const right = isVendors || isName ? `${protocol}//api-${rest}` : `${protocol}//${host}`;
  return `It is the address ${what}. The API's is ${isVendors ? '' : 'most likely '}${right}.`;
}
