import type { CloseFrame, Unconfirmed } from '../close-report.js';
import type { WireClosing, WireEnd, WireEndKind, WireFailed, WireFault } from '../wire-fact.js';

/** The wire of a closing handshake: it does the input and output. */
export interface ClosingWire {
  readonly role: 'accepted' | 'dialed';
  /** Sends a Close frame behind the messages that were taken. */
  writeClose(close: CloseFrame): void;
  /** Ends this side of TCP behind what was written. */
  endSocket(): void;
  emitFact(fact: WireClosing | WireFailed): void;
}

/** What became of the messages of a wire. */
export interface Account {
  /** Taken, and not known to have been read by the peer. */
  readonly unconfirmed: Unconfirmed;
  /** Not known to be in the kernel's hands. */
  readonly unwritten: Unconfirmed;
  readonly discarded: Unconfirmed;
  /** Whether the kernel has our Close. One that waited for a socket which then failed was never sent. */
  readonly isCloseTaken: boolean;
}

/**
 * The closing handshake of one wire (RFC 6455 section 7), and every way in which it can be cut short: which Close
 * frames were sent and received, when TCP is ended, which facts follow. It does no input or output, so that wires over
 * sockets and wires in memory end alike. Made when the end begins: for most of its life a wire has none.
 */
export class ClosingHandshake {
  readonly #wire: ClosingWire;
  #sent: CloseFrame | undefined;
  #received: CloseFrame | undefined;
  /** The socket's first error. */
  #cause: Error | undefined;
  /** Emits a fact that waits until the handlers woken by the frames before it have had their turn. */
  #deferred: (() => void) | undefined;
  #hasFailed = false;
  #isTerminated = false;
  #isGone = false;
  #isFinReceived = false;
  #isConcluded = false;

  constructor(wire: ClosingWire) {
    this.#wire = wire;
  }

  /** Whether data may be sent: also between the peer's Close and our own (RFC 6455 section 5.5.1). */
  get takesData(): boolean {
    return this.#sent === undefined && !this.#hasFailed && !this.#isTerminated && !this.#isGone;
  }

  /** Whether the connection was failed (RFC 6455 section 7.1.7), or ended as if it had been. */
  get hasFailed(): boolean {
    return this.#hasFailed;
  }

  /** Sends our Close, once. */
  close(close: CloseFrame): void {
    if (this.takesData) this.#send(close);
  }

  /** The peer's Close has come. */
  closeReceived(received: CloseFrame): void {
    this.#received = received;
    this.#defer(() => {
      this.#wire.emitFact({ type: 'wire.closing', received });
      this.#conclude();
    });
  }

  /** The peer has broken a rule. @param code of the Close that reports it to the peer; `undefined` sends none. */
  faultFound(fault: WireFault, cause: Error, code: number | undefined): void {
    this.#defer(() => this.#fail(fault, cause, code));
  }

  /** The peer's FIN has come. What it sent before may still have to be delivered: `allDelivered` follows then. */
  finReceived(): void {
    this.#isFinReceived = true;
  }

  /** Everything that the peer sent before its FIN has been delivered. */
  allDelivered(): void {
    if (this.#received !== undefined) {
      this.#conclude();
    } else if (this.#deferred === undefined && !this.#hasFailed) {
      this.faultFound('socket-ended', new Error('TCP was ended by the peer without a Close frame'), undefined);
    }
  }

  /** The wire is ended as if the connection had failed. */
  abandon(): void {
    this.#hasFailed = true;
  }

  terminated(): void {
    this.#isTerminated = true;
  }

  get isTerminated(): boolean {
    return this.#isTerminated;
  }

  socketFailed(error: Error): void {
    this.#cause ??= error;
  }

  /** The socket is gone: emits what was deferred, and returns how the wire has ended. */
  end(account: Account): WireEnd {
    this.#isGone = true;
    this.#settle();
    const { unconfirmed, unwritten, discarded } = account;
    const sent = account.isCloseTaken ? this.#sent : undefined;
    const kind = this.#kind(sent);
    return {
      kind,
      ...(sent === undefined ? {} : { sent }),
      ...(this.#received === undefined ? {} : { received: this.#received }),
      ...(this.#cause === undefined ? {} : { cause: this.#cause }),
      // A peer that has answered our Close, or waits for it, reads what precedes it.
      unconfirmed: kind === 'closed' ? unwritten : unconfirmed,
      ...(unwritten.frames === 0 ? {} : { unwritten }),
      ...(discarded.frames === 0 ? {} : { discarded }),
    };
  }

  #send(close: CloseFrame): void {
    this.#sent = close;
    this.#wire.writeClose(close);
    this.#conclude();
  }

  /** Ends TCP when both Close frames crossed: the server at once, the client when the server has (section 7.1.1). */
  #conclude(): void {
    if (this.#sent === undefined || this.#received === undefined || this.#deferred !== undefined || this.#isConcluded)
      return;
    if (this.#wire.role === 'dialed' && !this.#isFinReceived) return;
    this.#isConcluded = true;
    this.#wire.endSocket();
  }

  /** RFC 6455 section 7.1.7. Only a peer that is still there gets a Close. */
  #fail(fault: WireFault, cause: Error, code: number | undefined): void {
    if (this.#hasFailed) return;
    const sent = code === undefined || !this.takesData ? undefined : { code, reason: '' };
    if (sent !== undefined) this.#send(sent);
    this.#hasFailed = true;
    this.#wire.emitFact({ type: 'wire.failed', fault, cause, ...(sent === undefined ? {} : { sent }) });
  }

  /**
   * Handlers that wait for a frame wake in microtasks: what they answer to the frames before a Close, a fault, or a FIN
   * is to be sent before ours.
   */
  #defer(emit: () => void): void {
    this.#deferred = emit;
    queueMicrotask(() => process.nextTick(() => this.#settle()));
  }

  #settle(): void {
    const emit = this.#deferred;
    this.#deferred = undefined;
    emit?.();
  }

  /** What comes after both Close frames have crossed does not matter any more, nor an error after the peer's FIN. */
  #kind(sent: CloseFrame | undefined): WireEndKind {
    if (sent !== undefined && this.#received !== undefined) return 'closed';
    if (this.#isTerminated) return 'terminated';
    return this.#cause !== undefined && !this.#isFinReceived ? 'socket-error' : 'socket-ended';
  }
}
