/** One process of clients, which `main.mjs` starts and asks. */
import { loopbackAddresses } from '../load/addresses.mjs';
import { handshakeRequest } from '../load/handshake.mjs';
import { serveAsks } from '../shared/asks.mjs';
import { Client } from './client.mjs';

const TICK_MS = 10;
/**
 * How many handshakes of this process are under way at most: where the machine is slower than the rate wanted, the rate
 * that it reaches is measured, and not what becomes of clients that wait until their handshake is too late.
 */
const MOST_UNDER_WAY = 50;

const clients = [];
/** Everything since the start, but for the messages. */
const counts = { asked: 0, openings: 0, open: 0, refused: 0, closings: 0, withAdvice: 0, lost: 0 };
/** Why clients were refused, and with which codes they were closed: how often. */
const whys = {};
const codes = {};
let messages = { count: 0 };

/** In ms, on the clock that all processes of the machine share. */
const now = () => Number(process.hrtime.bigint()) / 1e6;

const count = (table, key) => {
  table[key] = (table[key] ?? 0) + 1;
};

const heard = {
  opened() {
    counts.openings += 1;
    counts.open += 1;
  },
  refused(why) {
    counts.refused += 1;
    count(whys, why);
  },
  message() {
    const at = now();
    messages.first ??= at;
    messages.last = at;
    messages.count += 1;
  },
  told(code, delayMs) {
    counts.open -= 1;
    counts.closings += 1;
    if (delayMs !== undefined) counts.withAdvice += 1;
    count(codes, code);
  },
  lost() {
    counts.open -= 1;
    counts.lost += 1;
  },
};

/** Opens as many as are due by the clock. */
function openSteadily({ port, count: wanted, perSecond }) {
  const target = { port, request: handshakeRequest({ port, path: '/client' }), addresses: loopbackAddresses() };
  const begin = performance.now();
  const timer = setInterval(() => {
    const due = Math.min(wanted, Math.floor(((performance.now() - begin) * perSecond) / 1000));
    while (counts.asked < due && counts.asked - counts.openings - counts.refused < MOST_UNDER_WAY) {
      counts.asked += 1;
      const client = new Client(target, heard);
      clients.push(client);
      client.open();
    }
    if (counts.asked === wanted) clearInterval(timer);
  }, TICK_MS);
}

serveAsks({
  open: (plan) => openSteadily(plan),
  counts: () => ({ ...counts, whys, messages }),
  forgetMessages: () => {
    messages = { count: 0 };
  },
  /** How many clients have got how many Closes, and how many were let in how often. */
  fates: () => {
    const fates = { closings: {}, openings: {} };
    for (const { closings, openings } of clients) {
      count(fates.closings, closings);
      count(fates.openings, openings);
    }
    return { ...fates, codes };
  },
});
