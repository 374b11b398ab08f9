/**
 * What a WebSocket within HTTP/2 costs the server, beside one of HTTP/1.1, both over TLS: memory while it is idle, and
 * processor time for each echo of 64 B. `npm run bench:http2` prints both, measured in turns.
 */
import { readFileSync } from 'node:fs';
import { maskedFrame, opcodes, serverFrame } from '../load/frames.mjs';
import { median } from '../report/statistics.mjs';
import { BenchProcess } from '../run/child-process.mjs';
import { TLS_FILES } from '../shared/tls/identity.mjs';
import { openPeers } from './peers.mjs';

const KINDS = [
  { name: 'HTTP/1.1', perSession: undefined },
  { name: 'HTTP/2, 100 streams a connection', perSession: 100 },
  { name: 'HTTP/2, one stream a connection', perSession: 1 },
];
const ROUNDS = 3;
const IDLE = 900;
const WARM_UP = 100;
const ECHOING = 50;
const SLICES = 6;
const SLICE_MS = 500;
const IN_FLIGHT = [1, 32];

const payload = Buffer.alloc(64, 'a');
const frame = maskedFrame(opcodes.text, payload);
const answerBytes = serverFrame(opcodes.text, payload).length;
const ca = readFileSync(TLS_FILES.cert);

async function started() {
  const command = [process.execPath, '--expose-gc', new URL('server.mjs', import.meta.url).pathname];
  const server = await BenchProcess.start({ title: 'the server', command });
  return { server, place: { port: server.ready.port, ca } };
}

/** Memory of an idle connection, in kB, in a fresh process. */
async function memoryOf({ perSession }) {
  const { server, place } = await started();
  const warm = await openPeers(place, WARM_UP, perSession);
  await warm.close();
  const before = await server.ask('memory');
  await openPeers(place, IDLE, perSession);
  const after = await server.ask('memory');
  await server.end();
  if (after.open - before.open !== IDLE) throw new Error(`${after.open} are open, not ${IDLE}`);
  return { live: (after.live - before.live) / 1000 / IDLE, rss: (after.rss - before.rss) / 1000 / IDLE };
}

/** Echoes for a while; resolves with the server's processor time for each, in us, when all have come back. */
async function echoed(server, streams, inFlight) {
  const burst = Buffer.concat(Array.from({ length: inFlight }, () => frame));
  let echoes = 0;
  const { us: before } = await server.ask('cpu');
  const until = performance.now() + SLICE_MS;
  await Promise.all(
    streams.map(
      (stream) =>
        new Promise((resolve) => {
          let left = inFlight * answerBytes;
          const onData = (chunk) => {
            left -= chunk.length;
            if (left > 0) return;
            echoes += inFlight;
            left = inFlight * answerBytes;
            if (performance.now() < until) {
              stream.write(burst);
              return;
            }
            stream.off('data', onData);
            resolve();
          };
          stream.on('data', onData);
          stream.write(burst);
        }),
    ),
  );
  const { us } = await server.ask('cpu');
  return (us - before) / echoes;
}

const rows = KINDS.map((kind) => ({ ...kind, live: [], rss: [], us: IN_FLIGHT.map(() => []) }));
for (let round = 0; round < ROUNDS; round += 1)
  for (const row of rows) {
    const { live, rss } = await memoryOf(row);
    row.live.push(live);
    row.rss.push(rss);
  }
const { server, place } = await started();
for (const row of rows) row.peers = await openPeers(place, ECHOING, row.perSession);
// The first slice of each compiles the code.
for (let slice = 0; slice <= SLICES; slice += 1)
  for (const [at, inFlight] of IN_FLIGHT.entries())
    for (const row of rows) {
      const us = await echoed(server, row.peers.streams, inFlight);
      if (slice > 0) row.us[at].push(us);
    }
for (const { peers } of rows) await peers.close();
await server.end();

const [base] = rows;
const beside = (numbers, others) => `${median(numbers).toFixed(1)} (${(median(numbers) / median(others)).toFixed(2)})`;
console.log(
  '| over TLS | live kB each, idle | resident kB each | us an echo, 1 in flight | us an echo, 32 in flight |',
);
console.log('| --- | --- | --- | --- | --- |');
for (const { name, live, rss, us } of rows)
  console.log(
    `| ${[name, beside(live, base.live), beside(rss, base.rss), ...us.map((each, at) => beside(each, base.us[at]))].join(' | ')} |`,
  );
