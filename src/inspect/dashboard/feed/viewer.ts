import type { Connection } from '../../../supervisor/api/connection.js';
import type { Supervisor } from '../../../supervisor/api/supervisor.js';
import type { CloseReport } from '../../../transport/close-report.js';
import { Follow, type FollowParts } from '../detail/follow.js';
import type { Series } from '../protocol/overview.js';
import type { ConnectionQuery, ConnectionRow, EndingQuery, EndingRow } from '../protocol/tables.js';
import type { Action, DashboardMessage, ViewerMessage, Welcome } from '../protocol.js';
import { Look, type LookParts, type TableSource } from '../tables/look.js';
import type { Slicer } from '../tables/slicer.js';
import { act } from './actions.js';
import { readMessage } from './read-message.js';

/** A viewer to which more bytes wait than this misses what is sent each second or on changes. */
const MOST_WAITING = 256 * 1024;

/** A viewer that sends more messages than this that are not understood is closed. */
const MOST_REFUSED = 10;

/** What all viewers share. */
export interface ViewerParts extends Omit<FollowParts, 'send'> {
  readonly top: Supervisor;
  readonly slicer: Slicer;
  readonly clock: LookParts<unknown, unknown, unknown>['clock'];
  readonly connections: TableSource<ConnectionQuery, Connection<unknown>, ConnectionRow>;
  readonly endings: TableSource<EndingQuery, CloseReport, EndingRow>;
  readonly welcome: () => Welcome;
  readonly series: (resolution: Series['resolution']) => Series;
  readonly mayAct: boolean;
  readonly acted: (action: Action, remoteAddress: string | undefined, result: Awaited<ReturnType<typeof act>>) => void;
}

/** One viewer: what it looks at, and what it is sent. */
export class Viewer {
  readonly #connection: Connection;
  readonly #parts: ViewerParts;
  readonly #looks: {
    readonly connections: Look<ConnectionQuery, Connection<unknown>, ConnectionRow>;
    readonly endings: Look<EndingQuery, CloseReport, EndingRow>;
  };
  #follow: Follow | undefined;
  #missed = 0;
  #refused = 0;

  constructor(connection: Connection, parts: ViewerParts) {
    this.#connection = connection;
    this.#parts = parts;
    const { slicer, clock } = parts;
    this.#looks = {
      connections: new Look({
        source: parts.connections,
        slicer,
        clock,
        send: (look, shown) => this.#send({ type: 'rows', table: 'connections', look, ...shown }),
      }),
      endings: new Look({
        source: parts.endings,
        slicer,
        clock,
        send: (look, shown) => this.#send({ type: 'rows', table: 'endings', look, ...shown }),
      }),
    };
  }

  /** Serves the viewer until it leaves. */
  async run(): Promise<void> {
    this.#send(this.#parts.welcome());
    try {
      for await (const frame of this.#connection) {
        const read = readMessage(frame.text());
        if ('message' in read) this.#take(read.message);
        else this.#refuse(read);
      }
    } finally {
      this.#looks.connections.away();
      this.#looks.endings.away();
      this.#leave();
    }
  }

  get followed(): Follow | undefined {
    return this.#follow;
  }

  /** Sends an overview, given as JSON without its first brace; it is the same for all viewers. */
  overview(json: string): void {
    if (this.#isBehind) this.#missed += 1;
    else this.#connection.send(`{"missed":${this.#missed},${json}`);
  }

  refreshLooks(): void {
    if (this.#isBehind) return;
    this.#looks.connections.refresh();
    this.#looks.endings.refresh();
  }

  refreshFollowed(): void {
    if (!this.#isBehind) this.#follow?.refresh();
  }

  get #isBehind(): boolean {
    return this.#connection.bufferedBytes > MOST_WAITING;
  }

  #take(message: ViewerMessage): void {
    switch (message.type) {
      case 'series':
        if (!this.#isBehind) this.#send(this.#parts.series(message.resolution));
        return;
      case 'look': {
        const { look, first, count } = message;
        if (message.table === 'connections') this.#looks.connections.at(look, message.query, { first, count });
        else this.#looks.endings.at(look, message.query, { first, count });
        return;
      }
      case 'look-away':
        this.#looks[message.table].away();
        return;
      case 'follow':
        this.#leave();
        this.#follow = new Follow(message.subject, { ...this.#parts, send: (detail) => this.#send(detail) });
        this.#follow.refresh();
        return;
      case 'unfollow':
        this.#leave();
        return;
      case 'act':
        void this.#act(message.request, message.action);
    }
  }

  #leave(): void {
    this.#follow?.stop();
    this.#follow = undefined;
  }

  async #act(request: number, action: Action): Promise<void> {
    const { top, mayAct, acted } = this.#parts;
    if (!mayAct) {
      const error = 'This dashboard only shows: its option actions is not set.';
      this.#send({ type: 'acted', request, isDone: false, error });
      return;
    }
    const result = await act(top, action);
    acted(action, this.#connection.remoteAddress, result);
    this.#send({ type: 'acted', request, ...result });
  }

  #refuse({ why, of }: Exclude<ReturnType<typeof readMessage>, { readonly message: ViewerMessage }>): void {
    this.#refused += 1;
    if (this.#refused > MOST_REFUSED) this.#connection.close(1008, 'too many messages were not understood');
    else this.#send({ type: 'refused', why, ...(of === undefined ? {} : { of }) });
  }

  #send(message: DashboardMessage): void {
    this.#connection.send(JSON.stringify(message));
  }
}
