import { connect, createSupervisor } from '../../dist/index.js';
import { Account } from './account.mjs';
import { chooserOf } from './random.mjs';
import { closeFrame, frame, OP, RawClient } from './raw-client.mjs';

const MAX_PAYLOAD = 64 * 1024;
const CLOSE_WITHIN_MS = 200;
/** On a machine that has other work, a handshake takes its time. */
const OPEN_WITHIN_MS = 60_000;
const MAX_BUFFERED = 512 * 1024;

/** More than the kernel and the queue hold for a client that does not read. */
const TOO_MANY_BYTES = 32 * 1024 * 1024;

const gone = ['socket-error', 'socket-ended'];

/** A raw client that opens a connection, does something, and waits until its socket is gone. */
const raw = (deed, triggers, path = '/echo') =>
  async function act(world, number) {
    const client = new RawClient(world.port);
    const status = await client.open(`${path}?act=${number}`);
    if (status !== 101) world.account.fault(`a raw client was answered ${status} on ${path}`);
    await deed(client, world);
    await client.closed;
    return triggers;
  };

/** A supervised client, which opens a connection, does something, and waits for its own report. */
const supervised = (deed, triggers, own, path = '/echo') =>
  async function act(world, number) {
    const connection = await connect(`ws://127.0.0.1:${world.port}${path}?act=${number}`, {
      supervisor: world.clients,
    });
    await deed(connection, world);
    const { trigger } = await connection.closed;
    if (!own.includes(trigger)) world.account.fault(`a client's report says ${trigger}, not ${own.join(' or ')}`);
    return triggers;
  };

async function echo(connection, { random }) {
  for (let left = 1 + Math.floor(random() * 10); left > 0; left -= 1) {
    const text = 'x'.repeat(Math.floor(random() ** 4 * 20_000));
    connection.send(text);
    const answer = await connection.receive();
    if (answer?.text() !== text) throw new Error('an echo is not what was sent');
  }
}

/** What may become of a connection: what is done, and which triggers its report on the accepting side may have. */
const FATES = {
  'client closes': raw((client) => client.send(frame(OP.text, 'hello'), closeFrame(4000)), ['peer-closed']),
  'client resets': raw((client) => client.socket.resetAndDestroy(), gone),
  'client ends TCP': raw((client) => client.socket.end(), ['socket-ended']),
  'client ends in a frame': raw(
    (client) => client.send(frame(OP.text, 'half', 400)) ?? client.socket.end(),
    ['socket-ended'],
  ),
  'client breaks the protocol': raw((client) => client.send(frame(OP.reserved)), ['protocol-error']),
  'client sends too much': raw((client) => client.send(frame(OP.binary, '', 2 ** 40)), ['too-big']),
  'client answers no Close': raw((client) => client.send(frame(OP.text, 'return')), ['handler-returned'], '/obey'),
  async 'client does not read'(world, number) {
    const client = new RawClient(world.port);
    const status = await client.open(`/obey?act=${number}`);
    if (status !== 101) world.account.fault(`a raw client was answered ${status} on /obey`);
    client.socket.pause();
    client.send(frame(OP.text, 'flood'));
    const report = await world.account.report(number);
    if (report?.trigger !== 'slow-peer') world.account.fault(`a client that does not read: ${report?.trigger}`);
    client.socket.destroy();
    await client.closed;
  },
  'supervised client closes': supervised(
    async (connection, world) => {
      await echo(connection, world);
      connection.close(4000, 'done');
    },
    ['peer-closed'],
    ['close-called'],
  ),
  'supervised client terminates': supervised((connection) => connection.terminate(), gone, ['terminated']),
  'handler returns': supervised(
    (connection) => connection.send('return'),
    ['handler-returned'],
    ['peer-closed'],
    '/obey',
  ),
  'handler throws': supervised((connection) => connection.send('throw'), ['handler-threw'], ['peer-closed'], '/obey'),
  'server closes': supervised((connection) => connection.send('close'), ['close-called'], ['peer-closed'], '/obey'),
  'server terminates': supervised((connection) => connection.send('terminate'), ['terminated'], gone, '/obey'),
  async 'path of nobody'(world) {
    const status = await new RawClient(world.port).open('/nowhere');
    if (status !== 404) world.account.fault(`a path of nobody was answered ${status}`);
  },
  async 'half a handshake'(world) {
    const client = new RawClient(world.port);
    client.socket.resume();
    client.send('GET /echo HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgr');
    client.socket.end();
    await client.closed;
  },
  async 'port of nobody'(world) {
    const [{ reason: failed }] = await Promise.allSettled([
      connect(`ws://127.0.0.1:${DEAD_PORT}/`, { supervisor: world.clients }),
    ]);
    if (failed?.report?.trigger !== 'dial-failed') world.account.fault(`a dead port gave ${failed}`);
  },
};

