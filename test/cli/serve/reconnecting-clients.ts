/**
 * Clients that dial again, in a process of their own: `node program.mjs <url> <count>`. A line on stdout says when all
 * are up, and once more when each of them has come back. At the end of stdin it stops, and prints how each of their
 * connections has ended.
 */
import { createSupervisor, reconnectDelayOf } from '../../../src/index.js';

const [url = '', given = '1'] = process.argv.slice(2);
const count = Number(given);
const supervisor = createSupervisor({ dialLimiter: { inFlight: count, perSecond: 10_000 } });
const ups = new Map<string, number>();
const ended: { refused: boolean; code: number | undefined; isAdvised: boolean; sentence: string }[] = [];

const say = (message: object) => process.stdout.write(`${JSON.stringify(message)}\n`);

supervisor.events$.subscribe((event) => {
  if (event.type === 'dialer.status' && event.status.type === 'up') {
    ups.set(event.childId, (ups.get(event.childId) ?? 0) + 1);
    for (const times of [1, 2]) {
      const all = [...ups.values()].filter((up) => up >= times).length;
      if (all === count && ups.get(event.childId) === times) say({ allUp: times });
    }
  }
  if (event.type !== 'connection.ended') return;
  const { openedAt, received, cause } = event.report;
  ended.push({
    refused: openedAt === undefined,
    code: received?.code,
    isAdvised: received !== undefined && reconnectDelayOf(received.reason) !== undefined,
    sentence: cause?.message ?? '',
  });
});

for (let client = 0; client < count; client += 1) {
  supervisor.dial({ url, restart: 'permanent', backoff: { initialMs: 50 }, handler: ({ closed }) => closed });
}

process.stdin.on('data', () => {});
process.stdin.on('end', () => {
  const beforeStop = ended.splice(0);
  const isUp = supervisor.connections.size;
  say({ ended: beforeStop, up: isUp });
  void supervisor.stop();
});
