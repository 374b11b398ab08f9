import type { DialOptions } from '../../supervisor/api/dial-options.js';
import type { Supervisor } from '../../supervisor/api/supervisor.js';
import { resolveAttempt } from '../../supervisor/dialer/resolve-dial.js';
import { checkFunction, checkMethods, readOptions } from '../../supervisor/options/option-rules.js';
import { DEFAULT_LIMITS, DEFAULT_LIVENESS, resolveBackoff } from '../../supervisor/options/options.js';
import { DIALING, Dialing } from './dialed-link.js';
import { WebSocket } from './web-socket.js';

/** How the sockets of a class dial. All but `supervisor` and `retry` are options of `supervisor.dial`. */
export interface WebSocketClassOptions
  extends Pick<
    DialOptions,
    | 'headers'
    | 'backoff'
    | 'limits'
    | 'liveness'
    | 'perMessageDeflate'
    | 'tls'
    | 'tcp'
    | 'proxy'
    | 'agent'
    | 'redirects'
  > {
  /** The supervisor of the sockets. Default: one that they share, made for the first of them. */
  readonly supervisor?: Supervisor | undefined;
  /**
   * Decides what happens after a connection has ended, as in `supervisor.dial`, for example `defaultRetry`. When it is
   * dialed again, the socket is connecting again, with the event `redial`; each connection fires `open`, and `error`
   * and `close` come only at the last end. Messages are not kept: `send` throws while the socket is connecting.
   * `close`, and a listener that throws, end the socket for good. Default: a socket has one connection, as the
   * specification has it.
   */
  readonly retry?: DialOptions['retry'];
}

const KEYS = [
  'headers',
  'backoff',
  'limits',
  'liveness',
  'perMessageDeflate',
  'tls',
  'tcp',
  'proxy',
  'agent',
  'redirects',
  'supervisor',
  'retry',
] as const satisfies readonly (keyof WebSocketClassOptions)[];

/**
 * Makes a `WebSocket` class whose sockets dial in this way, for libraries that take a class and give it a URL. Its
 * sockets are instances of `WebSocket`.
 *
 * @throws {OptionError} for a wrong option.
 */
export function createWebSocketClass(options: WebSocketClassOptions = {}): typeof WebSocket {
  const call = 'createWebSocketClass';
  const { supervisor, ...dial } = readOptions(options, KEYS, call);
  if (supervisor !== undefined) checkMethods(supervisor, ['dial'], `${call}: supervisor`);
  // `dial` checks these options again; here the errors come before the first socket, and name this call.
  resolveAttempt({ ...dial, url: 'ws://localhost/' }, { limits: DEFAULT_LIMITS, liveness: DEFAULT_LIVENESS }, call);
  resolveBackoff(dial.backoff, `${call}: backoff`);
  if (dial.retry !== undefined) checkFunction(dial.retry, `${call}: retry`);
  const Base = WebSocket;
  return {
    WebSocket: class extends Base {
      static override readonly [DIALING] = new Dialing(dial, supervisor);

      static {
        // As the interface has it; a class without a constructor has 0.
        Object.defineProperty(this, 'length', { value: 1, configurable: true });
      }
    },
  }.WebSocket;
}
