import type { NumberedPings } from '../transport/numbered-pings.js';
import { ReadMeter } from '../transport/protocol/read-meter.js';
import type { WireOptions } from '../transport/transport.js';
import { WireStreams } from '../transport/wire-streams.js';
import { WINDOW_BYTES } from './memory-incoming.js';
import type { MemorySocket } from './memory-socket.js';

/** What is counted and noted of one end of an in-memory WebSocket. */
export class MemoryWireState extends WireStreams {
  readonly role: 'accepted' | 'dialed';
  protocol = '';
  extensions = '';
  remoteAddress: string | undefined;
  framesIn = 0;
  bytesIn = 0;
  framesOut = 0;
  bytesOut = 0;
  heardAt = 0;
  isPaused = false;
  /** No frame of an in-memory wire comes in parts. */
  readonly isReceiving = false;
  readonly reading: ReadMeter;
  /** Its end of TCP, once it is open. */
  protected tcp: MemorySocket | undefined;
  /** Made for the first Ping. */
  protected pings: NumberedPings | undefined;

  constructor(role: 'accepted' | 'dialed', options: Pick<WireOptions, 'allowance'>) {
    super();
    this.role = role;
    this.reading = new ReadMeter(options.allowance);
  }

  /** Its end of TCP, where a test breaks things. @throws {Error} before the wire is open. */
  get socket(): MemorySocket {
    if (this.tcp === undefined) throw new Error('a wire has no socket before it is open');
    return this.tcp;
  }

  get heldBytes(): number {
    return this.bufferedBytes;
  }
  get bufferedBytes(): number {
    return this.tcp?.outgoingBytes ?? 0;
  }
  get bufferedPayloadBytes(): number {
    return this.tcp?.outgoingPayloadBytes ?? 0;
  }
  get awaitsPong(): boolean {
    return this.pings?.awaitsPong === true;
  }
  get latencyMs(): number | undefined {
    return this.pings?.latencyMs;
  }

  get unprovenBytes(): number {
    return Math.min(this.pings?.unprovenBytes ?? 0, this.bufferedBytes + WINDOW_BYTES);
  }
}
