import { createSupervisor, type Supervisor } from '../../index.js';
import { createRecorder, type LogEntry, logEntry, logEntryOf, type Recorder } from '../../inspect/index.js';
import { LOGGED, UNMASKED } from '../../inspect/redaction/masked.js';
import { dialerHandler, listenerHandler } from '../config/behaviours.js';
import { type Config, DEFAULT_CONFIG, type DialerConfig, type ListenerConfig } from '../config/config.js';
import { hostsOf } from '../config/host-names.js';
import type { InspectPlace } from '../config/inspect-place.js';
import { located } from '../config/located.js';
import { authorityOf, DEFAULT_PLACE, listenOn, type Place, stopListening } from '../config/place.js';
import { readConfig } from '../config/read-config.js';
import { createLog, type Log } from '../output/log.js';
import { misdirected } from '../output/misdirected.js';
import { deliberate } from '../process/deliberate.js';
import { statusOfService } from '../process/exit-status.js';
import { stackOf } from '../process/failure.js';
import { messageOf } from '../process/message-of.js';
import type { Terminal } from '../process/terminal.js';
import { banner, type Pages, urlsOf } from './banner.js';
import { type ServeDashboardOptions, startDashboard } from './dashboard.js';
import { createHttpServer, type Route } from './http-server.js';
import { startInspection } from './inspection.js';
import { METRICS_TOKEN_VARIABLE, type ServeMetricsOptions, startMetrics } from './metrics.js';
import { drainOptionsOf, RESTART, type ShutdownOptions, shutdownOf } from './shutdown.js';

/** The options of `wirekeeper serve`. */
export interface ServeOptions extends ShutdownOptions, ServeDashboardOptions, ServeMetricsOptions {
  /** A configuration file; without one, the default listeners. */
  readonly config?: string | undefined;
  /** Overrides the configuration's. */
  readonly port?: number | undefined;
  /** Overrides the configuration's. */
  readonly host?: string | undefined;
  /** Hosts that requests may name, beside those of loopback; `*` for any. Overrides the configuration's. */
  readonly hostNames?: readonly string[] | undefined;
  /** Where the service is inspected. Default: it is not. */
  readonly inspect?: InspectPlace | undefined;
  readonly json: boolean;
  readonly quiet: boolean;
  /** Whether URLs and errors are shown as they are. Default false. */
  readonly showSecrets?: boolean;
}

/**
 * Runs the service until a signal or a failure of its own ends it. The first signal drains it, another one terminates
 * the connections that are still open.
 *
 * @returns the exit status: 0 when it was stopped, 1 after a failure of its supervisor or an uncaught error.
 * @throws {OptionError} for a wrong configuration or times that do not fit together, before anything listens;
 *   {ListenError} when the port cannot be opened.
 */
export async function serve(given: ServeOptions, terminal: Terminal): Promise<number> {
  const options = { ...tokensFrom(terminal), ...given };
  const drain = drainOptionsOf(options);
  const config = options.config === undefined ? DEFAULT_CONFIG : await readConfig(options.config);
  const { limits, liveness } = config;
  const recorder = createRecorder();
  const supervisor = await located(options.config, '', () =>
    createSupervisor({ name: 'service', limits, liveness, recorder }),
  );
  const log = createLog(terminal, { ...options, wallNow: Date.now });
  const offSignal = terminal.onSignal(deliberate(shutdownOf(supervisor, drain), terminal.now));
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
    await run({ supervisor, recorder, config, options, log, terminal });
  } catch (error) {
    // A signal during the start has stopped the supervisor, which made the start fail.
    if (supervisor.state === 'running') throw error;
  } finally {
    await supervisor.stop(RESTART);
    await log.flushed();
    offUncaught();
    offSignal();
  }
  return isFaulty ? 1 : statusOfService(await supervisor.ended);
}

/** Tokens on the command line would show in the list of processes. */
const tokensFrom = ({ env }: Terminal) => ({
  dashboardToken: env['WIREKEEPER_DASHBOARD_TOKEN'],
  metricsToken: env[METRICS_TOKEN_VARIABLE],
});

