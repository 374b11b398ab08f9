import { expect, test } from 'vitest';
import {
  type CloseReport,
  type Connection,
  createSupervisor,
  type DrainReport,
  reconnectDelayOf,
} from '../../src/index.js';
import { eventually } from '../support/eventually.js';
import { type ClientKind, type ClientLog, type ClientPlan, ManyClients } from '../support/many-clients.js';

/** How many of each kind; a `finisher` is polite, and its handler finishes by itself. */
const CROWD: Readonly<Record<ClientKind | 'finisher', number>> = {
  polite: 3_000,
  finisher: 700,
  leaver: 500,
  mute: 300,
  dropper: 250,
  quitter: 250,
};
const LATECOMERS = 60;
const NEWCOMERS = 40;

const NOT_READY_MS = 500;
const FINISH_FIRST_MS = 500;
const SPREAD_MS = 5_000;
const WITHIN_MS = 8_000;
const ADVISED_MS = 20_000;

/** Mute clients on one listener are given up after this, on the other one only at the end of the drain. */
const CLOSE_WITHIN_MS = 1_500;

/** How late the machine may be, in ms. */
const SLACK_MS = 500;

type Fate = 'clean' | 'forced' | 'finishedByThemselves';

/**
 * What became of a connection, by what its client saw; `sent` of the server decides only where a client reset TCP
 * before it could see anything.
 */
function fateBy({ path, seen, sent, end }: ClientLog, report: CloseReport): Fate {
  const ours = seen?.code === 1012 || (seen === undefined && report.sent?.code === 1012);
  if (!ours) return 'finishedByThemselves';
  if (path.startsWith('/mute')) {
    // A mute client has to be dropped by the server.
    expect(['FIN', 'ECONNRESET']).toContain(end);
    return 'forced';
  }
  return sent === undefined ? 'forced' : 'clean';
}

/** Of a finisher: ends itself some time after the drain was announced, if it is not closed before. */
async function finish(connection: Connection<unknown>): Promise<{ code: number; reason: string }> {
  const { drainSignal } = connection;
  await new Promise<void>((resolve) => {
    drainSignal.addEventListener('abort', () => {
      const timer = setTimeout(resolve, Math.random() * SPREAD_MS);
      void connection.closed.then(() => clearTimeout(timer));
    });
    void connection.closed.then(() => resolve());
  });
  return { code: 1000, reason: 'finished' };
}

/** A server with two listeners, and its reports by the path that the client requested. */
async function aServer() {
  const supervisor = createSupervisor({ liveness: false });
  const reports = new Map<string, CloseReport>();
  const paths = new Map<string, string>();
  let hasSuspended = false;
  supervisor.events$.subscribe((event) => {
    if (event.type === 'connection.opened') paths.set(event.connection.id, event.connection.request?.path ?? '');
    if (event.type === 'connection.ended') reports.set(paths.get(event.report.connectionId) ?? '', event.report);
    if (event.type === 'drain.suspended') hasSuspended = true;
  });
  const handler = (connection: Connection<unknown>) =>
    connection.request?.path.startsWith('/finisher') === true ? finish(connection) : connection.closed;
  const common = { host: '127.0.0.1', port: 0, handler };
  const listeners = await Promise.all([
    supervisor.listen<unknown>({ ...common, limits: { closeWithinMs: CLOSE_WITHIN_MS } }),
    supervisor.listen<unknown>({ ...common, limits: { closeWithinMs: 60_000 } }),
  ]);
  const ports = listeners.map((listener) => listener.address?.port ?? 0);
  return { supervisor, reports, ports, hasSuspended: () => hasSuspended };
}

function plansOf(half: 0 | 1): ClientPlan[] {
  const kinds = Object.keys(CROWD) as (keyof typeof CROWD)[];
  return kinds.flatMap((kind) =>
    Array.from({ length: CROWD[kind] }, (_, n) => ({
      kind: kind === 'finisher' ? 'polite' : kind,
      path: `/${kind}/${n}`,
    })).filter((_, n) => n % 2 === half),
  );
}

/** Holds that the closing was even: of those closed by turn, no tenth of the time saw much more than a tenth. */
function checkPace(logs: readonly ClientLog[]): void {
  const times = logs.filter(({ seen }) => seen?.code === 1012).flatMap(({ seenAt }) => seenAt ?? []);
  const from = times.reduce((a, b) => Math.min(a, b), Number.POSITIVE_INFINITY);
  const perTenth = Array.from(
    { length: 10 },
    (_, i) => times.filter((at) => at >= from + (i * SPREAD_MS) / 10 && at < from + ((i + 1) * SPREAD_MS) / 10).length,
  );
  process.stdout.write(`Close frames that clients saw in each tenth of the spread: ${perTenth.join(' ')}\n`);
  expect(Math.max(...perTenth)).toBeLessThan((2 * times.length) / 10);
  expect(times.every((at) => at <= from + SPREAD_MS + SLACK_MS)).toBe(true);
}

