import { connect } from '../../dist/index.js';
import { echoShare } from './echo-share.mjs';

const PROTOCOL = 'wirekeeper.dashboard.1';
const SIZES = {
  full: { rounds: 12, ms: 1000, connections: 10_000 },
  quick: { rounds: 6, ms: 600, connections: 10_000 },
  smoke: { rounds: 4, ms: 400, connections: 1000 },
};

/** What a viewer asks for that has the table of connections before it, in the order of a column that always changes. */
const LOOK = {
  type: 'look',
  look: 1,
  table: 'connections',
  query: { sort: { by: 'bytesIn', descending: true } },
  first: 0,
  count: 100,
};

/** What a dashboard with somebody who looks costs the connections that it shows. */
export const viewed = {
  name: 'viewed',
  title:
    'echo, 1 in flight, 64 B, 10,000 connections, with a viewer of the dashboard against without (1,000 with --smoke)',
  chart: 'viewedShare',
  run: (bench) => {
    const { rounds, ms, connections } = SIZES[bench.size];
    return echoShare(bench, { metric: 'viewedShare', connections, inFlight: 1, ms, rounds, begin: view });
  },
};

async function view({ server }) {
  const { port } = await server.ask('view');
  const viewer = await connect(`ws://127.0.0.1:${port}/_wirekeeper/feed`, { protocols: [PROTOCOL] });
  viewer.discardFrames();
  viewer.send(JSON.stringify(LOOK));
  return async () => {
    viewer.close();
    await viewer.closed;
    await server.ask('unview');
  };
}