/** Of tcpmux, which nobody serves. A free one may be anybody's a moment later, in an hour of soak. */
const DEAD_PORT = 1;

/** Most acts are ordinary, and those that take long or many bytes are rare. */
const WEIGHTS = {
  ...Object.fromEntries(Object.keys(FATES).map((name) => [name, 10])),
  'client closes': 40,
  'supervised client closes': 40,
  'client answers no Close': 2,
  'client does not read': 0.2,
};

/** The handler that does what it is told. */
async function obey(connection) {
  const order = (await connection.receive())?.text();
  switch (order) {
    case 'return':
      return { code: 4100 };
    case 'throw':
      throw new Error('as it was told');
    case 'close':
      connection.close(4200);
      break;
    case 'terminate':
      connection.terminate();
      break;
    case 'flood':
      for (let sent = 0; sent < TOO_MANY_BYTES && connection.state === 'open'; sent += 32_768) {
        connection.send(Buffer.alloc(32_768));
        await new Promise((resolve) => setImmediate(resolve));
      }
      break;
    default:
  }
  return connection.closed;
}

const actOf = ({ request }) => Number(/[?&]act=(\d+)/.exec(request?.url ?? '')?.[1]);

/** A supervisor on a port of loopback, and the clients that do something to it. */
export class SocketWorld {
  account;
  port;
  random;
  clients;
  #supervisor;
  #choose;

  static async open(random) {
    const supervisor = createSupervisor({
      name: 'soak',
      warnWhenFailed: false,
      limits: {
        maxPayloadBytes: MAX_PAYLOAD,
        closeWithinMs: CLOSE_WITHIN_MS,
        maxHandshakesPerAddress: 1000,
        maxBufferedBytes: MAX_BUFFERED,
        // On a machine that has other work, the loop is late; nobody is to be refused for that.
        maxLagMs: Number.POSITIVE_INFINITY,
      },
    });
    const account = new Account(supervisor, actOf);
    const { address } = await supervisor.listen({
      port: 0,
      host: '127.0.0.1',
      path: ['/echo', '/obey'],
      handler: async (connection) => {
        if (connection.request.path === '/obey') return obey(connection);
        for await (const one of connection) connection.send(one);
        return connection.closed;
      },
    });
    return new SocketWorld(supervisor, account, address.port, random);
  }

  constructor(supervisor, account, port, random) {
    this.#supervisor = supervisor;
    this.account = account;
    this.port = port;
    this.random = random;
    this.#choose = chooserOf(WEIGHTS, random);
    const limits = { openWithinMs: OPEN_WITHIN_MS };
    this.clients = createSupervisor({ name: 'clients', warnWhenFailed: false, limits });
    // Nobody hears of it otherwise that a handler has thrown, and Node would be told.
    this.clients.events$.subscribe();
  }

  /** One connection, or what nearly became one, from its beginning to its report. */
  async act(number) {
    const fate = this.#choose();
    const { account } = this;
    account.fates[fate] = (account.fates[fate] ?? 0) + 1;
    const triggers = await FATES[fate](this, number);
    if (triggers === undefined) return;
    const report = await account.report(number);
    if (report === undefined) account.fault(`${fate}: there is no report`);
    else if (!triggers.includes(report.trigger))
      account.fault(`${fate}: the report says ${report.trigger}, not ${triggers.join(' or ')}`);
  }

  async close() {
    await this.clients.stop();
    await this.#supervisor.stop();
  }
}
