/**
 * WebSocket clients of bare TCP, in a process of their own, each with its way to end. Their parent sends them
 * messages, each is answered with one, and they record what they see.
 *
 * - `polite` answers the Close; `mute` reads it and never answers; `dropper` resets TCP when it comes
 * - `leaver` sends a Close of its own some time after `begin`, unless the server's was first; then it is polite
 * - `quitter` resets TCP some time after `begin`, without a Close
 */
import { connect } from 'node:net';

const AT_ONCE = 100;
/** One loopback address has about 28,000 ports; connections that are waiting to be forgotten keep theirs. */
const ADDRESSES = 8;
/** The clients' own Close, masked with a key of zeros. */
const GOING_AWAY = 1001;
const wallNow = () => performance.timeOrigin + performance.now();

const handshake = (path) =>
  `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`;
const closeFrame = (code) => Buffer.of(0x88, 0x82, 0, 0, 0, 0, code >> 8, code & 0xff);

/** @type {Client[]} */
const clients = [];

class Client {
  /** What it saw: the Close, when, and how TCP ended. */
  log = { path: '', seen: undefined, sent: undefined, seenAt: undefined, end: undefined };
  #kind;
  #bytes = Buffer.alloc(0);
  #hasOpened = false;

  constructor(port, kind, path) {
    this.#kind = kind;
    this.log.path = path;
    this.opened = new Promise((resolve) => {
      this.resolveOpened = resolve;
    });
    this.ended = new Promise((resolve) => {
      this.resolveEnded = resolve;
    });
    this.socket = connect({ port, host: '127.0.0.1', localAddress: `127.0.0.${2 + (clients.length % ADDRESSES)}` });
    this.socket.on('data', (chunk) => this.#read(chunk));
    this.socket.on('error', (error) => {
      this.log.end ??= error.code;
    });
    this.socket.on('end', () => {
      this.log.end ??= 'FIN';
    });
    this.socket.on('close', () => {
      this.resolveOpened(undefined);
      this.resolveEnded();
    });
    this.socket.write(handshake(path));
  }

  begin(withinMs) {
    if (this.#kind !== 'leaver' && this.#kind !== 'quitter') return;
    setTimeout(() => {
      if (this.socket.destroyed || this.log.seen !== undefined) return;
      if (this.#kind === 'leaver') this.#send(GOING_AWAY);
      else this.#reset();
    }, Math.random() * withinMs);
  }

  #read(chunk) {
    this.#bytes = Buffer.concat([this.#bytes, chunk]);
    if (!this.#hasOpened) {
      const end = this.#bytes.indexOf('\r\n\r\n');
      if (end < 0) return;
      this.#hasOpened = true;
      const head = this.#bytes.subarray(0, end).toString('latin1');
      this.#bytes = this.#bytes.subarray(end + 4);
      this.resolveOpened({
        status: Number(head.split(' ', 2)[1]),
        retryAfter: /^retry-after: (.*)$/im.exec(head)?.[1],
      });
    }
    const [opcode, length] = this.#bytes;
    if (opcode !== 0x88 || this.#bytes.length < 2 + length || this.log.seen !== undefined) return;
    this.log.seen = { code: this.#bytes.readUInt16BE(2), reason: this.#bytes.subarray(4, 2 + length).toString() };
    this.log.seenAt = wallNow();
    if (this.#kind === 'mute') return;
    if (this.#kind === 'dropper' || this.#kind === 'quitter') this.#reset();
    else if (this.log.sent === undefined) this.#send(this.log.seen.code);
  }

  #send(code) {
    this.log.sent = code;
    this.socket.write(closeFrame(code));
  }

  #reset() {
    this.log.end = 'reset by us';
    this.socket.resetAndDestroy();
  }
}

/** Opens clients, some at a time, and says what each was answered. */
async function open(port, wanted) {
  const answers = [];
  const left = [...wanted];
  const worker = async () => {
    for (let next = left.pop(); next !== undefined; next = left.pop()) {
      const client = new Client(port, next.kind, next.path);
      clients.push(client);
      answers.push(await client.opened);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return answers;
}

const asks = {
  open: ({ port, clients: wanted }) => open(port, wanted),
  begin: ({ withinMs }) => {
    for (const client of clients) client.begin(withinMs);
  },
  /** Waits for the last of them to have ended. */
  logs: async () => {
    await Promise.all(clients.map(({ ended }) => ended));
    return clients.map(({ log }) => log);
  },
};

process.on('message', async (message) => process.send({ answer: await asks[message.ask](message) }));
process.on('disconnect', () => process.exit());
process.send({ answer: 'ready' });
