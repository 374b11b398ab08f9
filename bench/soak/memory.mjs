import { setImmediate as turn } from 'node:timers/promises';
import { createSupervisor } from '../../dist/index.js';
import { createHeapClock, createMemoryTransport, ScriptedPeer } from '../../dist/testing/index.js';
import { Account } from './account.mjs';
import { chooserOf } from './random.mjs';

/** What may become of a connection: what its peer does, and which trigger its report has. */
const FATES = {
  'peer closes': { deed: (peer) => peer.close(4000), trigger: 'peer-closed' },
  'peer drops TCP': { deed: (peer) => peer.wire.terminate(), trigger: 'socket-ended' },
  'handler returns': { deed: (peer) => peer.send('return'), trigger: 'handler-returned' },
  'handler throws': { deed: (peer) => peer.send('throw'), trigger: 'handler-threw' },
  'server closes': { deed: (peer) => peer.send('close'), trigger: 'close-called' },
  'server terminates': { deed: (peer) => peer.send('terminate'), trigger: 'terminated' },
};

const WEIGHTS = Object.fromEntries(Object.keys(FATES).map((name) => [name, 1]));

async function obey(connection) {
  const order = (await connection.receive())?.text();
  if (order === 'return') return { code: 4100 };
  if (order === 'throw') throw new Error('as it was told');
  if (order === 'close') connection.close(4200);
  if (order === 'terminate') connection.terminate();
  return connection.closed;
}

const actOf = ({ request }) => Number(request?.path.slice(1));

/** A supervisor on the transport in memory, whose clock stands still, and peers that do something to it. */
export class MemoryWorld {
  account;
  random;
  #supervisor;
  #transport;
  #url;
  #choose;

  static async open(random) {
    const clock = createHeapClock();
    const transport = createMemoryTransport(clock);
    const supervisor = createSupervisor({ name: 'soak', clock, transport, warnWhenFailed: false });
    const account = new Account(supervisor, actOf);
    const { address } = await supervisor.listen({ port: 0, path: '/:act', handler: obey });
    return new MemoryWorld(supervisor, transport, account, `ws://memory:${address.port}`, random);
  }

  constructor(supervisor, transport, account, url, random) {
    this.#supervisor = supervisor;
    this.#transport = transport;
    this.account = account;
    this.#url = url;
    this.random = random;
    this.#choose = chooserOf(WEIGHTS, random);
  }

  /** One connection from its beginning to its report. */
  async act(number) {
    const fate = this.#choose();
    const { account } = this;
    account.fates[fate] = (account.fates[fate] ?? 0) + 1;
    // All of it happens in microtasks: without this the event loop would never turn.
    await turn();
    const peer = ScriptedPeer.dial(this.#transport, `${this.#url}/${number}`);
    await peer.fact('wire.opened');
    FATES[fate].deed(peer);
    await peer.ended();
    const report = await account.report(number);
    if (report === undefined) account.fault(`${fate}: there is no report`);
    else if (report.trigger !== FATES[fate].trigger)
      account.fault(`${fate}: the report says ${report.trigger}, not ${FATES[fate].trigger}`);
  }

  async close() {
    await this.#supervisor.stop();
  }
}
