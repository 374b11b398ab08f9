import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { createSupervisor, type Listener, refuse, type Supervisor } from '../../index.js';
import { checkMethods } from '../../supervisor/options/option-rules.js';
import { contain } from '../../transport/contain.js';
import type { Timeline } from '../../transport/timeline.js';
import type { Followed, Places } from './detail/detail-of.js';
import { downloadOf, makeDownload, subjectAt } from './detail/download.js';
import { shownTimeline } from './detail/recorded.js';
import { Viewers } from './feed/viewers.js';
import { Gate } from './http/access.js';
import { pageFolder, readPage } from './http/page-files.js';
import { type Download, type Responder, respond } from './http/respond.js';
import { type DashboardOptions, type DashboardSettings, resolveDashboard } from './options.js';
import type { SubjectRef } from './protocol/detail.js';
import { PROTOCOL, type Welcome } from './protocol.js';
import { DashboardState } from './state.js';
import { connectionTable, endingTable } from './tables/sources.js';

/**
 * A dashboard of one supervisor and of all below it: a page, and the feed that the page shows. It belongs to no server:
 * give it the requests and upgrades of yours.
 */
export interface Dashboard extends AsyncDisposable {
  /** Where it is: `/_wirekeeper`. */
  readonly path: string;
  /** How many look at it now. */
  readonly viewers: number;
  /**
   * Answers a request if it is for the dashboard; else it leaves both alone. In Express the path is that of
   * `originalUrl`, so it may be mounted anywhere.
   *
   * @returns whether it answers.
   */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
  /**
   * Takes an upgrade if it is for the dashboard's feed; else it leaves the socket alone. The arguments are the three of
   * Node's event `upgrade`.
   *
   * @returns whether it takes the socket.
   */
  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean;
  /**
   * Sends its viewers away, observes no longer, and takes no more requests. It closes by itself when its supervisor
   * has ended. A second call joins the first, and so does the end of an `await using` block.
   */
  close(): Promise<void>;
}

/**
 * Makes a dashboard, which counts from now on: create it before the supervisor has connections. It costs each step of a
 * machine less than a microsecond, frames nothing, and idle connections no memory.
 *
 * Without a token, and without `authorize`, only this machine may look.
 *
 * @param supervisor what is shown, with all that is below it.
 * @throws {OptionError} for a wrong option; {Error} when the files of the page are missing, since a bundler has left
 *   them behind.
 */
export function createDashboard(supervisor: Supervisor, options: DashboardOptions = {}): Dashboard {
  checkMethods(supervisor, ['observe', 'stats', 'whichChildren'], 'createDashboard: supervisor');
  return new DashboardRuntime(supervisor, resolveDashboard(options));
}

/** A viewer that is gone is found within half a minute. */
const LIVENESS = { pingEveryMs: 15_000, answerWithinMs: 10_000 };

/** Viewers send little, and are sent no more than they read. */
const LIMITS = { maxPayloadBytes: 16 * 1024, maxBufferedBytes: 2 * 1024 * 1024, closeWithinMs: 2000 };

class DashboardRuntime implements Dashboard {
  readonly path: string;
  readonly #supervisor: Supervisor;
  readonly #settings: DashboardSettings;
  readonly #page = readPage(pageFolder());
  readonly #state: DashboardState;
  readonly #viewers: Viewers;
  readonly #responder: Responder;
  /** Viewers are supervised apart from what they look at. */
  readonly #own: Supervisor;
  readonly #listener: Promise<Listener>;
  #isClosed = false;

