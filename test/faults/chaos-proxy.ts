import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { deferred } from '../../src/supervisor/time/deferred.js';
import { eventually } from '../support/eventually.js';

const HOST = '127.0.0.1';

/** More than this many bytes on their way, and the proxy stops reading for a while. */
const MOST_UNDER_WAY = 64 * 1024;

/** What the proxy does to one direction. Bytes are counted from the moment the fault is switched on. */
export type StreamFault =
  | { readonly kind: 'none' }
  /** Each byte arrives later. */
  | { readonly kind: 'latency'; readonly ms: number }
  /** One byte at a time, with a pause after each. */
  | { readonly kind: 'drip'; readonly everyMs: number }
  /** So many bytes by one write each, with a turn of the event loop between them. */
  | { readonly kind: 'slices'; readonly bytes: number }
  /** Everything is read and lost, the end of TCP included. */
  | { readonly kind: 'blackhole' }
  /** Nothing is read any more: the sender's buffers fill up. */
  | { readonly kind: 'stall' }
  /** Behind so many bytes the receiver gets a FIN, and the rest is lost. */
  | { readonly kind: 'cut'; readonly afterBytes: number }
  /** One bit of one byte is turned over. */
  | { readonly kind: 'flip'; readonly atByte: number; readonly mask: number };

const NONE: StreamFault = { kind: 'none' };

/** The end of what a sender had to say. */
const FIN = Symbol('FIN');

interface UnderWay {
  readonly what: Buffer | typeof FIN;
  /** When the proxy has read it, monotonic ms. */
  readonly at: number;
}

/** Lets the receiver read what is written, in a whole turn of the event loop. */
async function receiversTurn(): Promise<void> {
  for (let phase = 0; phase < 2; phase++) await new Promise((resolve) => setImmediate(resolve));
}

/** One direction of one connection through the proxy. */
export class ChaosStream {
  readonly #from: Socket;
  readonly #to: Socket;
  readonly #closing: AbortSignal;
  readonly #underWay: UnderWay[] = [];
  #bytesUnderWay = 0;
  #fault = NONE;
  /** Bytes since the fault was switched on. */
  #passed = 0;
  #changed = deferred<void>();

  constructor(from: Socket, to: Socket, closing: AbortSignal) {
    this.#from = from;
    this.#to = to;
    this.#closing = closing;
    from.on('data', (chunk) => this.#read(chunk));
    from.on('end', () => this.#read(FIN));
    closing.addEventListener('abort', () => this.#wake());
    void this.#carryAll();
  }

  /** Switches a fault on, in place of the one before; bytes under way meet it as well. */
  set(fault: StreamFault): void {
    this.#fault = fault;
    this.#passed = 0;
    this.#keepPace();
    this.#wake();
  }

  /** Whether the end of the sender would reach the receiver. */
  get isPassing(): boolean {
    return this.#fault.kind !== 'blackhole' && this.#fault.kind !== 'stall';
  }

  #read(what: Buffer | typeof FIN): void {
    this.#underWay.push({ what, at: performance.now() });
    if (what !== FIN) this.#bytesUnderWay += what.length;
    this.#keepPace();
    this.#wake();
  }

  #keepPace(): void {
    if (this.#fault.kind === 'stall' || this.#bytesUnderWay > MOST_UNDER_WAY) this.#from.pause();
    else this.#from.resume();
  }

  #wake(): void {
    this.#changed.resolve();
    this.#changed = deferred();
  }

  async #carryAll(): Promise<void> {
    while (!this.#closing.aborted) {
      const next = this.#underWay[0];
      if (next === undefined || this.#fault.kind === 'stall') {
        await this.#changed.promise;
        continue;
      }
      if (this.#fault.kind === 'latency' && !(await this.#waited(next.at + this.#fault.ms - performance.now())))
        continue;
      this.#underWay.shift();
      if (next.what === FIN) this.#end();
      else await this.#carry(next.what);
    }
  }

  #end(): void {
    if (this.#fault.kind !== 'blackhole') this.#to.end();
  }

  async #carry(chunk: Buffer): Promise<void> {
    let rest = chunk;
    while (rest.length > 0 && !this.#closing.aborted) {
      const fault = this.#fault;
      const isSliced = fault.kind === 'slices' && this.#passed < fault.bytes;
      const isBytewise = fault.kind === 'drip' || isSliced;
      const piece = isBytewise ? rest.subarray(0, 1) : rest;
      rest = rest.subarray(piece.length);
      this.#bytesUnderWay -= piece.length;
      await this.#write(this.#afflicted(piece));
      if (fault.kind === 'drip' && rest.length > 0) await this.#waited(fault.everyMs);
      if (isSliced) await receiversTurn();
      // What is left of this chunk waits while nothing is read.
      while (this.#fault.kind === 'stall' && rest.length > 0 && !this.#closing.aborted) await this.#changed.promise;
    }
    this.#keepPace();
  }

  /** What becomes of a piece. */
  #afflicted(piece: Buffer): Buffer {
    const fault = this.#fault;
    const from = this.#passed;
    this.#passed += piece.length;
    switch (fault.kind) {
      case 'blackhole':
        return Buffer.alloc(0);
      case 'cut': {
        const left = piece.subarray(0, Math.max(0, fault.afterBytes - from));
        if (this.#passed >= fault.afterBytes) {
          this.#fault = { kind: 'blackhole' };
          this.#to.end(left);
          return Buffer.alloc(0);
        }
        return left;
      }
      case 'flip': {
        const at = fault.atByte - from;
        if (at < 0 || at >= piece.length) return piece;
        const flipped = Buffer.from(piece);
        flipped[at] = (flipped[at] ?? 0) ^ fault.mask;
        return flipped;
      }
      case 'none':
      case 'latency':
      case 'drip':
      case 'slices':
      case 'stall':
        return piece;
    }
  }

