import { useEffect, useState } from 'preact/hooks';
import type { ConnectionQuery, EndingQuery, Window } from '../protocol/tables.js';
import type { ViewerMessage } from '../protocol.js';
import { browserPort } from './browser-port.js';
import { createFeedClient, type FeedClient } from './model/feed-client.js';
import { afterMessage, type FeedState, INITIAL, withQuery } from './model/feed-state.js';

/** What is looked at: a window of a table. */
export type Asked = (
  | { readonly table: 'connections'; readonly query: ConnectionQuery }
  | { readonly table: 'endings'; readonly query: EndingQuery }
) &
  Window;

/** The page's one feed, and what it has brought. */
class FeedStore {
  #state = INITIAL;
  #looks = 0;
  readonly #listeners = new Set<() => void>();
  readonly #client: FeedClient = createFeedClient(
    browserPort(),
    (message) => this.#set(afterMessage(this.#state, message, Date.now())),
    (link) => this.#set({ ...this.#state, link }),
  );

  get state(): FeedState {
    return this.#state;
  }

  /** The server's time now. */
  get now(): number {
    return Date.now() + this.#state.skewMs;
  }

  start(): void {
    this.#client.start();
  }

  retry(): void {
    this.#client.retry();
  }

  enter(token: string): Promise<void> {
    return this.#client.enter(token);
  }

  send(message: ViewerMessage): void {
    this.#client.send(message);
  }

  /** Looks at a table; `isNewQuery` when the rows at hand do not belong to its result. */
  look(asked: Asked, isNewQuery: boolean): void {
    this.#looks += 1;
    if (isNewQuery) this.#set(withQuery(this.#state, this.#looks));
    this.#client.send({ ...asked, type: 'look', look: this.#looks });
  }

  /** Forgets the detail at hand: another subject is followed. */
  forgetDetail(): void {
    this.#set({ ...this.#state, detail: undefined });
  }

  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #set(state: FeedState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

export const store = new FeedStore();

/** A part of what the feed has brought. The component is drawn again when this part is another value. */
export function useFeed<Part>(select: (state: FeedState) => Part): Part {
  const [, draw] = useState(0);
  const part = select(store.state);
  useEffect(() => {
    let last = select(store.state);
    if (last !== part) draw((times) => times + 1);
    return store.subscribe(() => {
      const next = select(store.state);
      if (next === last) return;
      last = next;
      draw((times) => times + 1);
    });
    // The selector of a component stays the same function of the state.
  }, []);
  return part;
}