/** Expects the advised delays to be spread over the whole range. */
function checkAdvice(logs: readonly ClientLog[]): void {
  const delays = logs.flatMap(({ seen }) => (seen?.code === 1012 ? [reconnectDelayOf(seen.reason) ?? Number.NaN] : []));
  expect(delays.every((ms) => ms >= 0 && ms <= ADVISED_MS)).toBe(true);
  const mean = delays.reduce((a, b) => a + b, 0) / delays.length;
  expect(Math.abs(mean - ADVISED_MS / 2)).toBeLessThan(ADVISED_MS / 20);
}

/** Holds the two sides to each other, one by one, and the account to both. */
function checkAccount(
  account: DrainReport,
  logs: readonly ClientLog[],
  reports: ReadonlyMap<string, CloseReport>,
): void {
  const counts: Record<Fate, number> = { clean: 0, forced: 0, finishedByThemselves: 0 };
  expect(reports.size).toBe(logs.length);
  for (const log of logs) {
    const report = reports.get(log.path);
    if (report === undefined) throw new Error(`nothing was reported of ${log.path}`);
    const fate = fateBy(log, report);
    counts[fate] += 1;
    // What a client saw is what the server says it sent, code and reason; and the other way round.
    if (log.seen !== undefined) expect(report.sent, log.path).toEqual(log.seen);
    if (log.sent !== undefined && fate !== 'forced') expect(report.received?.code, log.path).toBe(log.sent);
    if (fate === 'clean')
      expect(report, log.path).toMatchObject({ outcome: 'closed', trigger: 'drained', code: 1012, wasClean: true });
    if (fate === 'forced') expect(report, log.path).toMatchObject({ outcome: 'failed', code: 1012, wasClean: false });
    if (fate === 'finishedByThemselves') expect(report.trigger, log.path).not.toBe('drained');
  }
  expect({ clean: account.clean, forced: account.forced, finishedByThemselves: account.finishedByThemselves }).toEqual(
    counts,
  );
}

test('a drain of 5,000 connections keeps to its time, and its account is what the clients saw, one by one', async () => {
  await using clients = await ManyClients.start();
  const server = await aServer();
  const { supervisor, reports, ports } = server;
  try {
    for (const half of [0, 1] as const) await clients.open(ports[half] ?? 0, plansOf(half));
    expect(supervisor.stats().connections.open).toBe(5_000);

    const drained = supervisor.drain({
      notReadyFirstMs: NOT_READY_MS,
      finishFirstMs: FINISH_FIRST_MS,
      spreadMs: SPREAD_MS,
      withinMs: WITHIN_MS,
      adviseReconnectMs: ADVISED_MS,
      reason: 'rolling restart',
    });
    expect(supervisor.isReady).toBe(false);
    const late = await clients.open(
      ports[0] ?? 0,
      Array.from({ length: LATECOMERS }, (_, n) => ({ kind: 'polite', path: `/late/${n}` })),
    );
    expect(late.every((answer) => answer?.status === 101)).toBe(true);
    await eventually(server.hasSuspended);
    await clients.begin(FINISH_FIRST_MS + SPREAD_MS);
    const refused = await clients.open(
      ports[1] ?? 0,
      Array.from({ length: NEWCOMERS }, (_, n) => ({ kind: 'polite', path: `/new/${n}` })),
    );
    expect(refused.every((answer) => answer?.status === 503 && Number(answer.retryAfter) >= 1)).toBe(true);

    const account = await drained;
    const logs = (await clients.logs()).filter(({ path }) => !path.startsWith('/new'));
    process.stdout.write(`the account: ${JSON.stringify(account)}\n`);
    expect(account).toMatchObject({
      outcome: 'drained',
      total: 5_000 + LATECOMERS,
      left: 0,
      refused: NEWCOMERS,
      lingering: [],
    });
    expect(account.durationMs).toBeGreaterThanOrEqual(WITHIN_MS);
    expect(account.durationMs).toBeLessThan(WITHIN_MS + SLACK_MS);
    checkAccount(account, logs, reports);
    checkPace(logs);
    checkAdvice(logs);
    // Both ways to be forced were there: the closing handshake's own deadline, and the end of the drain.
    const cuts = [...reports].filter(([path]) => path.startsWith('/mute')).map(([, { endedBy }]) => endedBy);
    expect(new Set(cuts)).toEqual(new Set(['close-deadline', 'drained']));
    expect((await supervisor.ended).outcome).toBe('stopped');
  } finally {
    await supervisor.terminate();
  }
}, 60_000);
