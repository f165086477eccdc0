import { useEffect, useState } from 'preact/hooks';

export type Route = { page: 'timeline' } | { page: 'node' | 'connection'; type: string };

/** The part of the address behind `#`; anything unknown is the timeline. */
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

export function addressOf(route: Route): string {
  return route.page === 'timeline' ? '#/timeline' : `#/${route.page}/${route.type}`;
}
