import { useEffect, useState } from 'preact/hooks';
import { ago, dateTime, NOTHING } from '../model/format.js';
import { store } from '../store.js';

const REDRAW_MS = 1_000;

/** A time as the span since then, with the absolute time beside it on request, and always for machines. */
export function Time({ at, isAbsolute = false }: { at: number | undefined; isAbsolute?: boolean }) {
  const now = useNow();
  if (at === undefined) return <>{NOTHING}</>;
  const absolute = dateTime(at);
  const iso = new Date(at).toISOString();
  return (
    <time dateTime={iso} title={absolute}>
      {isAbsolute ? `${absolute} (${ago(at, now)})` : ago(at, now)}
    </time>
  );
}

/** The server's time, once a second. */
export function useNow(): number {
  const [now, setNow] = useState(store.now);
  useEffect(() => {
    const timer = setInterval(() => setNow(store.now), REDRAW_MS);
    return () => clearInterval(timer);
  }, []);
  return now;
}
