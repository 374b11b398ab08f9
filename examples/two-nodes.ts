/**
 * A room on two nodes, without containers: this program starts one `nats-server`, and itself twice as a node. A client
 * talks to the first node while another one listens at the second. Then the second node is killed with `SIGKILL`, and
 * its client dials the first one: it gets what it has missed, each message once and in order.
 *
 * Run it with `npm run example -- two-nodes`. It needs a `nats-server` on the PATH, from 2.9 on; `two-nodes node <port>
 * <nats>` is one node.
 */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect as connectSocket, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { connect, createSupervisor, type Dialer, type Supervisor } from 'wirekeeper';
import { createCluster, parsePosition, topicPosition } from 'wirekeeper/cluster';
import { natsBroker } from 'wirekeeper/nats';

/** Starts a node: whoever connects is brought up to date, and what he says reaches the room on all nodes. */
export async function startNode(port: number, nats: string): Promise<Supervisor> {
  const supervisor = createSupervisor({ name: `node-${port}` });
  const cluster = await createCluster(supervisor, { broker: natsBroker({ servers: nats }), name: 'two-nodes' });
  await cluster.connected({ withinMs: 10_000 });
  await supervisor.listen({
    port,
    host: '127.0.0.1',
    path: '/rooms/:room',
    handler: async (connection) => {
      const { params, query } = connection.request;
      const room = cluster.topic(params.room, { history: { messages: 1_000, ageMs: 600_000 } });
      await room.resume(connection, parsePosition(query.get('since')), { envelope: true });
      for await (const frame of connection) {
        const { result } = await room.publish(frame);
        if (result !== 'taken') return { code: 1013, reason: `the message was ${result}` };
      }
      return undefined;
    },
  });
  return supervisor;
}

/**
 * A client that comes back, to the node that answers, and goes on where it was.
 *
 * @param joined called each time that a node has brought it up to date.
 */
export function listenIn(
  supervisor: Supervisor,
  ports: readonly number[],
  said: (text: string) => void,
  joined: () => void,
): Dialer {
  const reader = topicPosition();
  let attempts = 0;
  return supervisor.dial({
    url: () => {
      const port = ports[attempts % ports.length];
      attempts += 1;
      return `ws://127.0.0.1:${port}/rooms/tea?since=${encodeURIComponent(String(reader))}`;
    },
    backoff: { initialMs: 100, firstWithinMs: 100 },
    handler: async (connection) => {
      for await (const frame of connection) {
        const read = reader.read(frame);
        if (read?.type === 'message') said(read.frame.data.toString());
        if (read?.type !== 'position') continue;
        joined();
        if (!read.isComplete) said('(something was missed)');
      }
    },
  });
}

/** A `nats-server` with JetStream, and two nodes in processes of their own. */
export interface Fleet extends AsyncDisposable {
  readonly ports: readonly [number, number];
  /** Kills a node. */
  kill(node: 0 | 1): Promise<void>;
}

/** @param program this program, compiled. */
export async function startFleet(program: string): Promise<Fleet> {
  const folder = await mkdtemp(join(tmpdir(), 'two-nodes-'));
  const [natsPort, ...ports] = [await freePort(), await freePort(), await freePort()] as const;
  const nats = spawn('nats-server', ['-a', '127.0.0.1', '-p', String(natsPort), '-js', '-sd', folder], {
    stdio: 'ignore',
  });
  const processes: ChildProcess[] = [nats];
  const end = async (process: ChildProcess) => {
    if (process.exitCode !== null || process.signalCode !== null || process.pid === undefined) return;
    const exited = once(process, 'exit');
    process.kill('SIGKILL');
    await exited;
  };
  const close = async () => {
    for (const process of processes.toReversed()) await end(process);
    await rm(folder, { recursive: true, force: true });
  };
  try {
    await Promise.race([accepting(natsPort), failed(nats)]);
    const nodes = ports.map((port) => fork(program, ['node', String(port), `127.0.0.1:${natsPort}`]));
    processes.push(...nodes);
    await Promise.all(nodes.map((node) => Promise.race([once(node, 'message'), failed(node)])));
    return {
      ports,
      kill: async (node) => {
        const process = nodes[node];
        if (process !== undefined) await end(process);
      },
      [Symbol.asyncDispose]: close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await once(server.close(), 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}

/** Resolves when somebody accepts connections on a port. */
async function accepting(port: number): Promise<void> {
  for (;;) {
    const socket = connectSocket(port, '127.0.0.1');
    try {
      await once(socket, 'connect');
      return;
    } catch {
      // Not yet: it is tried again.
    } finally {
      socket.destroy();
    }
  }
}

/** Rejects when a process could not be started, or has ended. */
async function failed(process: ChildProcess): Promise<never> {
  const [code] = await once(process, 'exit');
  throw new Error(`${process.spawnfile} has ended with ${String(code)}`);
}

/** Talks through both nodes, kills one, and returns what the listener has heard. */
export async function play({ ports, kill }: Pick<Fleet, 'ports' | 'kill'>, log: (line: string) => void) {
  const heard: string[] = [];
  await using clients = createSupervisor({ name: 'clients' });
  let isThere = false;
  const said = (text: string) => {
    heard.push(text);
    log(`heard: ${text}`);
  };
  listenIn(clients, [ports[1], ports[0]], said, () => {
    isThere = true;
  });
  // What is said before it is in the room is not for it.
  while (!isThere) await pause(10);
  const speaker = await connect(`ws://127.0.0.1:${ports[0]}/rooms/tea`, { supervisor: clients });
  speaker.discardFrames();
  for (let number = 1; number <= 10; number += 1) {
    if (number === 4) {
      log('node 2 is killed');
      await kill(1);
    }
    speaker.send(`message ${number}`);
    // Some are said while nobody serves the listener.
    if (number === 3) while (heard.length < 3) await pause(10);
  }
  while (heard.length < 10) await pause(10);
  return heard;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [role, port, nats] = process.argv.slice(2);
  if (role === 'node' && port !== undefined && nats !== undefined) {
    await startNode(Number(port), nats);
    process.send?.('ready');
    // The one that has started it is gone.
    process.on('disconnect', () => process.exit());
  } else {
    await using fleet = await startFleet(process.argv[1]);
    console.log(`two nodes are up, on the ports ${fleet.ports.join(' and ')}`);
    await play(fleet, console.log);
  }
}
