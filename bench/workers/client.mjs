import { connect } from 'node:net';
import { reconnectDelayOf } from '../../dist/index.js';
import { maskedFrame, opcodes, readServerFrame } from '../load/frames.mjs';
import { checkHandshakeAnswer } from '../load/handshake.mjs';

const NOTHING = Buffer.alloc(0);
const END_OF_HEAD = '\r\n\r\n';

/** What one read brings; all clients of the process share it. */
const page = Buffer.allocUnsafe(64 * 1024);

/**
 * A client that opens a WebSocket, answers Pings, and comes back after the delay that a Close advises. It says what
 * happens to `heard`: `opened`, `refused(why)`, `message`, `told(code, delayMs)`, `lost`.
 */
export class Client {
  #target;
  #heard;
  #socket;
  #bytes = NOTHING;
  #isOpen = false;
  /** Whether the present connection has got its Close. */
  #isTold = false;
  #failure = 'cut off';
  /** How often it was let in, and how often it got a Close. */
  openings = 0;
  closings = 0;

  /** @param {{ port: number, request: Buffer, addresses: Iterator<string> }} target */
  constructor(target, heard) {
    this.#target = target;
    this.#heard = heard;
  }

  open() {
    const { port, request, addresses } = this.#target;
    this.#bytes = NOTHING;
    this.#isOpen = false;
    this.#isTold = false;
    const socket = connect({
      port,
      host: '127.0.0.1',
      localAddress: addresses.next().value,
      // What an earlier connection still says is not of this one.
      onread: {
        buffer: page,
        callback: (length, buffer) => socket !== this.#socket || this.#read(buffer.subarray(0, length)),
      },
    });
    this.#socket = socket;
    socket.on('error', (error) => {
      this.#failure = error.code ?? error.message;
    });
    socket.once('close', () => {
      // A short advice may be over before the server has ended TCP.
      if (this.#isTold || socket !== this.#socket) return;
      if (this.#isOpen) this.#heard.lost();
      else this.#heard.refused(this.#failure);
    });
    socket.write(request);
  }

  #read(chunk) {
    this.#bytes = this.#bytes.length === 0 ? chunk : Buffer.concat([this.#bytes, chunk]);
    if (!this.#isOpen) this.#readHead();
    while (this.#isOpen) {
      const frame = readServerFrame(this.#bytes);
      if (frame === undefined) break;
      this.#bytes = this.#bytes.subarray(frame.size);
      this.#take(frame);
    }
    // The page is read into again.
    this.#bytes = this.#bytes.length === 0 ? NOTHING : Buffer.from(this.#bytes);
    return true;
  }

  #readHead() {
    const end = this.#bytes.indexOf(END_OF_HEAD);
    if (end < 0) return;
    const head = this.#bytes.toString('latin1', 0, end);
    this.#bytes = this.#bytes.subarray(end + END_OF_HEAD.length);
    try {
      checkHandshakeAnswer(head);
    } catch (error) {
      this.#failure = error.message;
      this.#socket.destroy();
      return;
    }
    this.#isOpen = true;
    this.openings += 1;
    this.#heard.opened();
  }

  #take({ opcode, payload }) {
    if (opcode === opcodes.ping) this.#socket.write(maskedFrame(opcodes.pong, payload));
    else if (opcode === opcodes.close) this.#told(payload);
    else this.#heard.message();
  }

  #told(payload) {
    this.#isTold = true;
    this.closings += 1;
    const code = payload.length === 0 ? 1005 : payload.readUInt16BE(0);
    const delayMs = reconnectDelayOf(payload.toString('utf8', 2));
    // The server ends TCP once it has the echo.
    this.#socket.write(maskedFrame(opcodes.close, payload));
    this.#heard.told(code, delayMs);
    if (delayMs !== undefined) setTimeout(() => this.open(), delayMs);
  }
}
