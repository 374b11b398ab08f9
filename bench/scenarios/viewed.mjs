import { connect } from '../../dist/index.js';

const PROTOCOL = 'wirekeeper.dashboard.1';
const SIZES = {
  full: { rounds: 12, ms: 1000, connections: 10_000 },
  quick: { rounds: 6, ms: 600, connections: 10_000 },
  smoke: { rounds: 4, ms: 400, connections: 1000 },
};
const WARM_UPS = 2;

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
  run: async (bench) => {
    const { rounds, ms, connections } = SIZES[bench.size];
    const peer = bench.peersFor('echo').find(({ name }) => name === 'supervised');
    const samples = new Map();
    if (peer === undefined) return samples;
    const prepare = async ({ load }) => {
      await load.ask('open', { count: connections });
      await load.ask('prepare', { payloadBytes: 64, atOnce: 1 });
    };
    const contestant = await bench.enter(peer, { mode: 'echo' }, prepare);
    if (contestant === undefined) return samples;
    const slices = [];
    try {
      for (let round = -WARM_UPS; round < rounds; round += 1) {
        bench.say(round < 0 ? 'warming up' : `round ${round + 1} of ${rounds}`);
        const slice = await bench.attempt(peer.name, () => share(contestant, ms, round % 2 === 0));
        if (slice === undefined) return samples;
        if (round >= 0) slices.push(slice);
      }
    } finally {
      await bench.leave(contestant);
    }
    return samples.set(peer.name, slices);
  },
};

/** Both ways one after the other, in turns which of them is first. */
async function share(contestant, ms, isViewedFirst) {
  const measure = () => contestant.measure('echo', { inFlight: 1, ms });
  const first = isViewedFirst ? await whileViewed(contestant, measure) : await measure();
  const second = isViewedFirst ? await measure() : await whileViewed(contestant, measure);
  const [on, off] = isViewedFirst ? [first, second] : [second, first];
  return { viewedShare: on.perSecond / off.perSecond, perSecond: on.perSecond };
}

async function whileViewed({ server }, measure) {
  const { port } = await server.ask('view');
  const viewer = await connect(`ws://127.0.0.1:${port}/_wirekeeper/feed`, { protocols: [PROTOCOL] });
  try {
    viewer.discardFrames();
    viewer.send(JSON.stringify(LOOK));
    return await measure();
  } finally {
    viewer.close();
    await viewer.closed;
    await server.ask('unview');
  }
}
