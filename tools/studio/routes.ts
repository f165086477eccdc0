import { useEffect, useState } from 'preact/hooks';

import type { ExtensionForms } from '../sandbox/studio/wire';

export type Route = { page: 'timeline' } | { page: 'node' | 'connection'; type: string };

/** The route in the address after `#`. The default is the timeline. */
export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const follow = () => setHash(location.hash);
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  const [, page, type] = hash.split('/');
  if ((page === 'node' || page === 'connection') && type !== undefined) return { page, type };
  return { page: 'timeline' };
}

/** Replaces a route to something that does not exist by the timeline. */
export function known(route: Route, forms: ExtensionForms | undefined): Route {
  if (forms === undefined || route.page === 'timeline') return route;
  const { nodes, connections } = forms;
  const isThere = (route.page === 'node' ? nodes : connections).some(({ type }) => type === route.type);
  return isThere ? route : { page: 'timeline' };
}

export function addressOf(route: Route): string {
  return route.page === 'timeline' ? '#/timeline' : `#/${route.page}/${route.type}`;
}
