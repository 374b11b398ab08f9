import type { CloseReport } from '../../transport/close-report.js';
import type { DialRequest } from '../../transport/transport.js';
import type { Connection } from '../api/connection.js';
import type {
  AcceptedHandshake,
  DialedHandshake,
  FollowedHandshake,
  Handshake,
  HandshakeFollower,
} from '../api/handshake-follower.js';
import { checkFollower } from '../options/option-rules.js';
import { resolveHeaders } from '../options/options.js';

/** What the followers of a supervisor and of its ancestors returned when a dialer was made. */
export type Origins = ReadonlyMap<HandshakeFollower, unknown>;

/** A handshake before it is known who follows it. */
export type BegunHandshake =
  | AcceptedHandshake
  | (Omit<DialedHandshake, 'origin'> & { readonly origins: Origins | undefined });

/**
 * The followers of a supervisor's opening handshakes. A handshake is known by an object: the upgrade of a client, later
 * its connection; for a dial it is the connection from the beginning.
 */
export class Followers {
  readonly #parent: Followers | undefined;
  readonly #onThrow: (error: unknown) => void;
  readonly #followers = new Set<HandshakeFollower>();
  /** What follows the handshakes that are under way, and connections whose handler has not started. */
  readonly #followed = new Map<object, readonly FollowedHandshake[]>();

  /** @param onThrow called with what a follower threw. */
  constructor(parent: Followers | undefined, onThrow: (error: unknown) => void) {
    this.#parent = parent;
    this.#onThrow = onThrow;
  }

  /** Whether anybody follows. If not, nothing is to be made for the calls below. */
  get isFollowed(): boolean {
    return this.#followers.size > 0 || this.#parent?.isFollowed === true;
  }

  /** Whether no handshake is followed at the moment. */
  get isIdle(): boolean {
    return this.#followed.size === 0;
  }

  /**
   * @returns a function that detaches it; handshakes under way are followed to their end.
   * @throws {OptionError} for what is no follower.
   */
  attach(given: HandshakeFollower): () => void {
    checkFollower(given);
    // One object given twice is two followers.
    const follower: HandshakeFollower = {
      planned: () => given.planned?.(),
      began: (handshake) => given.began(handshake),
    };
    this.#followers.add(follower);
    return () => this.#followers.delete(follower);
  }

  /** A dialer is made. Returns what its followers want to get back at each of its attempts. */
  planned(): Origins | undefined {
    if (!this.isFollowed) return undefined;
    return new Map(this.#all().map((follower) => [follower, this.#tried(() => follower.planned?.())]));
  }

  began(key: object, handshake: BegunHandshake): void {
    const followed = this.#all().flatMap(
      (follower) => this.#tried(() => follower.began(handshakeFor(follower, handshake))) ?? [],
    );
    if (followed.length > 0) this.#followed.set(key, followed);
  }

  /** A client's handshake is followed as that of its connection from now on. */
  hand(upgrade: object, connection: object): void {
    const followed = this.#taken(upgrade);
    if (followed !== undefined) this.#followed.set(connection, followed);
  }

  /** Runs the user's code, in the contexts of those that follow. Returns and throws what the code does. */
  run<T>(key: object, code: () => T): T {
    const followed = this.#followed.get(key);
    if (followed === undefined) return code();
    const ran: { outcome?: Outcome<T> } = {};
    const once = () => {
      ran.outcome ??= outcomeOf(code);
    };
    const nested = followed.reduceRight<() => void>(
      (inner, one) => () => (one.run === undefined ? inner() : one.run(inner)),
      once,
    );
    this.#tried(nested);
    const outcome = ran.outcome ?? outcomeOf(code);
    if ('error' in outcome) throw outcome.error;
    return outcome.value;
  }

  /** Runs the handler of a connection that has opened, which is the last that is run. */
  runHandler(connection: object, start: () => void): void {
    try {
      this.run(connection, start);
    } finally {
      this.#followed.delete(connection);
    }
  }

  /** The header fields of a dial, with those that are added by those who follow: the user's own stay as they are. */
  fieldsFor(connection: object, { url, headers }: Pick<DialRequest, 'url' | 'headers'>): DialRequest['headers'] {
    const followed = this.#followed.get(connection);
    if (followed === undefined) return headers;
    const fields = new Map(Object.entries(headers));
    const taken = new Set([...fields.keys()].map((name) => name.toLowerCase()));
    for (const one of followed) {
      const added = this.#tried(() => resolveHeaders(one.dials?.(url) ?? {}, 'followHandshakes: dials')) ?? {};
      for (const [name, value] of Object.entries(added)) {
        if (taken.has(name.toLowerCase())) continue;
        taken.add(name.toLowerCase());
        fields.set(name, value);
      }
    }
    return Object.fromEntries(fields);
  }

  opened(connection: Connection<unknown>): void {
    for (const one of this.#followed.get(connection) ?? []) this.#tried(() => one.opened?.(connection));
  }

  refused(upgrade: object, refusal: { readonly status: number; readonly why: string; readonly error?: unknown }): void {
    for (const one of this.#taken(upgrade) ?? []) this.#tried(() => one.refused?.(refusal));
  }

  /** A connection has ended: if it never opened, its handshake has failed. */
  ended(connection: object, report: CloseReport): void {
    const followed = this.#taken(connection);
    if (followed === undefined || report.openedAt !== undefined) return;
    for (const one of followed) this.#tried(() => one.failed?.(report));
  }

  #taken(key: object): readonly FollowedHandshake[] | undefined {
    const followed = this.#followed.get(key);
    this.#followed.delete(key);
    return followed;
  }

  #all(): readonly HandshakeFollower[] {
    return [...this.#followers, ...(this.#parent === undefined ? [] : this.#parent.#all())];
  }

  #tried<T>(call: () => T): T | undefined {
    try {
      return call();
    } catch (error) {
      this.#onThrow(error);
      return undefined;
    }
  }
}

/** What the user's code did. */
type Outcome<T> = { readonly value: T } | { readonly error: unknown };

function outcomeOf<T>(code: () => T): Outcome<T> {
  try {
    return { value: code() };
  } catch (error) {
    return { error };
  }
}

function handshakeFor(follower: HandshakeFollower, begun: BegunHandshake): Handshake {
  if (begun.role === 'accepted') return begun;
  const { origins, ...handshake } = begun;
  return { ...handshake, origin: origins?.get(follower) };
}
