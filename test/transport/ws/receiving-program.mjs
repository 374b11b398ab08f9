/**
 * A client that is sent messages: of ws, or of the module named, in the style named. Counts them, and says how much
 * CPU time it has taken so far when all have come that it was asked for.
 */
import process from 'node:process';

const [, , module, url, style] = process.argv;
let left = 0;

const say = () => {
  const { user, system } = process.cpuUsage();
  process.send({ cpuUs: user + system });
};

const take = () => {
  left -= 1;
  if (left === 0) say();
};

const consume = {
  'for await': async (connection) => {
    for await (const _frame of connection) take();
  },
  frames$: (connection) => {
    connection.frames$.subscribe(take);
    return connection.closed;
  },
};

async function receive() {
  if (module === 'ws') {
    const { WebSocket } = await import('ws');
    const socket = new WebSocket(url, { perMessageDeflate: false });
    socket.on('message', take);
    return;
  }
  const { createSupervisor } = await import(module);
  // So much is an attack from a peer that is not trusted.
  const limits = { maxBytesPerSecond: Number.POSITIVE_INFINITY, maxMessagesPerSecond: Number.POSITIVE_INFINITY };
  createSupervisor({ limits }).dial({ url, handler: consume[style] });
}

process.on('message', ({ expected }) => {
  left += expected;
  if (left === 0) say();
});
await receive();
