/** Run by Bun: accepts, dials, refuses, and says what came of it. */
import { createSupervisor, refuse } from '../../src/index.js';

const SIZES = [5, 2_000, 300_000];
const say = (line: string) => process.stdout.write(`${line}\n`);
const supervisor = createSupervisor();

for (const perMessageDeflate of [false, true]) {
  const name = perMessageDeflate ? 'compressed' : 'plain';
  const listener = await supervisor.listen({
    port: 0,
    host: '127.0.0.1',
    perMessageDeflate,
    handler: async (connection) => {
      for await (const frame of connection) connection.send(frame);
    },
  });
  const dialer = supervisor.dial({
    url: `ws://127.0.0.1:${(listener.address as { readonly port: number }).port}/`,
    perMessageDeflate,
    restart: 'temporary',
    handler: async (connection) => {
      const echoed: number[] = [];
      for (const size of SIZES) {
        connection.send('x'.repeat(size));
        echoed.push((await connection.receive())?.data.length ?? 0);
      }
      say(`${name}: accepted and dialed, echoes ${echoed.join(', ')}`);
      return { code: 4001, reason: 'bye' };
    },
  });
  const { report } = await dialer.ended;
  say(`${name}: closed ${report?.code} ${report?.reason}, ${report?.wasClean === true ? 'clean' : 'not clean'}`);
}

const listener = await supervisor.listen({
  port: 0,
  host: '127.0.0.1',
  authenticate: () => refuse(401),
  handler: (connection) => connection.closed,
});
const dialer = supervisor.dial({
  url: `ws://127.0.0.1:${(listener.address as { readonly port: number }).port}/`,
  retry: () => 'stop',
  restart: 'temporary',
  handler: (connection) => connection.closed,
});
const { report } = await dialer.ended;
say(`refused: ${report?.httpStatus}, ${report?.trigger}`);
await supervisor.stop();
say('stopped');
