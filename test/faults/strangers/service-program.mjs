/** A service as a user would write it, with default options, in a process of its own. */
import { createSupervisor } from 'wirekeeper';

const supervisor = createSupervisor();
const listener = await supervisor.listen({
  port: 0,
  host: '127.0.0.1',
  handler: async (connection) => {
    for await (const frame of connection) connection.send(frame);
  },
});

/** How often the memory is looked at, in ms. */
const LOOK_EVERY_MS = 50;

let mostBytes = 0;
const looks = setInterval(() => {
  mostBytes = Math.max(mostBytes, process.memoryUsage.rss());
}, LOOK_EVERY_MS);

process.on('message', () => process.send({ port: listener.address.port, mostBytes, ...supervisor.stats() }));
process.on('disconnect', () => {
  clearInterval(looks);
  void supervisor.terminate();
});
process.send({});
