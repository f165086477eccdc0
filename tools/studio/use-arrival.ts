import { useEffect, useRef } from 'preact/hooks';

import { addressOf, type Route } from './routes';

/** Tells those who don't see it that another page is there: by the title, and by the focus on its heading. */
export function useArrival(route: Route, title: string): void {
  const address = addressOf(route);
  const before = useRef(address);
  useEffect(() => {
    document.title = `${title} – Access Token studio`;
  }, [title]);
  useEffect(() => {
    // Whoever opens the studio begins at its top.
    if (address !== before.current) document.querySelector<HTMLElement>('#content h2')?.focus();
    before.current = address;
  }, [address]);
}
