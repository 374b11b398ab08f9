import { connect, type Socket } from 'node:net';
import { eventually } from './eventually.js';

/** The types of frames (RFC 9113 section 6). */
const TYPE = { data: 0, headers: 1, reset: 3, settings: 4, ping: 6, goaway: 7, window: 8 } as const;
const END_STREAM = 1;
const END_HEADERS = 4;
const ACK = 1;
const HEADER_BYTES = 9;

/** One frame of HTTP/2 as it came. */
export interface Http2Frame {
  readonly type: number;
  readonly flags: number;
  readonly streamId: number;
  readonly payload: Buffer;
}

function frame(type: number, flags: number, streamId: number, payload: Uint8Array = Buffer.alloc(0)): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUIntBE(payload.length, 0, 3);
  header.writeUInt8(type, 3);
  header.writeUInt8(flags, 4);
  header.writeUInt32BE(streamId, 5);
  return Buffer.concat([header, payload]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

type Fields = readonly (readonly [name: string, value: string])[];

/** Header fields in the plainest form of HPACK (RFC 7541 section 6.2.2), for texts below 127 bytes. */
function fieldBlock(fields: Fields): Buffer {
  const text = (value: string) => Buffer.concat([Buffer.from([value.length]), Buffer.from(value, 'latin1')]);
  return Buffer.concat(fields.flatMap(([name, value]) => [Buffer.from([0]), text(name), text(value)]));
}

/** What opens a WebSocket (RFC 8441 section 5). */
const CONNECT_FIELDS: Fields = [
  [':method', 'CONNECT'],
  [':protocol', 'websocket'],
  [':scheme', 'https'],
  [':path', '/'],
  [':authority', 'localhost'],
  ['sec-websocket-version', '13'],
];

/** One of HTTP/2's settings: the room of each stream for what the other side sends (RFC 9113 section 6.5.2). */
export const INITIAL_WINDOW = 4;

/**
 * A client of HTTP/2 that writes the frames it is told to, at any time, and none of its own but those that acknowledge
 * settings.
 */
export class RawHttp2 implements Disposable {
  readonly socket: Socket;
  #unread: Buffer = Buffer.alloc(0);
  readonly frames: Http2Frame[] = [];
  isGone = false;

  /** @param settings by their numbers. */
  constructor(port: number, settings: readonly (readonly [id: number, value: number])[] = []) {
    this.socket = connect(port, '127.0.0.1');
    this.socket.on('error', () => {});
    this.socket.on('data', (chunk) => this.#read(chunk));
    this.socket.on('close', () => {
      this.isGone = true;
    });
    this.socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
    const payload = settings.map(([id, value]) => Buffer.concat([Buffer.from([0, id]), uint32(value)]));
    this.socket.write(frame(TYPE.settings, 0, 0, Buffer.concat(payload)));
  }

  /** Waits for the server's settings: before them nobody may ask for a WebSocket. */
  async ready(): Promise<this> {
    await this.#came('settings of the server', ({ type, flags }) => type === TYPE.settings && flags === 0);
    return this;
  }

  /** Writes several frames in one segment. */
  write(...frames: readonly Buffer[]): void {
    this.socket.write(Buffer.concat(frames));
  }

  /** A request for a WebSocket, with other fields in place of some of its own. */
  headers(streamId: number, fields: Fields = [], isEnd = false): Buffer {
    const own = CONNECT_FIELDS.filter(([name]) => !fields.some(([other]) => other === name));
    const pseudo = fields.filter(([name]) => name.startsWith(':'));
    const all = [...pseudo, ...own, ...fields.filter((field) => !pseudo.includes(field))];
    return frame(TYPE.headers, END_HEADERS | (isEnd ? END_STREAM : 0), streamId, fieldBlock(all));
  }

  data(streamId: number, bytes: Buffer, isEnd = false): Buffer {
    return frame(TYPE.data, isEnd ? END_STREAM : 0, streamId, bytes);
  }

  reset(streamId: number, code: number): Buffer {
    return frame(TYPE.reset, 0, streamId, uint32(code));
  }

  goaway(code: number): Buffer {
    return frame(TYPE.goaway, 0, 0, Buffer.concat([uint32(0), uint32(code)]));
  }

  /** Gives the server room for more bytes. */
  window(streamId: number, bytes: number): Buffer {
    return frame(TYPE.window, 0, streamId, uint32(bytes));
  }

  /** Waits for the answer to an opening handshake; whether it is a 200, which HPACK has a number for. */
  async answered(streamId: number): Promise<boolean> {
    const { payload } = await this.#came(`an answer on ${streamId}`, (one) => isOf(one, TYPE.headers, streamId));
    return payload[0] === 0x88;
  }

  /** The bytes that have come on a stream. */
  bytesOf(streamId: number): Buffer {
    return Buffer.concat(this.frames.filter((one) => isOf(one, TYPE.data, streamId)).map(({ payload }) => payload));
  }

  /** Waits for the end of a stream: the code of its reset, or `end`. */
  async ended(streamId: number): Promise<number | 'end'> {
    const { type, payload } = await this.#came(
      `the end of ${streamId}`,
      (one) => isOf(one, TYPE.reset, streamId) || (isOf(one, TYPE.data, streamId) && (one.flags & END_STREAM) !== 0),
    );
    return type === TYPE.reset ? payload.readUInt32BE(0) : 'end';
  }

  [Symbol.dispose](): void {
    this.socket.destroy();
  }

  async #came(what: string, isIt: (one: Http2Frame) => boolean): Promise<Http2Frame> {
    await eventually(() => this.isGone || this.frames.some(isIt), what);
    const found = this.frames.find(isIt);
    if (found === undefined) throw new Error(`the server has ended TCP before ${what}`);
    return found;
  }

  #read(chunk: Buffer): void {
    this.#unread = Buffer.concat([this.#unread, chunk]);
    while (this.#unread.length >= HEADER_BYTES) {
      const end = HEADER_BYTES + this.#unread.readUIntBE(0, 3);
      if (this.#unread.length < end) return;
      const [type = 0, flags = 0] = this.#unread.subarray(3, 5);
      const streamId = this.#unread.readUInt32BE(5) & 0x7fffffff;
      this.frames.push({ type, flags, streamId, payload: Buffer.from(this.#unread.subarray(HEADER_BYTES, end)) });
      this.#unread = this.#unread.subarray(end);
      if (type === TYPE.settings && flags === 0) this.write(frame(TYPE.settings, ACK, 0));
    }
  }
}

function isOf({ type, streamId }: Http2Frame, wanted: number, id: number): boolean {
  return type === wanted && streamId === id;
}
