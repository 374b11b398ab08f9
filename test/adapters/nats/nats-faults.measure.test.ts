/**
 * Three nodes and NATS, each a process, that are killed, stopped, and restarted while clients write: what docs/cluster.md
 * promises of topics with history, seen from the clients' side. `WIREKEEPER_FAULT_SECONDS=600` goes on for longer.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { natsBroker } from '../../../src/adapters/nats/nats-broker.js';
import { createCluster, type TopicReader, topicPosition } from '../../../src/cluster/index.js';
import { createSupervisor, type Dialer } from '../../../src/index.js';
import { isNatsMissing, type NatsServer, sayIfNatsIsMissing, startNats } from '../../cluster/a-nats-server.js';
import { freePorts } from '../../foreign/program.js';
import { eventually } from '../../support/eventually.js';

sayIfNatsIsMissing();

const SECONDS = Number(process.env['WIREKEEPER_FAULT_SECONDS'] ?? 15);
const CLIENTS = 24;
const WRITE_EVERY_MS = 500;
const WITHIN_MS = 30_000;

interface Client {
  readonly reader: TopicReader;
  readonly read: { readonly offset: number; readonly text: string }[];
  readonly taken: string[];
  readonly faults: string[];
  dialer?: Dialer;
}

let processes: ChildProcess[] = [];
let server: NatsServer | undefined;
let folder: string;

afterEach(async () => {
  const gone = processes.filter(({ exitCode, signalCode }) => exitCode === null && signalCode === null);
  await Promise.all(gone.map(async (child) => [child.kill('SIGKILL'), await once(child, 'exit')]));
  processes = [];
  await server?.stop();
  await rm(folder, { recursive: true, force: true });
});

async function startNode(port: number, url: string): Promise<ChildProcess> {
  const child = fork(fileURLToPath(new URL('cluster-node.mjs', import.meta.url)), [String(port), url], {
    execArgv: [],
  });
  processes.push(child);
  await once(child, 'message');
  return child;
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
}

describe.skipIf(isNatsMissing)('under faults', () => {
  test(
    `${CLIENTS} clients have every message once, in one order, whatever is killed for ${SECONDS} s`,
    async () => {
      folder = await mkdtemp(join(tmpdir(), 'wirekeeper-faults-'));
      const [natsPort = 0, ...ports] = await freePorts(4);
      server = await startNats({ port: natsPort, folder });
      const { url } = server;
      const nodes = await Promise.all(ports.map((port) => startNode(port, url)));
      const supervisor = createSupervisor({ liveness: { pingEveryMs: 1_000, answerWithinMs: 2_000 } });
      const clients = Array.from({ length: CLIENTS }, (_, index) => aClient(index));

      function aClient(index: number): Client {
        const client: Client = { reader: topicPosition(), read: [], taken: [], faults: [] };
        let attempts = index;
        client.dialer = supervisor.dial({
          url: () => `ws://127.0.0.1:${ports[attempts++ % ports.length]}/?since=${String(client.reader)}`,
          restart: 'permanent',
          retry: () => 'retry',
          backoff: { initialMs: 50, maxMs: 500, firstWithinMs: 200 },
          limits: { openWithinMs: 2_000 },
          handler: async (connection) => {
            for await (const frame of connection) {
              const text = frame.text();
              if (text.startsWith('!')) client.taken.push(text.slice(1));
              const read = client.reader.read(frame);
              if (read?.type === 'message')
                client.read.push({ offset: client.reader.position?.offset ?? 0, text: read.frame.data.toString() });
              else if (read?.isComplete === false) client.faults.push('was said to miss something');
              else if (read === undefined && !text.startsWith('!')) client.faults.push(`got ${text} twice`);
            }
            return connection.closed;
          },
        });
        return client;
      }

      await Promise.all(clients.map(async ({ dialer }) => await dialer?.connected({ withinMs: WITHIN_MS })));
      await eventually(
        () => clients.every(({ reader }) => reader.position !== undefined),
        'all stand somewhere',
        WITHIN_MS,
      );

      let isWriting = true;
      let written = 0;
      const writing = (async () => {
        while (isWriting) {
          for (const [index, { dialer }] of clients.entries()) {
            written += 1;
            dialer?.connection?.send(`${index}-${written}`);
          }
          await pause(WRITE_EVERY_MS);
        }
      })();

      const faults: (() => Promise<void>)[] = [
        async () => {
          await end(nodes[0] as ChildProcess, 'SIGKILL');
          nodes[0] = await startNode(ports[0] as number, url);
        },
        async () => {
          await server?.stop('SIGKILL');
          await pause(500);
          server = await startNats({ port: natsPort, folder });
        },
        async () => {
          nodes[1]?.kill('SIGSTOP');
          await pause(5_000);
          nodes[1]?.kill('SIGCONT');
        },
        async () => {
          server?.signal('SIGSTOP');
          await pause(1_500);
          server?.signal('SIGCONT');
        },
        async () => {
          await end(nodes[2] as ChildProcess, 'SIGTERM');
          nodes[2] = await startNode(ports[2] as number, url);
        },
      ];
      const until = performance.now() + SECONDS * 1_000;
      for (let turn = 0; performance.now() < until; turn += 1) {
        await faults[turn % faults.length]?.();
        await pause(1_000);
      }
      isWriting = false;
      await writing;

      const cluster = await createCluster(supervisor, { broker: natsBroker({ servers: url }), name: 'faults' });
      await cluster.connected({ withinMs: WITHIN_MS });
      const topic = cluster.topic('tea', { history: { messages: 100_000, ageMs: 600_000 } });
      const last = await topic.publish('the end');
      if (last.position === undefined) throw new Error(`the end was not taken: ${last.result}`);
      const { epoch, offset } = last.position;
      await eventually(
        () => clients.every(({ reader }) => reader.position?.offset === offset),
        'all have the end',
        WITHIN_MS,
      );
      const { frames } = await topic.since({ epoch, offset: 0, at: 0 });
      const stored = frames.map(({ data }) => data.toString());
      await supervisor.terminate();

      expect(new Set(stored).size).toBe(stored.length);
      const known = new Set(stored);
      for (const { read, taken, faults: wrong } of clients) {
        const texts = read.map(({ text }) => text);
        expect(wrong).toEqual([]);
        expect(texts).toEqual(stored.slice(stored.length - texts.length));
        expect(taken.filter((text) => !known.has(text))).toEqual([]);
      }
      const fewest = Math.min(...clients.map(({ read }) => read.length));
      expect(fewest).toBe(stored.length);
      expect(stored.length).toBeGreaterThan(written / 10);
    },
    (SECONDS + 120) * 1_000,
  );
});
