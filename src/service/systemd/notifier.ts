import { spawn } from 'node:child_process';
import type { Clock } from '../../supervisor/api/clock.js';

/** Says to systemd how the service is (sd_notify(3)). */
export interface Notifier {
  /** Clients may come; after a reload, too. */
  ready(): void;
  /** A reload has begun; `ready` says that it is over. */
  reloading(): void;
  stopping(): void;
  /** Ends the watchdog's messages, and resolves when all messages have been sent, or cannot be. */
  close(): Promise<void>;
}

/** What a notifier needs. */
export interface NotifierOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly pid: number;
  readonly clock: Pick<Clock, 'setTimeout' | 'clearTimeout'>;
  /** The program that sends the messages, as systemd brings it. Default `systemd-notify`. */
  readonly command?: string;
  /** Called the first time that a message could not be sent. */
  readonly onFailed: (error: Error) => void;
}

/** Nobody asks. */
const SILENT: Notifier = { ready() {}, reloading() {}, stopping() {}, close: async () => {} };

/**
 * Makes a notifier; it does nothing where systemd does not ask. Node.js has no datagram sockets of Unix, so each
 * message is sent by a process of `systemd-notify`, and the unit needs `NotifyAccess=all`. With a watchdog one is
 * started in each half of its time.
 */
export function systemdNotifier({ env, pid, clock, command = 'systemd-notify', onFailed }: NotifierOptions): Notifier {
  if (env['NOTIFY_SOCKET'] === undefined || env['NOTIFY_SOCKET'] === '') return SILENT;
  let sent: Promise<void> = Promise.resolve();
  let hasFailed = false;
  let timer: unknown;
  // One after the other: READY=1 must not overtake RELOADING=1.
  const send = (...assignments: string[]) => {
    sent = sent
      .then(() => run(command, assignments))
      .catch((error: unknown) => {
        if (!hasFailed) onFailed(error as Error);
        hasFailed = true;
      });
  };
  const everyMs = watchdogMs(env, pid);
  const watch = () => {
    send('WATCHDOG=1');
    timer = clock.setTimeout(watch, everyMs ?? 0);
  };
  return {
    ready() {
      send('READY=1', `MAINPID=${pid}`);
      if (everyMs !== undefined && timer === undefined) watch();
    },
    // systemd compares this with its own time of CLOCK_MONOTONIC, which hrtime is.
    reloading: () => send('RELOADING=1', `MONOTONIC_USEC=${process.hrtime.bigint() / 1000n}`),
    stopping: () => send('STOPPING=1'),
    async close() {
      clock.clearTimeout(timer);
      await sent;
    },
  };
}

/** How often the watchdog wants to hear, in ms: twice in its time. `undefined` if there is none for this process. */
function watchdogMs({ WATCHDOG_USEC: usec = '', WATCHDOG_PID: forPid }: NotifierOptions['env'], pid: number) {
  const ms = Number(usec) / 2000;
  const isOurs = forPid === undefined || Number(forPid) === pid;
  return isOurs && ms > 0 ? ms : undefined;
}

/** How long one message may take, in ms. */
const SENT_WITHIN_MS = 5000;

function run(command: string, assignments: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const sender = spawn(command, assignments, { stdio: 'ignore', timeout: SENT_WITHIN_MS });
    sender.on('error', reject);
    sender.on('exit', (status, signal) => {
      if (status === 0) resolve();
      else reject(new Error(`${command} has exited with ${signal ?? `status ${status}`}`));
    });
  });
}
