import type { Unconfirmed } from '../../src/transport/close-report.js';
import { DataFrame, type PreparedFrame } from '../../src/transport/frame.js';
import type { Wire } from '../../src/transport/transport.js';
import type { Fate, WireEnd, WireFact } from '../../src/transport/wire-fact.js';
import { WireStreams } from '../../src/transport/wire-streams.js';

const NOTHING: Unconfirmed = { frames: 0, bytes: 0 };

/** A wire with no socket: it records the calls made on it, and the test emits its facts. */
export class FakeWire extends WireStreams implements Wire {
  readonly role: 'accepted' | 'dialed';
  url: string | undefined;
  protocol = '';
  extensions = '';
  bufferedPayloadBytes = 0;
  remoteAddress: string | undefined = '192.0.2.1';
  bufferedBytes = 0;
  framesIn = 0;
  bytesIn = 0;
  framesOut = 0;
  bytesOut = 0;
  heardAt = 0;
  isPaused = false;
  isReceiving = false;
  awaitsPong = false;
  latencyMs: number | undefined;
  /** Called when the last Ping is answered. */
  pinged: ((roundTripMs: number | undefined) => void) | undefined;
  unprovenBytes = 0;
  reading: { heldBytes: number; partSince: number; allow(): void } | undefined;
  /** What was asked of it, in order. */
  readonly asked: string[] = [];
  readonly sent: string[] = [];
  confirmations: ((fate: Fate) => void)[] = [];

  constructor(role: 'accepted' | 'dialed' = 'accepted') {
    super();
    this.role = role;
  }

  emit(fact: WireFact): void {
    this.emitFact(fact);
  }

  /** The peer's Close. */
  emitClosing(code = 1000, reason = ''): void {
    this.emit({ type: 'wire.closing', received: { code, reason } });
  }

  /** The end of the socket. */
  emitClosed(end: Partial<WireEnd> = {}): void {
    this.publishEnd({ kind: 'closed', unconfirmed: NOTHING, ...end });
  }

  deliver(text: string): void {
    this.framesIn += 1;
    this.bytesIn += text.length;
    this.emitFrame(new DataFrame(Buffer.from(text), false));
  }

  /** Everything that waited has left. */
  drain(): void {
    this.bufferedBytes = 0;
    this.onDrained();
  }

  get heldBytes(): number {
    return this.bufferedBytes;
  }

  flush(): void {
    this.asked.push('flush');
  }

  send(data: string | Uint8Array, isBinary: boolean): boolean {
    this.framesOut += 1;
    this.bytesOut += data.length;
    this.sent.push(
      isBinary ? `<${Buffer.from(data as Uint8Array).toString('hex')}>` : Buffer.from(data as string).toString(),
    );
    return true;
  }

  sendPrepared(prepared: PreparedFrame): boolean {
    return this.send(prepared.data, prepared.isBinary);
  }

  confirm(done: (fate: Fate) => void): void {
    this.confirmations.push(done);
  }

  discard(): Unconfirmed {
    this.asked.push('discard');
    return NOTHING;
  }

  /** A Ping or a Pong of the peer has come. */
  control(type: 'ping' | 'pong', payload: Buffer): void {
    this.emitControl(type, payload);
  }

  pong(payload: Buffer): void {
    this.asked.push(`pong ${payload.toString()}`.trimEnd());
  }

  ping(done?: (roundTripMs: number | undefined) => void, payload?: Buffer): void {
    this.asked.push(`ping ${payload?.toString() ?? ''}`.trimEnd());
    this.awaitsPong = true;
    this.pinged = done;
  }

  /** The peer answers the Pings so far. */
  answerPing(at: number, roundTripMs = 0): void {
    this.heardAt = at;
    this.awaitsPong = false;
    this.latencyMs = roundTripMs;
    this.pinged?.(roundTripMs);
  }

  close(code: number, reason: string): void {
    this.asked.push(`close ${code} ${reason}`.trimEnd());
  }

  end(): void {
    this.asked.push('end');
  }

  terminate(): void {
    this.asked.push('terminate');
  }

  pause(): void {
    this.isPaused = true;
    this.asked.push('pause');
  }

  resume(): void {
    this.isPaused = false;
    this.asked.push('resume');
  }
}
