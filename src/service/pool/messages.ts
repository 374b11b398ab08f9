/** What a worker says when clients may come. */
export interface Ready {
  readonly kind: 'ready';
  /** Where the service wants to listen. */
  readonly host: string;
  readonly port: number;
  readonly isSecure: boolean;
  /** Its paths, and what they do, for people. */
  readonly listeners: readonly { readonly paths: readonly string[]; readonly does: string }[];
  /** The path of its metrics, if it has any. */
  readonly metrics: string | undefined;
  /** Its cluster, for people, if it has one. */
  readonly cluster?: string | undefined;
}

/** What a worker's process sends to the primary. */
export type FromWorker =
  | Ready
  /** How many sockets have come to it, and how many of them are there still. */
  | { readonly kind: 'load'; readonly received: number; readonly open: number }
  /** It ends although nobody has asked for it: it must get no more sockets. */
  | { readonly kind: 'leaving' }
  /** It wants the measurements of all workers. */
  | { readonly kind: 'gather'; readonly request: number }
  | { readonly kind: 'measured'; readonly request: number; readonly metrics: readonly object[] };

/** What the primary sends to a worker's process. */
export type ToWorker =
  /** Comes with a socket. */
  | { readonly kind: 'socket' }
  /** No more sockets come: serve those that are there to the end of their handshakes, then drain, then exit. */
  | { readonly kind: 'retire' }
  /** Drain at once, then exit: sockets come still. */
  | { readonly kind: 'stop' }
  /** Drop every connection, then exit. */
  | { readonly kind: 'terminate' }
  | { readonly kind: 'measure'; readonly request: number }
  /** The measurements of all workers that have answered in time. */
  | { readonly kind: 'gathered'; readonly request: number; readonly metrics: readonly (readonly object[])[] };

/** What separates messages from those that the user's own modules send. */
const ENVELOPE = 'wirekeeper';

/** Puts a message into its envelope. */
export const sealed = (message: FromWorker | ToWorker): object => ({ [ENVELOPE]: message });

/** Returns the message of a worker that an envelope holds; `undefined` for what is none of ours. */
export const fromWorker = (received: unknown): FromWorker | undefined => contentOf(received) as FromWorker | undefined;

/** Returns the message to a worker that an envelope holds; `undefined` for what is none of ours. */
export const toWorker = (received: unknown): ToWorker | undefined => contentOf(received) as ToWorker | undefined;

const contentOf = (received: unknown): unknown =>
  typeof received === 'object' && received !== null && ENVELOPE in received ? received[ENVELOPE] : undefined;
