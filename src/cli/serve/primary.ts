import { createServer, type Server } from 'node:net';
import { createInterface } from 'node:readline';
import { createSupervisor, type Supervisor, type SupervisorReport } from '../../index.js';
import { logEntry, logEntryOf } from '../../inspect/index.js';
import type { Ready } from '../../service/pool/messages.js';
import { intensityOf, WorkerPool, WorkerStartError } from '../../service/pool/worker-pool.js';
import type { Notifier } from '../../service/systemd/notifier.js';
import { listenOn } from '../config/place.js';
import { createLog, type Log } from '../output/log.js';
import { deliberate } from '../process/deliberate.js';
import { statusOfService } from '../process/exit-status.js';
import { messageOf } from '../process/message-of.js';
import type { ForkedWorker, SignalName, Terminal } from '../process/terminal.js';
import { notifierOf, socketOf, workerVariables } from './init-system.js';
import { print } from './life.js';
import type { ServeOptions } from './serve-options.js';
import { drainOptionsOf, SPREAD_MS } from './shutdown.js';
import { HANDSHAKES_WITHIN_MS } from './worker-life.js';

/** What a worker may need beyond its drain and its last handshakes, in ms; then its process is ended. */
const EXITS_WITHIN_MS = 15_000;

/**
 * Runs the service in several processes. This one has the port, and gives each socket to a worker. It has no connection
 * of its own, and runs no code of the user's.
 *
 * SIGTERM and SIGINT drain all workers, another one terminates what is left; SIGHUP replaces the workers one after the
 * other, except at a terminal, whose end it says.
 *
 * @returns the exit status: 0 when it was stopped; that of the first worker when it has not started; 1 when the workers
 *   keep crashing.
 * @throws {OptionError} for times that do not fit together; {ListenError} when the port cannot be opened.
 */
export async function servePrimary(options: ServeOptions, workers: number, terminal: Terminal): Promise<number> {
  const { notReadyFirstMs = 0, spreadMs = SPREAD_MS, withinMs } = drainOptionsOf(options);
  const log = createLog(terminal, { ...options, wallNow: Date.now });
  const supervisor = createSupervisor({ name: 'workers', intensity: intensityOf(workers), warnWhenFailed: false });
  const endsWithinMs = (withinMs ?? notReadyFirstMs + spreadMs + 10_000) + HANDSHAKES_WITHIN_MS + EXITS_WITHIN_MS;
  const fd = socketOf(terminal);
  const notifier = notifierOf(terminal, log);
  const fork = (worker: number) => relayed(terminal.forkWorker(worker, workerVariables(fd)), log);
  const pool = new WorkerPool({ supervisor, workers, fork, endsWithinMs });
  supervisor.events$.subscribe((event) => {
    // Its stops and starts show in the workers.
    const isTrouble = event.type === 'child.restarting' || event.type === 'supervisor.escalated';
    const entry = isTrouble ? logEntryOf(event) : undefined;
    if (entry !== undefined) log.write(entry);
  });
  let isStopping = false;
  const stopping = () => {
    if (!isStopping) notifier.stopping();
    isStopping = true;
  };
  let isFaulty = false;
  const offSignal = terminal.onSignal(obey(supervisor, pool, log, terminal, notifier, stopping));
  const offUncaught = terminal.onUncaught((thrown) => {
    isFaulty = true;
    const text = `uncaught, so the service ends: ${messageOf(thrown)}`;
    log.write(logEntry('process.uncaught', 'error', { text, fields: { error: thrown }, level: 'error' }));
    void supervisor.stop();
  });
  // A socket has Node's `noDelay` from the server that accepts it, and is read by its worker.
  const server = createServer({ pauseOnConnect: true, noDelay: true }, (socket) => pool.hand(socket));
  try {
    const status = await start(server, pool, supervisor, { options, log, terminal });
    if (status !== undefined) return status;
    if (supervisor.state === 'running') notifier.ready();
    const { outcome }: Pick<SupervisorReport, 'outcome'> = await supervisor.ended;
    return isFaulty ? 1 : statusOfService({ outcome });
  } finally {
    await supervisor.stop();
    if (server.listening) server.close();
    pool.close();
    stopping();
    await notifier.close();
    await log.flushed();
    offUncaught();
    offSignal();
  }
}

interface Surroundings {
  readonly options: ServeOptions;
  readonly log: Log;
  readonly terminal: Terminal;
}

/** @returns the exit status of a worker that has not started; `undefined` when all have. */
async function start(
  server: Server,
  pool: WorkerPool,
  supervisor: Supervisor,
  { options, log, terminal }: Surroundings,
): Promise<number | undefined> {
  try {
    const ready = await pool.startFirst();
    const port = await listenOn(server, ready, socketOf(terminal));
    server.on('error', (error) =>
      log.write(logEntry('server.error', 'error', { text: error.message, fields: { error }, level: 'error' })),
    );
    await pool.startOthers();
    announce(ready, port, options, log, terminal.program);
    return undefined;
  } catch (error) {
    // A signal during the start has stopped the workers.
    if (supervisor.state !== 'running') return undefined;
    // What was wrong the worker has said itself.
    if (error instanceof WorkerStartError) return typeof error.status === 'number' ? error.status : 1;
    throw error;
  }
}

function announce(
  { host, isSecure, listeners, metrics, cluster }: Ready,
  port: number,
  options: ServeOptions,
  log: Log,
  program: string,
): void {
  const plan = { listeners, dialers: [] };
  print({ plan, place: { host, port, isSecure }, metrics, cluster }, options, log, program);
}

/** What the signals do. */
function obey(
  supervisor: Supervisor,
  pool: WorkerPool,
  log: Log,
  { stdin, now }: Terminal,
  notifier: Notifier,
  stopping: () => void,
): (signal: SignalName) => void {
  const end = deliberate(() => {
    stopping();
    void (supervisor.state === 'running' ? supervisor.stop() : supervisor.terminate());
  }, now);
  const reload = deliberate(() => {
    if (supervisor.state === 'running') void reloaded(pool, supervisor, log, notifier);
  }, now);
  return (signal) => {
    if (signal === 'SIGHUP' && stdin.isTTY !== true) reload();
    else end();
  };
}

async function reloaded(pool: WorkerPool, supervisor: Supervisor, log: Log, notifier: Notifier): Promise<void> {
  notifier.reloading();
  log.write(logEntry('service.reloading', 'reloading', { text: 'the workers, one after the other' }));
  try {
    await pool.reload();
    if (supervisor.state === 'running') log.write(logEntry('service.reloaded', 'reloaded'));
  } catch (error) {
    if (supervisor.state !== 'running') return;
    const text = `the reload has ended, the workers that are left go on: ${messageOf(error)}`;
    log.write(logEntry('service.reload-failed', 'error', { text, fields: { error }, level: 'error' }));
  } finally {
    if (supervisor.state === 'running') notifier.ready();
  }
}

/** Passes on what a worker prints, line by line, so that lines of several workers do not mix. */
function relayed(forked: ForkedWorker, log: Log): ForkedWorker {
  createInterface({ input: forked.stdout }).on('line', (line) => log.pass(line));
  createInterface({ input: forked.stderr }).on('line', (line) => log.note(line));
  return forked;
}
