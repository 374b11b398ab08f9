/** The service that `main.mjs` starts: idle clients, and one connection to each worker that it asks. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { broadcast, Group } from '../../dist/index.js';
import { defineService } from '../../dist/service/index.js';
import { memoryAfterGc } from '../shared/usage.mjs';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc');

const clients = new Group();

const answers = {
  usage: async () => {
    const rss = process.memoryUsage.rss();
    return { pid: process.pid, connections: clients.size, rss, afterGc: await memoryAfterGc(collect) };
  },
  broadcast: () => {
    const begin = performance.now();
    const result = broadcast(clients, 'one message to everybody');
    return { ...result, ms: performance.now() - begin };
  },
};

export default defineService({
  handlers: {
    '/client': (connection) => {
      clients.add(connection);
      return connection.closed;
    },
    '/control': async (connection) => {
      for await (const frame of connection) connection.send(JSON.stringify(await answers[frame.text()]()));
    },
  },
});
