import { type Observable, Subject } from 'rxjs';
import type { CloseFrame } from '../../src/transport/close-report.js';
import { type ControlFrame, DataFrame, type Frame } from '../../src/transport/frame.js';
import type { Transport, Wire } from '../../src/transport/transport.js';
import type { Fate, WireEndKind, WireFact, WireFault } from '../../src/transport/wire-fact.js';
import { LAST_WORD, type Peer, type Stage } from './peer.js';

const CODES: Readonly<Partial<Record<WireFault, number>>> = { 'protocol-error': 1002, 'too-big': 1009, limit: 1008 };

/**
 * A wire whose facts come from a script, so that the runtime meets every event of its machine, including those that no
 * wire of ours would emit in that state.
 */
class ScriptedWire implements Wire {
  /** Whether `terminate` works. */
  readonly #isDroppable: boolean;
  readonly role = 'dialed';
  readonly protocol = '';
  readonly extensions = '';
  readonly remoteAddress = undefined;
  readonly framesOut = 0;
  readonly bytesOut = 0;
  readonly bufferedBytes = 0;
  readonly bufferedPayloadBytes = 0;
  readonly heldBytes = 0;
  readonly isPaused = false;
  readonly isReceiving = false;
  awaitsPong = false;
  latencyMs: number | undefined;
  readonly unprovenBytes = 0;
  readonly reading = undefined;
  framesIn = 0;
  bytesIn = 0;
  heardAt = 0;
  readonly #facts = new Subject<WireFact>();
  readonly #frames = new Subject<Frame>();
  #sent: CloseFrame | undefined;
  #received: CloseFrame | undefined;
  #isGone = false;

  constructor(isDroppable: boolean) {
    this.#isDroppable = isDroppable;
  }

  get facts$(): Observable<WireFact> {
    return this.#facts;
  }

  get frames$(): Observable<Frame> {
    return this.#frames;
  }

  get opened$(): never {
    throw new Error('unused');
  }

  get closed$(): never {
    throw new Error('unused');
  }

  readonly drained$ = new Subject<void>();
  readonly controlFrames$ = new Subject<ControlFrame>();

  emit(fact: WireFact): void {
    if (this.#isGone) return;
    if (fact.type === 'wire.closing') {
      this.#received = fact.received;
      this.framesIn += 1;
      this.#frames.next(new DataFrame(Buffer.from(LAST_WORD), false));
    }
    if (fact.type === 'wire.failed' && this.#sent === undefined) this.#sent = fact.sent;
    this.#isGone = fact.type === 'wire.closed';
    this.#facts.next(fact);
    if (!this.#isGone) return;
    this.#facts.complete();
    this.#frames.complete();
    this.drained$.complete();
    this.controlFrames$.complete();
  }

  gone(kind: WireEndKind): void {
    this.emit({
      type: 'wire.closed',
      end: {
        kind,
        unconfirmed: { frames: 0, bytes: 0 },
        ...(kind === 'refused' ? { httpStatus: 403 } : {}),
        ...(this.#sent === undefined ? {} : { sent: this.#sent }),
        ...(this.#received === undefined ? {} : { received: this.#received }),
      },
    });
  }

  flush(): void {}

  pong(): void {}

  close(code: number, reason: string): void {
    this.#sent ??= { code, reason };
  }

  /** As the port says, nothing is emitted while a method runs. */
  end(): void {
    setImmediate(() => this.gone('socket-ended'));
  }

  terminate(): void {
    if (this.#isDroppable) setImmediate(() => this.gone('terminated'));
  }

  send(): boolean {
    return true;
  }

  sendPrepared(): boolean {
    return true;
  }

  confirm(done: (fate: Fate) => void): void {
    done('written');
  }

  discard(): { frames: number; bytes: number } {
    return { frames: 0, bytes: 0 };
  }

  ping(): void {
    this.awaitsPong = true;
  }

  pause(): void {}

  resume(): void {}
}

class Script implements Peer {
  readonly #wire: ScriptedWire;

  constructor(wire: ScriptedWire) {
    this.#wire = wire;
  }

  async open(): Promise<void> {
    this.#wire.emit({ type: 'wire.opened', protocol: '', remoteAddress: undefined });
  }

  close(received: CloseFrame): void {
    this.#wire.emit({ type: 'wire.closing', received });
  }

  fail(fault: WireFault): void {
    const code = CODES[fault];
    this.#wire.emit({
      type: 'wire.failed',
      fault,
      cause: new Error(fault),
      ...(code === undefined ? {} : { sent: { code, reason: '' } }),
    });
  }

  end(kind: WireEndKind): void {
    this.#wire.gone(kind);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#wire.gone('terminated');
  }
}

/** The runtime over wires that follow a script; only dialed ones, and broken ones on request. */
export function scriptedStage({ isDroppable = true } = {}): Stage {
  return () => {
    let dialed: (wire: ScriptedWire) => void = () => {};
    const wire = new Promise<ScriptedWire>((resolve) => {
      dialed = resolve;
    });
    const transport: Transport = {
      name: 'scripted',
      dial() {
        const dialedWire = new ScriptedWire(isDroppable);
        dialed(dialedWire);
        return dialedWire;
      },
      listen: () => Promise.reject(new Error('a scripted wire is dialed')),
    };
    return {
      transport,
      async begin(supervisor, _role, handler) {
        supervisor.dial({ url: 'ws://scripted.invalid/', restart: 'temporary', retry: () => 'stop', handler });
        return new Script(await wire);
      },
    };
  };
}
