import { useEffect, useState } from 'preact/hooks';

const listeners = new Set<(text: string) => void>();

/** Says a short sentence to screen readers. What comes within a second replaces what has not been said. */
export function announce(text: string): void {
  for (const listener of listeners) listener(text);
}

const PAUSE_MS = 1_000;

/** The page's one live region. */
export function Announcer() {
  const [text, setText] = useState('');
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const say = (next: string): void => {
      clearTimeout(timer);
      timer = setTimeout(() => setText(next), PAUSE_MS / 2);
    };
    listeners.add(say);
    return () => {
      clearTimeout(timer);
      listeners.delete(say);
    };
  }, []);
  return (
    <p class="unseen" role="status" aria-live="polite">
      {text}
    </p>
  );
}
