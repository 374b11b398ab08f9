import type { IncomingMessage } from 'node:http';
import { createSupervisor, OptionError, type Supervisor } from '../../index.js';
import { createRecorder, type LogEntry, logEntry, logEntryOf, type Recorder } from '../../inspect/index.js';
import { LOGGED, UNMASKED } from '../../inspect/redaction/masked.js';
import { hostsOf } from '../config/host-names.js';
import { located } from '../config/located.js';
import { DEFAULT_PLACE, type Place } from '../config/place.js';
import { createLog, type Log } from '../output/log.js';
import { misdirected } from '../output/misdirected.js';
import { statusOfService } from '../process/exit-status.js';
import { stackOf } from '../process/failure.js';
import { messageOf } from '../process/message-of.js';
import type { Terminal } from '../process/terminal.js';
import type { Served } from './banner.js';
import { startCluster } from './cluster.js';
import { startDashboard } from './dashboard.js';
import { createHttpServer } from './http-server.js';
import { defaultHost } from './init-system.js';
import { startInspection } from './inspection.js';
import type { Life } from './life.js';
import { startMetrics } from './metrics.js';
import { checkShared, type Plan, planOf } from './plan.js';
import type { ServeOptions } from './serve-options.js';
import { drainOptionsOf, RESTART } from './shutdown.js';
import { startDialers, startListeners } from './start-plan.js';

/**
 * Runs one process of the service until it is asked to end, or a failure of its own ends it.
 *
 * @param lifeOf makes its life, by the log that it writes.
 * @returns the exit status: 0 when it was stopped, 1 after a failure of its supervisor or an uncaught error.
 * @throws {OptionError} for a wrong configuration or times that do not fit together, before anything listens;
 *   {ListenError} when the port cannot be opened.
 */
export async function runService(
  options: ServeOptions,
  terminal: Terminal,
  lifeOf: (log: Log) => Life,
): Promise<number> {
  const drain = drainOptionsOf(options);
  const plan = await planOf(options);
  if (terminal.primary !== undefined) checkShared(plan);
  const { limits, liveness } = plan.settings;
  const recorder = createRecorder();
  const supervisor = await located(plan.file, '', () =>
    createSupervisor({ ...plan.supervisor, name: 'service', limits, liveness, recorder }),
  );
  const log = createLog(terminal, { ...options, worker: terminal.primary?.worker, wallNow: Date.now });
  const life = lifeOf(log);
  const release = life.obey(supervisor, drain);
  let isFaulty = false;
  // The state of the process is unknown, but its clients should still get a Close.
  const offUncaught = terminal.onUncaught((thrown) => {
    isFaulty = true;
    const text = `uncaught, so the service ends: ${messageOf(thrown)}`;
    log.write(
      logEntry('process.uncaught', 'error', {
        text,
        fields: { error: thrown, stack: stackOf(thrown) },
        level: 'error',
      }),
    );
    if (supervisor.state === 'running') void supervisor.drain(drain);
  });
  try {
    await run({ supervisor, recorder, plan, options, log, life, terminal });
  } catch (error) {
    // A signal during the start has stopped the supervisor, which made the start fail.
    if (supervisor.state === 'running') throw error;
  } finally {
    await supervisor.stop(RESTART);
    await log.flushed();
    offUncaught();
    await release();
  }
  return isFaulty ? 1 : statusOfService(await supervisor.ended);
}

/** Starts everything, and resolves when the supervisor has ended. */
async function run({ supervisor, recorder, plan, options, log, life, terminal }: Service): Promise<void> {
  const { file, settings, tls } = plan;
  const wanted: Place = {
    host: options.host ?? settings.host ?? defaultHost(terminal, DEFAULT_PLACE.host),
    port: options.port ?? settings.port ?? DEFAULT_PLACE.port,
  };
  const hosts = hostsOf(wanted.host, options.hostNames ?? settings.hostNames ?? []);
  const cluster = await startCluster(supervisor, plan, options, life.worker, log);
  const dashboard = await located(file, 'dashboard', () =>
    startDashboard(supervisor, recorder, options, settings, wanted.host, log, cluster?.cluster),
  );
  const routes = await startListeners(supervisor, plan, hosts, cluster);
  let letDial = (): void => {};
  const mayDial = new Promise<void>((resolve) => {
    letDial = resolve;
  });
  await startDialers(supervisor, plan, mayDial, log);
  await setUp(supervisor, plan);
  const masking = options.showSecrets === true ? UNMASKED : LOGGED;
  const metrics = await startMetrics(supervisor, options, settings, wanted.host, undefined, life.gather);
  if (metrics !== undefined) life.answer?.(() => metrics.measure());
  const onMisdirected = (request: IncomingMessage) => log.write(misdirected(request, masking));
  const server = createHttpServer({
    supervisor,
    routes,
    hosts,
    dashboard,
    metrics,
    tls,
    cluster: cluster?.cluster,
    onMisdirected,
  });
  const inspection = options.inspect && (await startInspection(supervisor, options.inspect, terminal.env));
  try {
    const place: Served = { ...wanted, port: await life.open(server, wanted), isSecure: tls !== undefined };
    server.on('error', (error) =>
      log.write(logEntry('server.error', 'error', { text: error.message, fields: { error }, level: 'error' })),
    );
    const pages = { dashboard: dashboard && `${dashboard.path}/`, metrics: metrics?.path };
    life.announce({ plan, place, cluster: cluster?.described, ...pages });
    if (inspection !== undefined)
      log.write(
        logEntry('inspection.listening', 'inspect', { text: inspection.hint, fields: { url: inspection.url } }),
      );
    supervisor.events$.subscribe((event) => {
      const worth = logEntryOf(event, masking);
      if (worth !== undefined) log.write(withHint(worth));
    });
    letDial();
    await supervisor.ended;
  } finally {
    await inspection?.server.stop();
    await dashboard?.close();
    metrics?.close();
    await life.close(server);
  }
}

/** What another signal would do now. */
const HINTS: Readonly<Record<string, string>> = {
  'supervisor.stopping': '; another signal drops it',
  'drain.started': '; another signal drops them',
};

const withHint = (entry: LogEntry): LogEntry => ({ ...entry, text: entry.text + (HINTS[entry.event] ?? '') });

/** What runs, and what it runs with. */
interface Service {
  readonly supervisor: Supervisor;
  readonly recorder: Recorder;
  readonly plan: Plan;
  readonly options: ServeOptions;
  readonly log: Log;
  readonly life: Life;
  readonly terminal: Pick<Terminal, 'env' | 'pid'>;
}

/**
 * Lets the user's module prepare what it needs.
 *
 * @throws {OptionError} with what it has thrown as `cause`.
 */
async function setUp(supervisor: Supervisor, { file, setup }: Plan): Promise<void> {
  try {
    await setup?.(supervisor);
  } catch (cause) {
    throw new OptionError(`${file}: setup has failed: ${messageOf(cause)}`, { cause });
  }
}
