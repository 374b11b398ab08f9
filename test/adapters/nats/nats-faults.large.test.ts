/**
 * Three nodes and NATS, each a process, that are killed, stopped, cut off, and restarted while clients write: what
 * docs/cluster.md promises, seen from the clients' side. `WIREKEEPER_FAULT_SECONDS=600 WIREKEEPER_FAULT_CLIENTS=1000`
 * goes on for longer, with more of them.
 */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import { natsBroker } from '../../../src/adapters/nats/nats-broker.js';
import { createCluster } from '../../../src/cluster/index.js';
import { createSupervisor } from '../../../src/index.js';
import { isNatsMissing, type NatsServer, sayIfNatsIsMissing, startNats } from '../../cluster/a-nats-server.js';
import { freePorts } from '../../foreign/program.js';
import { FaultClient, Numbers, Said } from './fault-client.js';
import { FaultNode, makeNetwork, type Network } from './fault-nodes.js';

sayIfNatsIsMissing();

const SECONDS = Number(process.env['WIREKEEPER_FAULT_SECONDS'] ?? 15);
const CLIENTS = Number(process.env['WIREKEEPER_FAULT_CLIENTS'] ?? 60);
const WRITE_EVERY_MS = 100;
const NUMBER_EVERY_MS = 200;
const WITHIN_MS = 30_000;
/** How soon presence has to be right after a fault, in ms. */
const PRESENCE_WITHIN_MS = 10_000;
/** A node that does not read has more than this sent to it, in bytes, and NATS cuts it when so much waits. */
const BALLAST_BYTES = 32 * 1_048_576;
const NATS_CONFIG = 'max_pending: 4MB\n';
/** A stall of this process, in ms, by which its clients dial later than they should. */
const STALL_MS = 1_000;

let nodes: FaultNode[] = [];
let network: Network | undefined;
let server: NatsServer | undefined;
let folder: string;

