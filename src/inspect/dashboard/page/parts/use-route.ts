import { useEffect, useState } from 'preact/hooks';
import { hashOf, type Route, routeOf } from '../model/route.js';

/** The route of the page's address, followed. */
export function useRoute(): Route {
  const [hash, setHash] = useState(location.hash);
  useEffect(() => {
    const follow = (): void => setHash(location.hash);
    addEventListener('hashchange', follow);
    return () => removeEventListener('hashchange', follow);
  }, []);
  return routeOf(hash);
}

/** Goes to a route. What is only refined, letter by letter, replaces the address, and is no step back. */
export function goTo(route: Route, isRefined = false): void {
  const hash = hashOf(route);
  if (!isRefined) {
    location.hash = hash;
    return;
  }
  history.replaceState(undefined, '', hash);
  dispatchEvent(new HashChangeEvent('hashchange'));
}
