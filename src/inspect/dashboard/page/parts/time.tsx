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

/** Those who show times, all of which move on together. */
const shown = new Set<(now: number) => void>();
let timer: ReturnType<typeof setInterval> | undefined;

/** The server's time, once a second. */
export function useNow(): number {
  const [now, setNow] = useState(store.now);
  useEffect(() => {
    shown.add(setNow);
    timer ??= setInterval(() => {
      for (const show of shown) show(store.now);
    }, REDRAW_MS);
    return () => {
      shown.delete(setNow);
      if (shown.size > 0) return;
      clearInterval(timer);
      timer = undefined;
    };
  }, []);
  return now;
}
