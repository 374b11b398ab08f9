/** The load's process: one group of raw client connections to one server, driven by asks of the harness. */
import { readFileSync } from 'node:fs';
import { serveAsks } from '../shared/asks.mjs';
import { cpuUs } from '../shared/usage.mjs';
import { loopbackAddresses } from './addresses.mjs';
import { runBroadcast } from './broadcast.mjs';
import { LoadConnection } from './connection.mjs';
import { dialects } from './dialects.mjs';
import { runEcho } from './echo.mjs';
import { Feed } from './feed.mjs';
import { startFlood } from './flood.mjs';
import { handshakeRequest } from './handshake.mjs';
import { prepareMessage } from './message.mjs';
import { runPaced } from './paced.mjs';
import { readNothing, readSlowly } from './readers.mjs';
import { runStorm } from './storm.mjs';
import { runPacedTopic, runTopic } from './topic.mjs';

const OPENING_AT_ONCE = 128;
const DRAIN_WITHIN_MS = 15_000;

const addresses = loopbackAddresses();
let target;
let connections = [];
let message;
let feed;
let stopFlood = () => ({ answered: 0 });

serveAsks({
  /** Says where the server is and how it speaks. */
  aim: ({ port, dialect, offersDeflate = false, openWithinMs = 10_000, tls }) => {
    const spoken = dialects[dialect];
    target = {
      port,
      dialect: spoken,
      openWithinMs,
      tls: tls && { ca: readFileSync(tls.cert) },
      request: handshakeRequest({ port, path: spoken.path, offersDeflate }),
    };
  },
  /** Opens connections beside those there are. */
  open: async ({ count }) => {
    let left = count;
    const opener = async () => {
      while (left > 0) {
        left -= 1;
        connections.push(await LoadConnection.open(target, addresses.next().value));
      }
    };
    await Promise.all(Array.from({ length: Math.min(count, OPENING_AT_ONCE) }, opener));
    return { open: connections.length };
  },
  /** Prepares a message, and checks on every connection that an echo server echoes it. */
  prepare: async ({ payloadBytes, isBinary = false, atOnce, isEchoed = true }) => {
    const isDeflated = connections[0].isDeflated;
    message = prepareMessage(target.dialect, { payloadBytes, isBinary, isDeflated, atOnce });
    if (isEchoed)
      await Promise.all(
        connections.map((connection) => connection.checkEcho(message.many(1), message.expected, DRAIN_WITHIN_MS)),
      );
    return { isDeflated, messageBytes: message.many(1).length };
  },
  echo: ({ inFlight, ms }) =>
    measured(() => runEcho(connections, message, { inFlight, ms, drainWithinMs: DRAIN_WITHIN_MS })),
  paced: ({ perSecond, ms, isAlone = true }) =>
    measured(() => runPaced(connections, message, { perSecond, ms, isAlone, drainWithinMs: DRAIN_WITHIN_MS })),
  storm: ({ atOnce, ms }) => measured(() => runStorm(target, addresses, { atOnce, ms })),
  broadcast: ({ burst, ms }) =>
    measured(() => runBroadcast(connections, target.dialect, { burst, ms, drainWithinMs: DRAIN_WITHIN_MS })),
  /** Is a server for clients that receive. */
  listen: async ({ tls, payloadBytes, isBinary = false }) => {
    feed = await Feed.listen(tls);
    feed.prepare({ payloadBytes, isBinary });
    return { port: feed.port };
  },
  feed: ({ client, ms }) => measured(() => feed.send({ client, ms })),
  topic: ({ inFlight, ms }) =>
    measured(() => runTopic(connections, message, { inFlight, ms, drainWithinMs: DRAIN_WITHIN_MS })),
  pacedTopic: ({ perSecond, ms }) =>
    measured(() => runPacedTopic(connections, message, { perSecond, ms, drainWithinMs: DRAIN_WITHIN_MS })),
  startFlood: () => {
    stopFlood = startFlood(connections[0], message, message.many(1).length);
  },
  stopFlood: () => stopFlood(),
  readSlowly: ({ bytesPerSecond }) => connections.forEach((connection) => readSlowly(connection, bytesPerSecond)),
  readNothing: () => connections.forEach(readNothing),
  /** Sends the prepared message once on each connection. */
  sendOnce: () => connections.forEach((connection) => connection.write(message.many(1))),
  /** Ends all connections: `close` by the closing handshake, `drop` by a FIN, `reset` by a RST. */
  end: async ({ how }) => {
    const begin = performance.now();
    const ending = connections;
    connections = [];
    await Promise.all(ending.map((connection) => (how === 'close' ? connection.close() : connection.drop(how))));
    return { ended: ending.length, ms: performance.now() - begin };
  },
});

/** Adds how busy the load itself was, from 0 to 1: near 1 the load is what limits, not the server. */
async function measured(run) {
  const begin = performance.now();
  const cpu = cpuUs();
  const result = await run();
  return { ...result, loadBusy: (cpuUs() - cpu) / 1000 / (performance.now() - begin) };
}
