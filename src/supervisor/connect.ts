import { EndedError } from '../transport/errors.js';
import { explain } from '../transport/explain.js';
import type { Connection } from './api/connection.js';
import type { ConnectOptions } from './api/dial-options.js';
import type { Dialer } from './api/dialer.js';
import type { Supervisor } from './api/supervisor.js';
import { createSupervisor } from './create-supervisor.js';
import { readByCaller } from './dialer/dialer-frames.js';
import { resolveAttempt } from './dialer/resolve-dial.js';
import { checkMethods, checkSignal, readOptions, wrongOption } from './options/option-rules.js';
import { DEFAULT_LIMITS, DEFAULT_LIVENESS } from './options/options.js';

const KEYS = [
  'headers',
  'protocols',
  'limits',
  'liveness',
  'perMessageDeflate',
  'tls',
  'tcp',
  'proxy',
  'agent',
  'redirects',
  'signal',
  'supervisor',
] as const satisfies readonly (keyof ConnectOptions)[];

/**
 * Dials once, and resolves with the connection as soon as it is open. Unless `supervisor` is given, the connection has
 * its own supervisor, which ends with it.
 *
 * Messages that arrive before you read are held, and beyond 16 times `readAheadBytes` (1 MiB by default) the socket is
 * paused. A connection that stays paused for `limits.pausedWithinMs` (1 minute by default) is closed with 1011: call
 * `discardFrames()` on a connection that you only send on. `await using` closes the connection at the end of the block.
 *
 * @throws {EndedError} with the close `report` when the connection did not open, also when `limits.openWithinMs` has
 *   passed; the signal's reason when it aborts; {OptionError} for a wrong URL or option. All by rejection.
 */
export async function connect(url: string | URL, options: ConnectOptions = {}): Promise<Connection> {
  const { signal, supervisor: given, ...settings } = readOptions(options, KEYS, 'connect');
  checkSignal(signal, 'connect: signal');
  if (given !== undefined) checkMethods(given, ['dial'], 'connect: supervisor');
  if (typeof url === 'function')
    throw wrongOption('connect: url', 'is a function; it must be a text or a URL, since it is dialed once');
  // `dial` checks these options again; here the errors name `connect`.
  resolveAttempt({ ...settings, url }, { limits: DEFAULT_LIMITS, liveness: DEFAULT_LIVENESS }, 'connect');
  signal?.throwIfAborted();
  const supervisor: Supervisor = given ?? createSupervisor({ name: 'connect' });
  try {
    const dialer = supervisor.dial({
      ...settings,
      url,
      handler: readByCaller,
      restart: 'temporary',
      retry: () => 'stop',
    });
    const connection = await opened(dialer, signal);
    if (given === undefined) void dialer.ended.then(() => supervisor.stop());
    return connection;
  } catch (error) {
    if (given === undefined) await supervisor.stop();
    throw error;
  }
}

async function opened(dialer: Dialer, signal: AbortSignal | undefined): Promise<Connection> {
  try {
    return await dialer.connected({ signal });
  } catch (error) {
    const { report } = await dialer.stop();
    if (!(error instanceof EndedError) || report === undefined) throw error;
    throw new EndedError(`connect: the connection did not open. ${explain(report)}`, { cause: report.cause, report });
  }
}
