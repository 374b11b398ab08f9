import type { Server } from 'node:http';
import type { DrainOptions, Supervisor } from '../../index.js';
import { logEntry } from '../../inspect/index.js';
import { listenOn, type Place, stopListening } from '../config/place.js';
import type { Log } from '../output/log.js';
import { deliberate } from '../process/deliberate.js';
import type { Terminal } from '../process/terminal.js';
import { banner, type Described, originOf, type Pages, type Served, urlsOf } from './banner.js';
import { notifierOf, socketOf } from './init-system.js';
import { shutdownOf } from './shutdown.js';

/** What a service serves, once it does. */
export interface Announced extends Pages {
  readonly plan: Described;
  readonly place: Served;
}

/** How a process of the service lives: by itself, or as one worker of several. */
export interface Life {
  /** The number of the worker; `undefined` for a process by itself. */
  readonly worker: number | undefined;
  /** Does what is asked of the service until the returned function is called. */
  obey(supervisor: Supervisor, drain: DrainOptions): () => Promise<void>;
  /** Lets clients come; resolves with the port. */
  open(server: Server, wanted: Place): Promise<number>;
  /** Lets no more clients come, and ends plain HTTP connections. */
  close(server: Server): Promise<void>;
  /** Says where the service is. */
  announce(announced: Announced): void;
  /** Returns the measurements of all workers. */
  readonly gather?: () => Promise<readonly (readonly object[])[]>;
  /** Answers the primary when it asks for the measurements of this process. */
  readonly answer?: (measure: () => Promise<readonly object[]>) => void;
}

/** How much is printed, and to whom. */
interface Printing {
  readonly json: boolean;
  readonly quiet: boolean;
}

/** Says where a service is: the banner, or a line for programs. */
export function print(
  { plan, place, ...paths }: Announced,
  { json, quiet }: Printing,
  log: Log,
  program: string,
): void {
  const [http, { cluster }] = [originOf(place), paths];
  const [dashboard, metrics] = [paths.dashboard, paths.metrics].map((path) => path && `${http}${path}`);
  const urls = plan.listeners.flatMap((listener) => urlsOf(listener, place));
  if (json)
    log.write(logEntry('service.listening', 'listening', { fields: { http, urls, dashboard, metrics, cluster } }));
  else if (!quiet) log.print(banner(plan, place, program, { dashboard, metrics, cluster }));
}

/** The life of a process by itself: it has its own port, and obeys signals. */
export function lifeAlone(terminal: Terminal, printing: Printing, log: Log): Life {
  const notifier = notifierOf(terminal, log);
  return {
    worker: undefined,
    obey(supervisor, drain) {
      const offSignal = terminal.onSignal(deliberate(shutdownOf(supervisor, drain), terminal.now));
      let isStopping = false;
      supervisor.events$.subscribe(() => {
        if (isStopping || supervisor.state === 'running') return;
        isStopping = true;
        notifier.stopping();
      });
      return async () => {
        offSignal();
        await notifier.close();
      };
    },
    open: (server, wanted) => listenOn(server, wanted, socketOf(terminal)),
    close: async (server) => {
      if (server.listening) await stopListening(server);
    },
    announce(announced) {
      print(announced, printing, log, terminal.program);
      notifier.ready();
    },
  };
}