/** Starts everything, and resolves when the supervisor has ended. */
async function run({ supervisor, recorder, config, options, log, terminal }: Service): Promise<void> {
  const { program, env } = terminal;
  const wanted: Place = {
    host: options.host ?? config.host ?? DEFAULT_PLACE.host,
    port: options.port ?? config.port ?? DEFAULT_PLACE.port,
  };
  const hosts = hostsOf(wanted.host, options.hostNames ?? config.hostNames ?? []);
  const dashboard = await located(options.config, 'dashboard', () =>
    startDashboard(supervisor, recorder, options, config, wanted.host, log),
  );
  const routes: Route[] = [];
  for (const [i, listener] of config.listeners.entries()) {
    routes.push(
      await located(options.config, `listeners[${i}]`, () =>
        startListener(supervisor, listener, hosts, config.trustProxy),
      ),
    );
  }
  // Dialers are checked now and dial once the port is open: a service that cannot start connects to nobody.
  let letDial = (): void => {};
  const mayDial = new Promise<void>((resolve) => {
    letDial = resolve;
  });
  for (const [i, dialer] of config.dialers.entries()) {
    await located(options.config, `dialers[${i}]`, () => startDialer(supervisor, dialer, mayDial, log));
  }
  const masking = options.showSecrets === true ? UNMASKED : LOGGED;
  const metrics = await startMetrics(supervisor, options, config, wanted.host);
  const server = createHttpServer(supervisor, routes, hosts, dashboard, metrics, (request) =>
    log.write(misdirected(request, masking)),
  );
  const inspection = options.inspect && (await startInspection(supervisor, options.inspect, env));
  try {
    const place: Place = { ...wanted, port: await listenOn(server, wanted) };
    server.on('error', (error) =>
      log.write(logEntry('server.error', 'error', { text: error.message, fields: { error }, level: 'error' })),
    );
    announce(
      config,
      place,
      { dashboard: dashboard && `${dashboard.path}/`, metrics: metrics?.path },
      options,
      log,
      program,
    );
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
    if (server.listening) await stopListening(server);
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
  readonly config: Config;
  readonly options: ServeOptions;
  readonly log: Log;
  readonly terminal: Pick<Terminal, 'program' | 'env'>;
}

async function startListener(
  supervisor: Supervisor,
  { behaviour, ...settings }: ListenerConfig,
  hosts: readonly string[] | undefined,
  trustProxy: Config['trustProxy'],
): Promise<Route> {
  const listener = await supervisor.listen<unknown>({
    ...settings,
    hosts,
    trustProxy,
    handler: listenerHandler(behaviour),
  });
  return { listener, paths: typeof settings.path === 'string' ? [settings.path] : settings.path };
}

function startDialer(
  supervisor: Supervisor,
  { behaviour, url, ...settings }: DialerConfig,
  mayDial: Promise<void>,
  log: Log,
): void {
  const dialer = supervisor.dial({
    ...settings,
    url: () => mayDial.then(() => url),
    handler: dialerHandler(behaviour, ({ data, isBinary }) => {
      const content = isBinary ? `base64:${data.toString('base64')}` : data.toString();
      const fields = { childId: dialer.id, ...(isBinary ? { base64: data.toString('base64') } : { text: content }) };
      log.write(logEntry('frame', 'frame', { about: dialer.id, text: content, fields, isData: true }));
    }),
  });
}

function announce(
  config: Config,
  place: Place,
  paths: Pages,
  { json, quiet }: ServeOptions,
  log: Log,
  program: string,
): void {
  const http = `http://${authorityOf(place)}`;
  const [dashboard, metrics] = [paths.dashboard, paths.metrics].map((path) => path && `${http}${path}`);
  const urls = config.listeners.flatMap((listener) => urlsOf(listener, place));
  if (json) log.write(logEntry('service.listening', 'listening', { fields: { http, urls, dashboard, metrics } }));
  else if (!quiet) log.print(banner(config, place, program, { dashboard, metrics }));
}