  constructor(supervisor: Supervisor, settings: DashboardSettings) {
    this.path = settings.path;
    this.#supervisor = supervisor;
    this.#settings = settings;
    const gate = new Gate(settings);
    this.#state = new DashboardState(supervisor, settings, {
      second: () => this.#viewers.overview(() => this.#state.overview()),
      stepped: (handle, step) => this.#viewers.stepped(handle, step),
      noted: (handle, note) => this.#viewers.noted(handle, note),
      over: () => void this.close(),
    });
    this.#viewers = this.#makeViewers();
    this.#responder = {
      path: this.path,
      gate,
      page: this.#page.files,
      download: (rest) => {
        const subject = subjectAt(rest);
        return subject === undefined ? undefined : this.#download(subject);
      },
    };
    const { maxViewers, clock } = settings;
    this.#own = createSupervisor({ name: 'dashboard', clock, keepAlive: false, warnWhenFailed: false });
    this.#listener = this.#own.listen({
      id: 'feed',
      protocols: [PROTOCOL],
      liveness: LIVENESS,
      limits: { ...LIMITS, maxConnections: maxViewers, maxHandshakes: 2 * maxViewers },
      authenticate: async (request) => {
        const { access } = await gate.check(request);
        if (access === 'granted') return { data: undefined };
        return access === 'token' ? refuse(401, { headers: { 'www-authenticate': 'Bearer' } }) : refuse(403);
      },
      handler: async (connection) => {
        if (connection.protocol !== PROTOCOL) return { code: 1002, reason: `the subprotocol is ${PROTOCOL}` };
        return this.#viewers.serve(connection, () => this.#state.overview());
      },
    });
    // It is closed before it has begun if the supervisor ends at once.
    this.#listener.catch(() => {});
  }

  get viewers(): number {
    return this.#own.connections.size;
  }

  handle(request: IncomingMessage, response: ServerResponse): boolean {
    const rest = this.#restOf(request);
    if (rest === undefined || this.#isClosed) return false;
    void respond(this.#responder, request, response, rest);
    return true;
  }

  handleUpgrade(request: IncomingMessage, socket: Duplex, head: Buffer): boolean {
    if (this.#restOf(request) !== '/feed' || this.#isClosed) return false;
    this.#listener.then(
      (listener) => listener.handleUpgrade(request, socket, head),
      () => socket.destroy(),
    );
    return true;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#state.stop();
    this.#viewers.stop();
    await this.#own.stop();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** What follows the dashboard's path in a request's; `undefined` if the request is for something else. */
  #restOf(request: IncomingMessage & { readonly originalUrl?: string }): string | undefined {
    const url = request.originalUrl ?? request.url ?? '';
    const path = url.replace(/^[a-z][a-z\d+.-]*:\/\/[^/?#]*/i, '').split(/[?#]/, 1)[0] ?? '';
    if (path === this.path) return '';
    return path.startsWith(`${this.path}/`) ? path.slice(this.path.length) : undefined;
  }

  #places(): Places {
    return { top: this.#supervisor, ending: (id) => this.#state.endings.of(id) };
  }

  #timelineOf({ handle, report }: Followed): Timeline | undefined {
    const owner = handle ?? report?.connectionId;
    const timeline = owner === undefined ? undefined : this.#settings.recorder?.timelineOf(owner);
    // Children may have the id of a connection whose timeline was dropped.
    return handle === undefined && timeline?.machine !== 'connection' ? undefined : timeline;
  }

  #download(subject: SubjectRef): Download | undefined {
    const timelineOf = (followed: Followed) => this.#timelineOf(followed);
    return makeDownload(subject, { ...this.#places(), timelineOf }, this.#settings.showReasons);
  }

  #makeViewers(): Viewers {
    const { clock, showReasons, actions, onAction } = this.#settings;
    const { census, endings, slicer } = this.#state;
    return new Viewers(clock, {
      top: this.#supervisor,
      places: this.#places(),
      showsReasons: showReasons,
      slicer,
      clock,
      wallNow: () => clock.wallNow(),
      connections: connectionTable(this.#supervisor.connections, () => census.changes),
      endings: endingTable(endings, () => endings.added, showReasons),
      welcome: () => this.#welcome(),
      series: (resolution) => this.#state.series(resolution),
      recorded: (followed) => {
        const timeline = this.#timelineOf(followed);
        return timeline === undefined ? undefined : shownTimeline(timeline);
      },
      downloadOf,
      mayAct: actions,
      acted: (action, remoteAddress, result) =>
        contain(
          () => onAction?.({ action, remoteAddress, ...result }),
          () => {},
        ),
    });
  }

  #welcome(): Welcome {
    const { clock, actions, showReasons, recorder } = this.#settings;
    return {
      type: 'welcome',
      version: this.#page.version,
      name: this.#supervisor.name,
      at: clock.wallNow(),
      since: this.#state.since,
      mayAct: actions,
      hasRecorder: recorder !== undefined,
      showsReasons: showReasons,
      node: process.version,
    };
  }
}
