import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { type CloseReport, type Connection, createSupervisor, type Handler } from '../../src/index.js';

/** `.ci/run` asks for a minute; a run by hand is short. */
const SECONDS = Number(process.env['WIREKEEPER_CRASH_SECONDS'] ?? 10);
const BYSTANDERS = 200;
const CRASHING_AT_ONCE = 40;

/** The code of a handler that closes before it crashes. */
const CLOSED_BEFORE = 4001;

/** What a client process says at the end. */
interface Seen {
  readonly echoes: number;
  readonly crashes: number;
  readonly faults: readonly string[];
  readonly faultCount: number;
}

/** The ways to crash. Each throws the given value. */
const WAYS: Readonly<
  Record<string, (connection: Connection<unknown>, error: unknown) => ReturnType<Handler<unknown>>>
> = {
  sync: (_connection, error) => {
    throw error;
  },
  async: async (_connection, error) => {
    await turn();
    throw error;
  },
  'in-loop': async (connection, error) => {
    for await (const frame of connection) if (connection.send(frame) === 'taken') throw error;
  },
  subscriber: (connection, error) => {
    connection.frames$.subscribe(() => {
      throw error;
    });
    return connection.closed;
  },
  'waiting-send': async (connection, error) => {
    await connection.sendAndWait('about to crash');
    throw error;
  },
  // The verdict stands, and the crash is kept beside it.
  closing: async (connection, error) => {
    await connection.receive();
    connection.close(CLOSED_BEFORE, 'before it crashed');
    throw error;
  },
  // The report is out by then.
  'after-end': async (connection, error) => {
    await connection.closed;
    throw error;
  },
};

/** How a connection ends whose handler crashes this way: by the crash, unless its end had begun before. */
function expectedOf(way: string): Pick<CloseReport, 'trigger' | 'code'> {
  if (way === 'closing') return { trigger: 'close-called', code: CLOSED_BEFORE };
  if (way === 'after-end') return { trigger: 'peer-closed', code: 1000 };
  return { trigger: 'handler-threw', code: 1011 };
}

/** A crash that is to be reported. */
interface Crash {
  readonly way: string;
  readonly error: unknown;
}

/** What is wrong with a report, given the error that its connection's handler threw, if any. */
function faultIn(report: CloseReport, crash: Crash | undefined, isOver: boolean): string | undefined {
  const { trigger, code, handlerError } = report;
  if (crash === undefined)
    return isOver && trigger === 'peer-closed' ? undefined : `it ended although nothing was thrown: ${trigger}`;
  const { way, error } = crash;
  const expected = expectedOf(way);
  if (trigger !== expected.trigger || code !== expected.code) return `${way}: ${trigger} ${code}`;
  if (handlerError !== (way === 'after-end' ? undefined : error))
    return `${way}: the report has ${String(handlerError)}, thrown was ${String(error)}`;
  if (trigger !== 'handler-threw') return undefined;
  const cause = error instanceof Error ? report.cause : report.cause?.cause;
  return cause === error ? undefined : `${way}: its cause is ${String(cause)}, thrown was ${String(error)}`;
}

/** A server whose handlers crash on request, and the faults that it found. */
async function aServer() {
  const supervisor = createSupervisor();
  /** What each connection's handler threw, until that was reported. */
  const unreported = new Map<string, Crash>();
  const counts: Record<string, number> = {};
  const faults: string[] = [];
  let crashes = 0;
  let isOver = false;

  const countReported = (connectionId: string, { way }: Crash, by: string): void => {
    unreported.delete(connectionId);
    counts[`${way} by ${by}`] = (counts[`${way} by ${by}`] ?? 0) + 1;
  };

  supervisor.events$.subscribe((event) => {
    if (event.type === 'connection.ended') {
      const { connectionId, trigger } = event.report;
      const crash = unreported.get(connectionId);
      const fault = faultIn(event.report, crash, isOver);
      if (fault !== undefined) faults.push(`${connectionId}: ${fault}`);
      if (crash !== undefined && crash.way !== 'after-end') countReported(connectionId, crash, trigger);
    }
    if (event.type === 'handler.finished') {
      const crash = unreported.get(event.connectionId);
      if (crash?.way !== 'after-end' || event.error !== crash.error)
        faults.push(`${event.connectionId}: its handler ended late with ${String(event.error)}`);
      else countReported(event.connectionId, crash, event.type);
    }
    if (event.type === 'observer.threw' || event.type === 'handler.lingering') faults.push(event.type);
  });

  const listener = await supervisor.listen<unknown>({
    port: 0,
    host: '127.0.0.1',
    handler: (connection) => {
      const [, kind, way = ''] = connection.request.path.split('/');
      if (kind !== 'crash') return echo(connection);
      crashes += 1;
      // Now and then it is no Error at all.
      const error = crashes % 7 === 0 ? `crash ${crashes}` : new Error(`crash ${crashes}`);
      unreported.set(connection.id, { way, error });
      return WAYS[way]?.(connection, error);
    },
  });

  return {
    supervisor,
    faults,
    counts,
    unreported,
    port: listener.address?.port ?? 0,
    crashes: () => crashes,
    over: () => {
      isOver = true;
    },
  };
}

async function echo(connection: Connection<unknown>): Promise<void> {
  for await (const frame of connection) connection.send(frame);
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

test(
  `handlers that crash at random for ${SECONDS} s touch no other connection, and every crash is one report with its cause`,
  async () => {
    const server = await aServer();
    const { supervisor } = server;
    const seed = 1 + Math.floor(Math.random() * 1_000_000);
    process.stdout.write(`handler crashes: seed ${seed}\n`);
    const args = [server.port, seed, BYSTANDERS, CRASHING_AT_ONCE, Object.keys(WAYS).join(',')].map(String);
    const clients = fork(fileURLToPath(new URL('../support/crash-clients.mjs', import.meta.url)), args, {
      execArgv: [],
    });
    try {
      await expect
        .poll(() => supervisor.stats().connections.open, { timeout: 10_000 })
        .toBeGreaterThanOrEqual(BYSTANDERS);
      await wait(SECONDS * 1_000);
      server.over();
      const answered = once(clients, 'message');
      clients.send({});
      const [seen] = (await answered) as [Seen];
      await expect.poll(() => supervisor.connections.size).toBe(0);
      process.stdout.write(
        `${seen.crashes} crashes beside ${seen.echoes} echoes to ${BYSTANDERS} bystanders: ${JSON.stringify(server.counts)}\n`,
      );
      expect(seen.faults, `${seen.faultCount} faults seen by clients`).toEqual([]);
      expect(server.faults).toEqual([]);
      await expect.poll(() => [...server.unreported.keys()]).toEqual([]);
      expect(server.crashes()).toBe(seen.crashes);
      expect(Object.values(server.counts).reduce((a, b) => a + b, 0)).toBe(seen.crashes);
      // It was a load: for each second and bystander there were messages, and crashes all the time.
      expect(seen.echoes).toBeGreaterThan(BYSTANDERS * SECONDS);
      expect(seen.crashes).toBeGreaterThan(50 * SECONDS);
      expect(supervisor.stats()).toMatchObject({ endedTotal: seen.crashes + BYSTANDERS, lingeringHandlers: 0 });
    } finally {
      await stopped(clients);
      await supervisor.stop();
    }
  },
  (SECONDS + 40) * 1_000,
);
