import { type DrainOptions, type Supervisor, systemClock } from '../../index.js';
import { HandedSockets } from '../../service/pool/handed-sockets.js';
import type { ToWorker } from '../../service/pool/messages.js';
import type { PrimaryLink } from '../../service/pool/worker-process.js';
import type { Terminal } from '../process/terminal.js';
import type { Life } from './life.js';

/**
 * How long the handshakes that are under way may take when a worker retires, in ms: as long as a client may take to
 * send its request, and `authenticate` by default to answer.
 */
export const HANDSHAKES_WITHIN_MS = 20_000;

/**
 * The life of a worker: its sockets come from the primary, which it obeys. Signals, which come to a whole process
 * group, are the primary's to decide.
 */
export function workerLife(link: PrimaryLink, terminal: Terminal): Life {
  const sockets = new HandedSockets(systemClock, (load) => link.send(load));
  const gathered = new Map<number, (metrics: readonly (readonly object[])[]) => void>();
  let requests = 0;
  let measure: () => Promise<readonly object[]> = async () => [];
  return {
    worker: link.worker,
    obey(supervisor, drain) {
      const order = orders(supervisor, drain, sockets, link);
      const offMessage = link.onMessage((message, socket) => {
        switch (message.kind) {
          case 'socket':
            if (socket !== undefined) sockets.take(socket);
            return;
          case 'measure':
            void measured(measure).then((metrics) =>
              link.send({ kind: 'measured', request: message.request, metrics }),
            );
            return;
          case 'gathered':
            gathered.get(message.request)?.(message.metrics);
            gathered.delete(message.request);
            return;
          default:
            order(message.kind);
        }
      });
      void link.gone.then(() => order('stop'));
      const offSignal = terminal.onSignal(() => {});
      return async () => {
        offMessage();
        offSignal();
        sockets.close();
      };
    },
    async open(server, { port }) {
      sockets.serveBy(server);
      return port;
    },
    async close(server) {
      // It has no port; this ends its watch over the times of requests.
      server.close();
      server.closeAllConnections();
    },
    announce({ plan, place: { host, port, isSecure }, metrics, cluster }) {
      const listeners = plan.listeners.map(({ paths, does }) => ({ paths, does }));
      link.send({ kind: 'ready', host, port, isSecure, listeners, metrics, cluster });
    },
    gather: () =>
      new Promise((resolve) => {
        requests += 1;
        gathered.set(requests, resolve);
        link.send({ kind: 'gather', request: requests });
      }),
    answer(given) {
      measure = given;
    },
  };
}

/** What cannot be measured is missing in the sum. */
async function measured(measure: () => Promise<readonly object[]>): Promise<readonly object[]> {
  try {
    return await measure();
  } catch {
    return [];
  }
}

/** Does what the primary orders. A service that ends by itself says so, and gets no more clients. */
function orders(
  supervisor: Supervisor,
  drain: DrainOptions,
  sockets: HandedSockets,
  link: PrimaryLink,
): (kind: Extract<ToWorker['kind'], 'retire' | 'stop' | 'terminate'>) => void {
  let isAsked = false;
  supervisor.events$.subscribe(() => {
    if (isAsked || supervisor.state === 'running') return;
    isAsked = true;
    link.send({ kind: 'leaving' });
  });
  const drainWith = (options: DrainOptions) => {
    if (supervisor.state === 'running') void supervisor.drain(options);
  };
  return (kind) => {
    isAsked = true;
    switch (kind) {
      case 'retire':
        void sockets
          .settled(() => supervisor.stats().handshakesInFlight, HANDSHAKES_WITHIN_MS)
          .then(() => drainWith({ ...drain, notReadyFirstMs: 0 }));
        return;
      case 'stop':
        drainWith(drain);
        return;
      case 'terminate':
        void supervisor.terminate();
    }
  };
}
