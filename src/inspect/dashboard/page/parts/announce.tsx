import { useEffect, useState } from 'preact/hooks';

/** What a sentence is about. */
type Topic = 'action' | 'found' | 'link' | 'state';

const listeners = new Set<(topic: Topic, text: string) => void>();

/**
 * Says a short sentence to screen readers, after a pause. Within the pause a sentence replaces another one about the
 * same, and joins those about something else.
 */
export function announce(topic: Topic, text: string): void {
  for (const listener of listeners) listener(topic, text);
}

const PAUSE_MS = 500;

/** The page's one live region. */
export function Announcer() {
  const [text, setText] = useState('');
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const waiting = new Map<Topic, string>();
    const say = (topic: Topic, sentence: string): void => {
      waiting.set(topic, sentence);
      clearTimeout(timer);
      timer = setTimeout(() => {
        setText([...waiting.values()].join(' '));
        waiting.clear();
      }, PAUSE_MS);
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