  async #write(bytes: Buffer): Promise<void> {
    if (bytes.length === 0 || !this.#to.writable) return;
    if (this.#to.write(bytes)) return;
    await new Promise<void>((resolve) => {
      const proceed = () => {
        this.#to.off('drain', proceed).off('close', proceed);
        resolve();
      };
      this.#to.on('drain', proceed).on('close', proceed);
    });
  }

  /** Waits, at most until the fault changes or the proxy closes; says whether the time has passed. */
  async #waited(ms: number): Promise<boolean> {
    if (ms <= 0) return true;
    const over = new AbortController();
    const isOver = await Promise.race([
      delay(ms, true, { signal: over.signal }).catch(() => false),
      this.#changed.promise.then(() => false),
    ]);
    over.abort();
    return isOver;
  }
}

/** A side of the proxy. */
export type End = 'client' | 'server';

/** One connection through the proxy. */
export class ChaosLink {
  readonly #client: Socket;
  readonly #server: Socket;
  /** From the client to the server, and back. */
  readonly toServer: ChaosStream;
  readonly toClient: ChaosStream;

  constructor(client: Socket, server: Socket, closing: AbortSignal) {
    this.#client = client;
    this.#server = server;
    this.toServer = new ChaosStream(client, server, closing);
    this.toClient = new ChaosStream(server, client, closing);
    passResets(client, server, this.toServer);
    passResets(server, client, this.toClient);
  }

  /** Sends RST to one end, and ends the other one. */
  reset(end: End): void {
    const [hit, other] = end === 'client' ? [this.#client, this.#server] : [this.#server, this.#client];
    for (const stream of [this.toServer, this.toClient]) stream.set({ kind: 'blackhole' });
    hit.resetAndDestroy();
    other.destroy();
  }

  /** Sends FIN to one end; what the other one sends from now on is lost. */
  fin(end: End): void {
    const stream = end === 'client' ? this.toClient : this.toServer;
    stream.set({ kind: 'blackhole' });
    (end === 'client' ? this.#client : this.#server).end();
  }
}

/** A reset of one end reaches the other one, as far as anything does. */
function passResets(from: Socket, to: Socket, stream: ChaosStream): void {
  let isEnded = false;
  from.on('end', () => {
    isEnded = true;
  });
  from.on('error', () => {});
  from.on('close', () => {
    if (!isEnded && stream.isPassing) to.resetAndDestroy();
  });
}

/** A TCP proxy on loopback whose network can be made as bad as a test wants, while it runs. */
export class ChaosProxy implements AsyncDisposable {
  readonly port: number;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #closing = new AbortController();
  readonly #links: ChaosLink[] = [];

  private constructor(server: Server, targetPort: number, onLink: (link: ChaosLink) => void) {
    this.#server = server;
    this.port = (server.address() as AddressInfo).port;
    server.on('connection', (client) => {
      const upstream = connect({ port: targetPort, host: HOST, allowHalfOpen: true, noDelay: true });
      for (const socket of [client, upstream]) {
        this.#sockets.add(socket);
        socket.on('close', () => this.#sockets.delete(socket));
      }
      const link = new ChaosLink(client, upstream, this.#closing.signal);
      this.#links.push(link);
      onLink(link);
    });
  }

  /**
   * Listens on a port of its own.
   *
   * @param onLink called with each new connection, before any of its bytes pass.
   */
  static async listen(targetPort: number, onLink: (link: ChaosLink) => void = () => {}): Promise<ChaosProxy> {
    const server = createServer({ allowHalfOpen: true, noDelay: true }).listen(0, HOST);
    await once(server, 'listening');
    return new ChaosProxy(server, targetPort, onLink);
  }

  /** The connection that came first, once it is there. */
  async link(): Promise<ChaosLink> {
    await eventually(() => this.#links.length > 0, 'a connection through the proxy');
    return this.#links[0] as ChaosLink;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#closing.abort();
    for (const socket of this.#sockets) socket.destroy();
    await eventually(() => this.#sockets.size === 0, 'the end of the sockets of the proxy');
    this.#server.close();
    await once(this.#server, 'close');
  }
}
