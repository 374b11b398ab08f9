import { reconnectDelayOf } from '../../../../transport/reconnect-delay.js';
import type { Access, DashboardMessage, ViewerMessage } from '../../protocol.js';
import { type Wishes, wishesOf, withWish } from './wishes.js';

/** How the page stands with the server. */
export type Link =
  | { readonly status: 'connecting' }
  | { readonly status: 'up' }
  /** Lost, or not reached; the next attempt is at `retryAt`, Unix ms by the page's clock. */
  | { readonly status: 'waiting'; readonly retryAt: number; readonly attempt: number }
  /** The server wants a token; `isWrong` when it has just refused one. */
  | { readonly status: 'token'; readonly isWrong: boolean }
  | { readonly status: 'refused'; readonly why: string };

/** What the client needs of the browser. */
export interface FeedPort {
  /** Asks whether the feed may be opened from here. Rejects when the server cannot be reached. */
  access(): Promise<Access>;
  /** Exchanges a token for access. */
  sendToken(token: string): Promise<boolean>;
  open(events: SocketEvents): FeedSocket;
  /** Calls back once, after `ms`; the function it returns prevents that. */
  timer(callback: () => void, ms: number): () => void;
  random(): number;
  now(): number;
}

export interface FeedSocket {
  send(text: string): void;
  close(): void;
}

export interface SocketEvents {
  onMessage(text: string): void;
  onClose(reason: string): void;
}

export interface FeedClient {
  start(): void;
  /** Sends a message now if the feed is up. A wish (what is looked at and followed) is also sent again at each feed. */
  send(message: ViewerMessage): void;
  /** Tries again at once. */
  retry(): void;
  enter(token: string): Promise<void>;
  stop(): void;
}

/** Delays between attempts, in ms: random up to a limit that doubles, so that pages do not come back together. */
export const BACKOFF = { shortestMs: 250, initialMs: 1_000, maxMs: 15_000 } as const;

/** A server that says nothing for so long is taken for lost: it sends an overview each second. */
const SILENT_MS = 10_000;

/** How long to wait before an attempt; the server's advice comes first. */
export function retryDelay(attempt: number, random: number, advisedMs: number | undefined): number {
  if (advisedMs !== undefined) return advisedMs;
  const most = Math.min(BACKOFF.maxMs, BACKOFF.initialMs * 2 ** Math.min(attempt - 1, 10));
  return Math.round(BACKOFF.shortestMs + random * (most - BACKOFF.shortestMs));
}

/**
 * Keeps one feed to the server, over as many WebSockets as it takes: after a loss it tries again, and wishes again what
 * was looked at before.
 */
export function createFeedClient(
  port: FeedPort,
  onMessage: (message: DashboardMessage) => void,
  onLink: (link: Link) => void,
): FeedClient {
  let socket: FeedSocket | undefined;
  let wishes: Wishes = {};
  let attempt = 0;
  let cancelTimer = (): void => {};
  /** Counts attempts: what an earlier one brings late is left out. */
  let turn = 0;

  const retryLater = (reason: string): void => {
    attempt += 1;
    const ms = retryDelay(attempt, port.random(), reconnectDelayOf(reason));
    cancelTimer();
    cancelTimer = port.timer(() => void connect(), ms);
    onLink({ status: 'waiting', retryAt: port.now() + ms, attempt });
  };

  const drop = (): void => {
    turn += 1;
    cancelTimer();
    socket?.close();
    socket = undefined;
  };

  const watch = (own: number): void => {
    cancelTimer();
    cancelTimer = port.timer(() => {
      if (own !== turn) return;
      drop();
      retryLater('');
    }, SILENT_MS);
  };

  const open = (own: number): void => {
    socket = port.open({
      onMessage(text) {
        if (own !== turn) return;
        watch(own);
        const message = JSON.parse(text) as DashboardMessage;
        if (message.type === 'welcome') {
          attempt = 0;
          onMessage(message);
          onLink({ status: 'up' });
          for (const wish of wishesOf(wishes)) socket?.send(JSON.stringify(wish));
          return;
        }
        onMessage(message);
      },
      onClose(reason) {
        if (own !== turn) return;
        drop();
        retryLater(reason);
      },
    });
    watch(own);
  };

  const connect = async (): Promise<void> => {
    drop();
    const own = turn;
    onLink({ status: 'connecting' });
    try {
      const { access, why } = await port.access();
      if (own !== turn) return;
      if (access === 'token') onLink({ status: 'token', isWrong: false });
      else if (access === 'refused') onLink({ status: 'refused', why: why ?? 'The server refuses to show this page.' });
      else open(own);
    } catch {
      if (own === turn) retryLater('');
    }
  };

  return {
    start: () => void connect(),
    retry: () => void connect(),
    send(message) {
      wishes = withWish(wishes, message);
      socket?.send(JSON.stringify(message));
    },
    async enter(token) {
      const isRight = await port.sendToken(token).catch(() => undefined);
      if (isRight === false) onLink({ status: 'token', isWrong: true });
      else void connect();
    },
    stop: drop,
  };
}
