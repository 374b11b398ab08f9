import type { Supervisor } from '../../../supervisor/api/supervisor.js';
import { createSupervisor } from '../../../supervisor/create-supervisor.js';
import { refuse } from '../../../supervisor/listener/refusal.js';
import { LOOPBACK_NAMES } from '../../access/loopback.js';
import { checkSupervisor } from '../inspect.js';
import type { InspectOnly } from '../only.js';
import { tokenCheck } from './access.js';
import { askedFor } from './asked.js';
import { Audience } from './audience.js';
import { closeFront, openFront, urlOf } from './http-front.js';
import { type InspectionServerOptions, resolveInspectionServer } from './resolve-inspection-server.js';

/** A server that shows a supervisor to viewers. */
export interface InspectionServer extends AsyncDisposable {
  /** Where viewers connect, without the token; `undefined` on a server of your own. */
  readonly url: string | undefined;
  /** How many viewers are attached. */
  readonly viewerCount: number;
  /** Closes the viewers with 1001, and frees the port. The supervisor is as it was. */
  stop(): Promise<void>;
}

/** A viewer sends hardly anything. */
const MOST_READ_BYTES = 65_536;

/** What may wait in a viewer's socket before the viewer counts as slow. */
const HIGH_WATER_MARK = 262_144;

/** Above the greatest message, so none is ever dropped. */
const MOST_BUFFERED_BYTES = 16_777_216;

/**
 * Shows a supervisor to tools over WebSocket, in the protocol of `@statelyai/inspect`: its `createWebSocketReceiver`,
 * and pages that use it, connect to `url`. With a browser, open the same address with `http:`.
 *
 * Each viewer first gets the present, then what happens, as `inspect` shows it. `?connection=...`, `?child=...`, and
 * `?share=...` in its URL narrow it down, as `only` does. A viewer that does not read fast enough gets a summary in
 * place of what it has missed, and then the present; nobody waits for it. While there is no viewer, nothing is
 * inspected. The server does not keep the process alive, and its own connections are not shown.
 *
 * @throws {OptionError} for a wrong option, and beyond loopback without a token; {ListenError} when the port cannot be
 *   had. Both by rejection.
 */
export async function serveInspection(
  supervisor: Supervisor,
  options: InspectionServerOptions = {},
): Promise<InspectionServer> {
  checkSupervisor(supervisor, 'serveInspection');
  const settings = resolveInspectionServer(options);
  const { path, token, origins, maxViewers } = settings;
  const hasToken = tokenCheck(token);
  const audience = new Audience(supervisor, settings);
  const front = settings.server === undefined ? await openFront(settings) : undefined;
  const own = createSupervisor({ name: 'inspection', keepAlive: false, warnWhenFailed: false });
  try {
    const listener = await own.listen<InspectOnly, string>({
      server: settings.server ?? front,
      path,
      unmatched: front === undefined ? 'pass' : 'refuse',
      // Without a token a foreign page must not get in by a name that leads to loopback (DNS rebinding).
      hosts: token === undefined ? LOOPBACK_NAMES : undefined,
      origins,
      limits: {
        maxConnections: maxViewers,
        maxPayloadBytes: MOST_READ_BYTES,
        highWaterMark: HIGH_WATER_MARK,
        maxBufferedBytes: MOST_BUFFERED_BYTES,
      },
      authenticate: (request) => {
        if (!hasToken(request)) return refuse(401);
        const asked = askedFor(request.query);
        return asked === undefined ? refuse(400, { body: 'share must be a number from 0 to 1.\n' }) : { data: asked };
      },
      handler: (connection) => audience.serve(connection),
    });
    const stop = async (): Promise<void> => {
      await own.stop();
      if (front?.listening === true) await closeFront(front);
    };
    return {
      url: front === undefined ? undefined : urlOf(front, path),
      get viewerCount() {
        return listener.connectionCount;
      },
      stop,
      [Symbol.asyncDispose]: stop,
    };
  } catch (error) {
    if (front !== undefined) await closeFront(front);
    throw error;
  }
}
