import { useEffect, useRef } from 'preact/hooks';

import { addressOf, type Route } from './routes';

/** Tells screen readers that the page has changed: sets the title, and moves the focus to the heading. */
export function useArrival(route: Route, title: string): void {
  const address = addressOf(route);
  const before = useRef(address);
  useEffect(() => {
    document.title = `${title} – Access Token studio`;
  }, [title]);
  useEffect(() => {
    // Not at the first page: a user who opens the studio starts at the top.
    if (address !== before.current) document.querySelector<HTMLElement>('#content h2')?.focus();
    before.current = address;
  }, [address]);
}
