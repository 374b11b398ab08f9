import { systemClock } from '../../index.js';
import { logEntry } from '../../inspect/index.js';
import { activatedSocket } from '../../service/systemd/activation.js';
import { type Notifier, systemdNotifier } from '../../service/systemd/notifier.js';
import type { Log } from '../output/log.js';
import type { Terminal } from '../process/terminal.js';

/** Says to a worker that the primary has its socket from systemd. */
const ACTIVATED_VARIABLE = 'WIREKEEPER_ACTIVATED';

/** The variables of the workers of a service that has its socket from systemd, or has not. */
export const workerVariables = (fd: number | undefined): Readonly<Record<string, string>> =>
  fd === undefined ? {} : { [ACTIVATED_VARIABLE]: '1' };

/**
 * The socket that systemd has opened for the service.
 *
 * @throws {OptionError} for several.
 */
export const socketOf = ({ env, pid }: Pick<Terminal, 'env' | 'pid'>): number | undefined => activatedSocket(env, pid);

/**
 * Where the service listens unless it is said: a socket of systemd's may be reached from everywhere, so what is for
 * this machine alone is not there.
 */
export function defaultHost(terminal: Pick<Terminal, 'env' | 'pid'>, otherwise: string): string {
  const isActivated = terminal.env[ACTIVATED_VARIABLE] === '1' || socketOf(terminal) !== undefined;
  return isActivated ? '0.0.0.0' : otherwise;
}

/** What says to systemd how the service is; a failure is one line of the log. */
export function notifierOf({ env, pid }: Pick<Terminal, 'env' | 'pid'>, log: Log): Notifier {
  const onFailed = (error: Error) => {
    const text = `systemd does not hear of the service: ${error.message}`;
    log.write(logEntry('systemd.unreached', 'systemd', { text, fields: { error }, level: 'warn' }));
  };
  return systemdNotifier({ env, pid, clock: systemClock, onFailed });
}
