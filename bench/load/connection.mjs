import { connect } from 'node:net';
import { connect as connectSecurely } from 'node:tls';
import { plainPayload } from './dialects.mjs';
import { FrameCounter } from './frame-counter.mjs';
import { closeFrame, maskedFrame, opcodes, readServerFrame } from './frames.mjs';
import { checkHandshakeAnswer } from './handshake.mjs';

/** All connections read into it: what a read brought is dealt with before the next one. */
const readBuffer = Buffer.allocUnsafe(256 * 1024);
const NORMAL_CLOSE = closeFrame(1000);
const END_OF_HEAD = '\r\n\r\n';
const ignore = () => {};

/** One raw client connection. Faults end it; `ended` reports them. */
export class LoadConnection {
  /** Called with the number of messages that one read has completed. */
  onMessages = ignore;
  /** Called after each read with nothing but its size; a `false` pauses reading until `resume`. */
  onRead = () => true;
  /** Resolves when the socket is gone, with the error that ended it, if one did. */
  ended;
  #dialect;
  #socket;
  #counter;
  #head = '';
  #greetingsLeft;
  #isUsable = false;
  #error;
  #settle;
  /** While set, received bytes are kept for a check. */
  #kept;
  isDeflated = false;

  /**
   * Opens one: TCP, opening handshake, and what the dialect asks for after it.
   *
   * @param {{ port: number, dialect: import('./dialects.mjs').Dialect, request: Buffer, openWithinMs: number, tls?: { ca:
   * Buffer } }} target
   * @param {string} localAddress
   */
  static open(target, localAddress) {
    return new Promise((resolve, reject) => {
      const connection = new LoadConnection(target, localAddress, (error) =>
        error === undefined ? resolve(connection) : reject(error),
      );
    });
  }

  constructor(target, localAddress, settle) {
    this.#dialect = target.dialect;
    this.#greetingsLeft = target.dialect.greetings;
    this.#settle = settle;
    this.#counter = new FrameCounter({ takesSingleBytesAside: target.dialect.hasTextHeartbeat });
    this.#counter.onAside = (opcode, payload) => this.#answerAside(opcode, payload);
    const isPlain = target.tls === undefined;
    this.#socket = (isPlain ? connect : connectSecurely)({
      ...target.tls,
      host: '127.0.0.1',
      port: target.port,
      localAddress,
      noDelay: true,
      onread: { buffer: readBuffer, callback: (length, buffer) => this.#read(length, buffer) },
    });
    const late = setTimeout(
      () => this.#socket.destroy(new Error(`no opening handshake within ${target.openWithinMs} ms`)),
      target.openWithinMs,
    );
    this.#socket.once(isPlain ? 'connect' : 'secureConnect', () => this.#socket.write(target.request));
    this.ended = new Promise((resolve) => {
      this.#socket.on('error', (error) => (this.#error ??= error));
      this.#socket.once('close', () => {
        clearTimeout(late);
        this.#settle(this.#error ?? new Error('the server ended the connection during the opening handshake'));
        resolve(this.#error);
      });
    });
    const settleOpen = this.#settle;
    this.#settle = (error) => {
      clearTimeout(late);
      this.#settle = ignore;
      settleOpen(error);
    };
  }

  write(bytes, done) {
    return this.#socket.write(bytes, done);
  }

  /** Starts the closing handshake; the server ends TCP (RFC 6455 section 7.1.1). */
  close() {
    this.#socket.write(NORMAL_CLOSE);
    return this.ended;
  }

  /** Drops TCP: with a FIN, or a RST if asked. */
  drop(how) {
    if (how === 'reset') this.#socket.resetAndDestroy();
    else this.#socket.destroy();
    return this.ended;
  }

  resume() {
    this.#socket.resume();
  }

  /** Sends a message and checks that its echo is the same, opcodes included. */
  async checkEcho(bytes, expected, withinMs) {
    let deadline;
    const echoed = new Promise((resolve, reject) => {
      deadline = setTimeout(() => reject(new Error(`no echo within ${withinMs} ms`)), withinMs);
      void this.ended.then((error) => reject(error ?? new Error('the server ended the connection instead of echoing')));
      this.#kept = Buffer.alloc(0);
      let left = expected.length;
      this.onMessages = (count) => {
        left -= count;
        if (left === 0) resolve(this.#kept);
      };
    });
    this.write(bytes);
    try {
      checkFrames(await echoed, expected);
    } finally {
      clearTimeout(deadline);
      this.#kept = undefined;
      this.onMessages = ignore;
    }
  }

  #read(length, buffer) {
    if (!this.#isUsable) return this.#open(Buffer.from(buffer.subarray(0, length)));
    if (this.#kept !== undefined) this.#kept = Buffer.concat([this.#kept, buffer.subarray(0, length)]);
    return this.#count(buffer, length);
  }

  #count(buffer, length) {
    const messages = this.#counter.push(buffer, length);
    if (messages > 0) this.onMessages(messages);
    return this.onRead(length);
  }

  #open(bytes) {
    try {
      const rest = this.#head === undefined ? bytes : this.#takeHead(bytes);
      if (rest !== undefined) this.#greet(this.#counter.push(rest));
    } catch (error) {
      this.#socket.destroy(error);
    }
    return true;
  }

  #takeHead(bytes) {
    this.#head += bytes.toString('latin1');
    const end = this.#head.indexOf(END_OF_HEAD);
    if (end < 0) return undefined;
    const { isDeflated } = checkHandshakeAnswer(this.#head.slice(0, end));
    this.isDeflated = isDeflated;
    const rest = Buffer.from(this.#head.slice(end + END_OF_HEAD.length), 'latin1');
    this.#head = undefined;
    return rest;
  }

  #greet(messages) {
    for (let count = 0; count < messages && this.#greetingsLeft > 0; count += 1) {
      const reply = this.#dialect.greeting[this.#dialect.greetings - this.#greetingsLeft];
      if (reply !== undefined) this.#socket.write(reply);
      this.#greetingsLeft -= 1;
    }
    if (this.#greetingsLeft > 0) return;
    this.#isUsable = true;
    this.#settle();
  }

  #answerAside(opcode, payload) {
    if (opcode === opcodes.ping) this.#socket.write(maskedFrame(opcodes.pong, payload));
    else if (opcode === opcodes.text && payload.toString() === '2')
      this.#socket.write(maskedFrame(opcodes.text, Buffer.from('3')));
  }
}

/** @throws {Error} when the echo differs from the message. */
export function checkFrames(bytes, expected) {
  let rest = bytes;
  for (const { opcode, payload } of expected) {
    let frame = readServerFrame(rest);
    // A Ping may come at any time, and was answered as it came.
    for (; frame?.opcode === opcodes.ping; frame = readServerFrame(rest)) rest = rest.subarray(frame.size);
    if (frame === undefined) throw new Error('the echo is incomplete');
    if (frame.opcode !== opcode) throw new Error(`the echo has opcode ${frame.opcode} instead of ${opcode}`);
    if (!plainPayload(frame).equals(payload)) throw new Error('the echo differs from what was sent');
    rest = rest.subarray(frame.size);
  }
}
