import type { Duplex } from 'node:stream';
import type { SentFields } from '../http-response.js';
import type { Diversion, HandshakeRequest, HttpAnswer, Upgrade, WireOptions } from '../transport.js';
import type { Handshaken } from './package/handshaken.js';
import type { Upgrader } from './package/upgrader.js';
import { createUpgrader } from './package/ws.js';
import { WsWire } from './wire.js';
import type { WireSettings } from './wire-state.js';

/** What the handshakes of one listener have in common. */
interface Upgrading {
  readonly upgrader: Upgrader;
  readonly settings: WireSettings;
}

/** One for each set of options in use. */
const inUse = new WeakMap<WireOptions, Upgrading>();

function upgradingFor(options: WireOptions, now: () => number): Upgrading {
  let upgrading = inUse.get(options);
  if (upgrading === undefined || upgrading.settings.now !== now) {
    upgrading = { upgrader: createUpgrader(options), settings: { options, now } };
    inUse.set(options, upgrading);
  }
  return upgrading;
}

/** Has the opening handshake of a socket that awaits its answer, for other copies of the package too. */
const kUnderWay = Symbol.for('wirekeeper.handshake');

type Marked = Duplex & { [kUnderWay]?: Pick<PendingUpgrade, 'release'> | undefined };

/** Whether an opening handshake on this socket awaits its answer: it was handed in twice. */
export function isUnderWay(socket: Marked): boolean {
  return socket[kUnderWay] !== undefined;
}

/**
 * Takes a socket back from the listener that it was handed to, before its opening handshake was answered: for adapters
 * of frameworks whose middleware may answer by itself. At once the listener has nothing to do with the socket any more,
 * which has no `error` listener of the listener's either, and it reports `handshake.taken`. What the client has sent
 * early is still to be read, but for the `head` of the event `upgrade`.
 *
 * @param how what is done with the socket, for the event.
 * @returns whether there was a listener that had it and had not answered.
 */
export function releaseUpgrade(socket: Duplex, how: string): boolean {
  const upgrade = (socket as Marked)[kUnderWay];
  upgrade?.release(how);
  return upgrade !== undefined;
}

/** What an opening handshake is accepted with. */
export interface Acceptance {
  readonly upgrader: Upgrader;
  readonly options: WireOptions;
  readonly protocol: string | undefined;
  readonly headers: SentFields;
}

/** One opening handshake that awaits its answer, of any version of HTTP. */
export abstract class PendingUpgrade implements Upgrade {
  readonly request: HandshakeRequest;
  diversion: Diversion | undefined;
  readonly #socket: Marked;
  readonly #now: () => number;
  #gone: AbortController | undefined;
  #isGone = false;
  #released: Diversion | undefined;
  /** It was destroyed on this side. */
  #isDropped = false;
  #isAnswered = false;
  #isWatched = false;

  constructor(request: HandshakeRequest, socket: Duplex, now: () => number) {
    this.request = request;
    this.#socket = socket;
    this.#now = now;
  }

  /** The events by which its client leaves, before the socket is closed. */
  protected abstract readonly leavings: readonly string[];

  /** What somebody else has done with the socket; `undefined` for nothing. */
  protected abstract takenHow(): string | undefined;

  /**
   * Answers that the handshake has succeeded.
   *
   * @returns `undefined` if the client has gone away meanwhile.
   * @throws {Error} for a handshake that is malformed; it is unanswered then.
   */
  protected abstract open(acceptance: Acceptance): Handshaken | undefined;

  /** Answers with an HTTP status. */
  protected abstract answer(httpAnswer: HttpAnswer): void;

  /** Whether somebody else has the socket by now. */
  taken(): Diversion | undefined {
    const how = this.takenHow() ?? (this.#isDropped ? 'it was destroyed' : undefined);
    return how === undefined ? undefined : { kind: 'taken', how };
  }

  /** Looks out for the client's leaving, unless it has been answered already; to be called in the turn it came in. */
  watch(): void {
    if (this.#isAnswered || this.#released !== undefined) return;
    this.#isWatched = true;
    this.#socket[kUnderWay] = this;
    for (const event of this.leavings) this.#socket.on(event, this.#leave);
    this.#socket.on('close', this.#close);
    // It had left before the handshake was handed in.
    if (this.#socket.destroyed || this.#socket.readableEnded) this.#leave();
  }

  /** Lets go of the socket for somebody who takes it. Whatever is decided on the handshake is not answered. */
  release(how: string): void {
    this.#released = { kind: 'taken', how, isReleased: true };
    this.#unwatch();
    this.#leave();
  }

  get signal(): AbortSignal {
    if (this.#gone === undefined) {
      this.#gone = new AbortController();
      if (this.#isGone) this.#gone.abort();
      // Who asks for it is about to wait, and may have the socket taken back from within the call that it makes.
      if (!this.#isAnswered) this.#socket[kUnderWay] = this;
    }
    return this.#gone.signal;
  }

  accept(protocol: string | undefined, options: WireOptions, headers: SentFields = {}): WsWire | undefined {
    if (!this.#answerOnce()) return undefined;
    const { upgrader, settings } = upgradingFor(options, this.#now);
    const handshaken = this.#tryToOpen({ upgrader, options, protocol, headers });
    if (handshaken === undefined) return undefined;
    const wire = new WsWire(settings);
    wire.attach(handshaken, this.request.remoteAddress);
    return wire;
  }

  refuse(httpAnswer: HttpAnswer): void {
    if (this.#answerOnce()) this.answer(httpAnswer);
  }

  #tryToOpen(acceptance: Acceptance): Handshaken | undefined {
    try {
      return this.open(acceptance);
    } catch (cause) {
      const error = cause instanceof Error ? cause : new Error('ws did not take an opening handshake', { cause });
      this.answer({ status: 400, body: `${error.message}.` });
      this.diversion = { kind: 'refused', status: 400, error };
      return undefined;
    }
  }

  /** Whether this is the first answer and somebody is there to get it. A socket that somebody else has is let go. */
  #answerOnce(): boolean {
    if (this.#isAnswered) throw new Error('an opening handshake is answered once');
    this.#isAnswered = true;
    const socket = this.#socket;
    if (this.#released === undefined) this.#unwatch();
    this.diversion = this.#released ?? this.taken();
    if (this.diversion !== undefined) return false;
    if (!this.#isGone && socket.readable && socket.writable) return true;
    socket.on('error', () => {});
    socket.destroy();
    return false;
  }

  #unwatch(): void {
    const socket = this.#socket;
    if (socket[kUnderWay] === this) socket[kUnderWay] = undefined;
    if (!this.#isWatched) return;
    for (const event of this.leavings) socket.off(event, this.#leave);
    socket.off('close', this.#close);
  }

  readonly #leave = (): void => {
    this.#isGone = true;
    this.#gone?.abort();
  };

  /** A client that leaves ends its side first, or resets the connection: otherwise it was somebody on this one. */
  readonly #close = (): void => {
    this.#isDropped = !this.#isGone;
    this.#leave();
  };
}
