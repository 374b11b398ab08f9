import type { Clock } from '../../supervisor/api/clock.js';

/**
 * A message as a broker carries it: bytes that it does not look into, and a few short header fields. Names of fields
 * are lower-case letters and `-`; values are printable ASCII, at most 256 characters.
 */
export interface BrokerMessage {
  readonly payload: Uint8Array;
  readonly headers: Readonly<Record<string, string>>;
}

/** What a broker is asked to connect with. */
export interface BrokerRequest {
  /** The node that asks: printable ASCII. A broker may show it in its own tools. */
  readonly node: string;
  /** Aborts when the attempt is given up: then the broker lets go of what it has opened. */
  readonly signal: AbortSignal;
  /** The supervisor's clock. */
  readonly clock: Clock;
}

/**
 * What a cluster needs of a message broker, such as NATS or Redis: `natsBroker` of `wirekeeper/nats`, `redisBroker` of
 * `wirekeeper/redis`, `createMemoryBroker` of `wirekeeper/testing`, or one of your own. A broker only connects. It
 * neither reconnects nor keeps what could not be sent: the cluster does the first, and says the second.
 */
export interface Broker {
  /** What events call it: `nats`. */
  readonly name: string;
  /** Connects once. Rejects when the broker cannot be reached, or will not have us. */
  connect(request: BrokerRequest): Promise<BrokerLink>;
}

/**
 * One connection with a broker. It is never reused: after its end the cluster asks for another one, and subscribes
 * again.
 *
 * Subjects are tokens of `A-Z`, `a-z`, `0-9`, `_`, and `-`, joined by dots, at most 1,024 characters: nothing that
 * users have named is in them unencoded, so none is a wildcard.
 *
 * Callbacks never throw. Messages of one link to one subject arrive in the order in which they were published, or not
 * at all; a message may come twice. When messages may have been lost, a link ends: a broker that cuts a slow consumer
 * does so.
 */
export interface BrokerLink {
  /** Resolves when the link has ended: with the error that ended it, or with `undefined` after `close`. */
  readonly ended: Promise<unknown>;
  /** The longest payload that the broker takes, in bytes. */
  readonly maxPayloadBytes: number;
  /**
   * Calls `receive` for each message to a subject, those of this link included, until the function that it returns is
   * called. A message published on this link after this call is received.
   */
  subscribe(subject: string, receive: (message: BrokerMessage) => void): () => void;
  /**
   * Resolves when the broker has dealt with all that this link has asked of it so far: what anybody publishes from then
   * on, to a subject that was subscribed before, is received, or the link ends. Rejects when the link ends first.
   */
  flush(): Promise<void>;
  /**
   * Hands a message over, to be delivered at most once. `false` if the link has ended, or if so much waits for the
   * broker already that it takes no more.
   */
  publish(subject: string, message: BrokerMessage): boolean;
  /**
   * Opens a log, and makes it if it is not there. Several nodes may do so at once.
   *
   * Rejects when the broker has no logs, and when the link ends.
   */
  openLog(spec: LogSpec): Promise<BrokerLog>;
  /** Ends the link. What was published before has left when it resolves. It never rejects. */
  close(): Promise<void>;
}

/** A log, and how much of each key it keeps. */
export interface LogSpec {
  /** A token. Logs that differ in anything else have different names. */
  readonly name: string;
  /** How many entries of a key are kept, the latest. */
  readonly messages: number;
  /** How long an entry is kept, in ms. */
  readonly ageMs: number;
}

/** A place in a log. */
export interface LogPlace {
  /** The offset of an entry, of another key maybe; 0 is before the first. */
  readonly offset: number;
  /** The time of that entry, or an earlier one, by the broker's clock: Unix ms. */
  readonly at: number;
}

/** One entry of a log. */
export interface LogEntry extends BrokerMessage, LogPlace {
  /** The offset of the entry before it with the same key; 0 if there was none. Entries that were read lack it. */
  readonly previous?: number | undefined;
}

/** What became of an entry that was to be appended. */
export type AppendResult =
  /** The broker has it, where it survives what the broker's storage survives. */
  | { readonly kind: 'stored'; readonly place: LogPlace }
  /** Not known: no answer came in time, or the link ended first. */
  | { readonly kind: 'unconfirmed' }
  /** The broker does not take it. */
  | { readonly kind: 'refused'; readonly error: Error };

/** Entries that were read, oldest first. */
export interface LogRead {
  readonly entries: readonly LogEntry[];
  /** Whether nothing is missing between the place that was asked for and the last of the entries. False in doubt. */
  readonly isComplete: boolean;
}

/**
 * Entries in one order for all readers, each with a key: a token. Offsets grow, over all keys; those of one key have
 * holes.
 */
export interface BrokerLog {
  /** Names the log from its creation to its deletion: tokens joined by dots. One that is made again has another. */
  readonly epoch: string;
  /** Appends an entry. `withinMs` bounds the wait for the broker's answer. It never rejects. */
  append(key: string, message: BrokerMessage, withinMs: number): Promise<AppendResult>;
  /**
   * Calls `receive` for each new entry of a key, as `subscribe`. Entries may be missing, come twice, or overtake each
   * other: `previous` shows it.
   */
  follow(key: string, receive: (entry: LogEntry) => void): () => void;
  /** Reads at most `limit` entries of a key after a place. Rejects when it cannot, and when the link ends. */
  read(key: string, after: LogPlace, limit: number): Promise<LogRead>;
  /** The place of the last entry of a key, be it kept or not; `undefined` if the broker knows of none. As `read`. */
  last(key: string): Promise<LogPlace | undefined>;
}