afterEach(async () => {
  await Promise.all(nodes.map((node) => node.end('SIGKILL')));
  network?.remove();
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Waits until something is so, looking now and then: the clients need the processor. Returns how long it took. */
async function waitFor(isSo: () => boolean, what: () => string, withinMs: number): Promise<number> {
  const began = performance.now();
  while (!isSo()) {
    if (performance.now() - began > withinMs) throw new Error(`it never came true: ${what()}`);
    await pause(50);
  }
  return performance.now() - began;
}

describe.skipIf(isNatsMissing)('under faults', () => {
  test(
    `${CLIENTS} clients have every message once, in one order, or are told of a gap, for ${SECONDS} s`,
    async () => {
      folder = await mkdtemp(join(tmpdir(), 'wirekeeper-faults-'));
      network = makeNetwork();
      const [natsPort = 0, ...ports] = await freePorts(4);
      const config = join(folder, 'nats.conf');
      await writeFile(config, NATS_CONFIG);
      const start = () => startNats({ port: natsPort, folder }, ['-a', '0.0.0.0', '-c', config]);
      server = await start();
      nodes = ports.map((port, index) => new FaultNode(port, natsPort, index === 2 ? network : undefined));
      await Promise.all(nodes.map((node) => node.start()));
      const [first, second, third] = nodes as [FaultNode, FaultNode, FaultNode];

      const supervisor = createSupervisor({ liveness: { pingEveryMs: 1_000, answerWithinMs: 2_000 } });
      const broker = natsBroker({ servers: server.url, pingIntervalMs: 300 });
      const cluster = await createCluster(supervisor, { broker, name: 'faults', node: 'watcher' });
      await cluster.connected({ withinMs: WITHIN_MS });
      const tea = cluster.topic('tea', { history: { messages: 100_000, ageMs: 3_600_000 } });
      let left = 0;
      tea.presence$.subscribe((change) => {
        left += change.left.length;
      });

      const said = new Said();
      const numbers = new Numbers(cluster, said);
      const clients = Array.from({ length: CLIENTS }, (_, index) => new FaultClient(index, supervisor, nodes, said));
      await Promise.all(clients.map(({ dialer }) => dialer.connected({ withinMs: WITHIN_MS })));
      await waitFor(
        () => clients.every(({ position }) => position !== undefined),
        () => 'all stand somewhere',
        WITHIN_MS,
      );
      const isPresenceRight = () => {
        const members = tea.members();
        return members.length === CLIENTS && members.every(({ connections }) => connections === 1);
      };
      const whoIsWrong = () => {
        const members = tea.members();
        const doubles = members.filter(({ connections }) => connections !== 1);
        return `presence is right: ${members.length} of ${CLIENTS}, ${doubles.length} with several connections`;
      };
      await waitFor(isPresenceRight, whoIsWrong, WITHIN_MS);

      let written = 0;
      let wroteAt = performance.now();
      let longestStallMs = 0;
      const writing = setInterval(() => {
        longestStallMs = Math.max(longestStallMs, performance.now() - wroteAt);
        wroteAt = performance.now();
        written += 1;
        clients[Math.floor(Math.random() * CLIENTS)]?.dialer.connection?.send(`${written}`);
      }, WRITE_EVERY_MS);
      const numbering = setInterval(() => void numbers.publish(), NUMBER_EVERY_MS);

      async function overload(node: FaultNode): Promise<void> {
        const ballast = cluster.topic('ballast');
        const payload = Buffer.alloc(65_536);
        const { losses } = node;
        node.signal('SIGSTOP');
        for (let bytes = 0; bytes < BALLAST_BYTES; bytes += payload.length) {
          // Our own link takes only so much at once.
          while ((await ballast.publish(payload)).result === 'down') await pause(10);
        }
        await pause(1_000);
        node.signal('SIGCONT');
        await waitFor(
          () => node.losses > losses,
          () => 'NATS has cut the node that reads too slowly',
          WITHIN_MS,
        );
      }

      const faults: readonly (readonly [name: string, run: () => Promise<void>])[] = [
        ['a node is killed', () => first.restart('SIGKILL')],
        [
          'NATS is killed',
          async () => {
            await server?.stop('SIGKILL');
            await pause(500);
            server = await start();
          },
        ],
        [
          'the network of a node is cut',
          async () => {
            network?.plug(false);
            await pause(4_000);
            network?.plug(true);
          },
        ],
        ['a node reads too slowly, and NATS cuts it', () => overload(second)],
        [
          'all nodes are restarted, one after the other',
          async () => {
            left = 0;
            longestStallMs = 0;
            for (const node of nodes) {
              await node.restart('SIGTERM');
              // As a rolling restart has it: the next one when those who were there are back.
              await waitFor(isPresenceRight, whoIsWrong, PRESENCE_WITHIN_MS);
            }
          },
        ],
        [
          'a node stands still',
          async () => {
            third.signal('SIGSTOP');
            await pause(5_000);
            third.signal('SIGCONT');
          },
        ],
        [
          'NATS stands still',
          async () => {
            server?.signal('SIGSTOP');
            await pause(1_500);
            server?.signal('SIGCONT');
          },
        ],
      ];
      const slowest = new Map<string, number>();
      const until = performance.now() + SECONDS * 1_000;
      for (let turn = 0; performance.now() < until; turn += 1) {
        const [name, run] = faults[turn % faults.length] as (typeof faults)[number];
        await run();
        const ms = await waitFor(isPresenceRight, () => `${name}: ${whoIsWrong()}`, PRESENCE_WITHIN_MS);
        // Clients that this process had dial too late have been away indeed.
        if (name.startsWith('all nodes') && longestStallMs < STALL_MS) expect(left).toBe(0);
        slowest.set(name, Math.max(slowest.get(name) ?? 0, ms));
        await pause(1_000);
      }
      clearInterval(writing);
      clearInterval(numbering);
      const times = [...slowest].map(([name, ms]) => `${name}: ${Math.round(ms)} ms`);
      process.stdout.write(`Until presence was right after a fault, at most:\n  ${times.join('\n  ')}\n`);

      const last = await tea.publish('the end');
      if (last.position === undefined) throw new Error(`the end was not taken: ${last.result}`);
      const { epoch, offset } = last.position;
      while (!(await numbers.publish())) await pause(100);
      const isBehind = ({ position, lastNumber }: FaultClient) =>
        position?.offset !== offset || lastNumber !== numbers.last;
      await waitFor(
        () => !clients.some(isBehind),
        () => `${clients.filter(isBehind).length} clients have the end`,
        WITHIN_MS,
      );
      const { frames } = await tea.since({ epoch, offset: 0, at: 0 });
      const stored = frames.map(({ data }) => data.toString());
      await supervisor.terminate();

      expect(new Set(stored).size).toBe(stored.length);
      const known = new Set(stored);
      for (const { offsets, taken, faults: wrong } of clients) {
        expect(wrong).toEqual([]);
        expect(offsets.map((each) => said.texts.get(each))).toEqual(stored);
        expect(taken.filter((text) => !known.has(text))).toEqual([]);
      }
      expect(stored.length).toBeGreaterThan(written / 10);
    },
    (SECONDS + 180) * 1_000,
  );
});
