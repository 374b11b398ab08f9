import type { Scheduler } from 'fast-check';
import type { Connection } from '../../../src/supervisor/api/connection.js';
import type { Dialer } from '../../../src/supervisor/api/dialer.js';
import type { SupervisorEvent } from '../../../src/supervisor/api/events.js';
import type { Listener } from '../../../src/supervisor/api/listener.js';
import type { Supervisor } from '../../../src/supervisor/api/supervisor.js';
import { createSupervisor } from '../../../src/supervisor/create-supervisor.js';
import { createHeapClock, type HeapClock } from '../../../src/testing/heap-clock.js';
import type { CloseReport, CloseTrigger } from '../../../src/transport/close-report.js';
import { Replays } from '../../support/replayed.js';
import { ByteLink, VIOLATIONS } from './byte-link.js';
import { type ByteDial, type ByteNetwork, ByteTransport } from './byte-transport.js';
import { optionsFrom, supervisorOptions } from './options.js';
import { Picks } from './picks.js';
import { Subject, type Why } from './subject.js';

/** How many bytes the network delivers at a time. */
const SLICES = [1_000_000, 1, 2, 3, 5, 11, 40, 300];

/** How a dial is answered. */
const ANSWERS = ['101', '101', '101', '101', '101', '101', '101', '503', '401', 'ECONNREFUSED', 'never'] as const;

/** What a peer does by itself. */
const BEHAVIOURS = ['polite', 'polite', 'polite', 'answers no Close', 'answers nothing'] as const;

/**
 * A supervisor with all that is below it, on a network and a clock that only the test moves. Everything that may happen
 * in one order or another is a task of the scheduler.
 */
export class World implements ByteNetwork {
  readonly scheduler: Scheduler;
  readonly picks: Picks;
  readonly options: ReturnType<typeof optionsFrom>;
  readonly clock: HeapClock = createHeapClock();
  readonly transport: ByteTransport = new ByteTransport(this);
  readonly root: Supervisor;
  /** Supervisors below the root. */
  readonly below: Supervisor[] = [];
  readonly listeners: Listener[] = [];
  readonly dialers: Dialer[] = [];
  /** The statuses of each dialer. */
  readonly statuses: string[][] = [];
  readonly subjects: Map<string, Subject> = new Map();
  readonly links: Map<string, ByteLink> = new Map();
  /** Triggers that may come to any connection by now. */
  readonly possible: Set<CloseTrigger> = new Set();
  /** Reports of dials that began and ended between two looks. */
  readonly unseen: CloseReport[] = [];
  /** What must not happen. */
  readonly faults: unknown[] = [];
  readonly drains: AbortController[] = [];
  /** What makes clients leave whose handshake has no answer. */
  readonly leaving: (() => void)[] = [];
  readonly replay: () => void;
  handlersRunning = 0;
  /** Commands that have not come to their end. */
  attempts = 0;
  hasOpened = false;
  readonly #scheduled = new Set<string>();
  readonly #behaviours = new Map<ByteLink, (typeof BEHAVIOURS)[number]>();
  #keys = 0;

  constructor(scheduler: Scheduler, numbers: readonly number[]) {
    this.scheduler = scheduler;
    this.picks = new Picks(numbers);
    this.options = optionsFrom(this.picks);
    this.root = createSupervisor(supervisorOptions(this));
    this.replay = this.options.isReplayed ? new Replays().of(this.root) : () => {};
    this.root.events$.subscribe((event) => this.#heard(event));
  }

  readonly now = (): number => this.clock.now();

  key(): string {
    this.#keys += 1;
    return `k${this.#keys}`;
  }

  /** Does something when its turn has come. */
  task(label: string, run: () => void): void {
    void this.gate(label)
      .then(() => this.act(undefined, run))
      .catch((error: unknown) => this.faults.push(error));
  }

  /** Resolves when its turn has come. */
  gate(label: string): Promise<void> {
    return this.scheduler.schedule(Promise.resolve(), label);
  }

  /** Does something at once, and notes which endings it has begun. */
  act<T>(why: Why | undefined, run: () => T): T {
    this.look(undefined);
    try {
      return run();
    } finally {
      this.look(why);
    }
  }

  /** Notes what has changed, and has peers answer. */
  look(why: Why | undefined): void {
    for (const connection of this.root.connections.values()) this.of(connection);
    for (const subject of this.subjects.values()) if (subject.look()) subject.began(why, this.possibleFor(subject));
    for (const link of this.links.values()) {
      this.#deliverLater(link);
      this.#answerLater(link);
    }
  }

  /** What sending may lead to. */
  sending({ id }: Connection<unknown>): Why {
    return { by: `a send on ${id}`, triggers: ['slow-peer', 'memory'] };
  }

  /** What is known of a connection. */
  of(connection: Connection<unknown>): Subject {
    let subject = this.subjects.get(connection.id);
    if (subject === undefined) {
      subject = new Subject(connection);
      this.subjects.set(connection.id, subject);
    }
    return subject;
  }

  /** A client begins an opening handshake at one of the listeners. */
  connect(pick: number): void {
    const port = this.listeners[pick % Math.max(1, this.listeners.length)]?.address?.port;
    const leave = port === undefined ? undefined : this.act(undefined, () => this.transport.connect(port, this.key()));
    if (leave !== undefined) this.leaving.push(leave);
  }

  /** Time passes: so many ms, or until the next deadline. */
  pass(ms: number | undefined): void {
    const { clock } = this;
    const { limits, liveness } = this.options;
    for (const trigger of ['open-deadline', 'ready-deadline', 'slow-handler', 'frame-deadline', 'too-fast'] as const)
      this.possible.add(trigger);
    if (limits.idleWithinMs !== Number.POSITIVE_INFINITY) this.possible.add('idle');
    if (limits.quietWithinMs !== Number.POSITIVE_INFINITY) this.possible.add('quiet');
    if (liveness !== false) this.possible.add('liveness-lost');
    // A connection of that age is replaced; its successor's dial is called off if it comes to an end before.
    if (this.options.maxAgeMs !== Number.POSITIVE_INFINITY) this.possible.add('close-called').add('called-off');
    this.act(undefined, () => clock.advance(ms ?? Math.max(0, (clock.nextDueAt ?? clock.now()) - clock.now())));
  }

  /** Follows a dialer. */
  add(dialer: Dialer): void {
    const statuses: string[] = [];
    this.dialers.push(dialer);
    this.statuses.push(statuses);
    const follow = async () => {
      for await (const { type } of dialer.status()) statuses.push(type);
      statuses.push('over');
    };
    void follow();
  }

  /** A child that was started again by its user is another one. */
  restarted(child: unknown): void {
    const { listeners, below } = this;
    if (typeof child !== 'object' || child === null || !('kind' in child)) return;
    if (child.kind === 'dialer') this.add(child as Dialer);
    if (child.kind === 'listener') listeners.push(child as Listener);
    if (child.kind === 'supervisor') below.push(child as Supervisor);
  }

  linkOf(subject: Subject): ByteLink | undefined {
    return subject.key === undefined ? undefined : this.links.get(subject.key);
  }

  linked(link: ByteLink): void {
    this.links.set(link.key, link);
    this.#behaviours.set(link, this.picks.of(BEHAVIOURS));
  }

  dialed(dial: ByteDial): void {
    const answer = this.picks.of(ANSWERS);
    if (answer !== 'never') this.task(`${dial.key} is answered ${answer}`, () => this.#answer(dial, answer));
  }

  #answer(dial: ByteDial, answer: Exclude<(typeof ANSWERS)[number], 'never'>): void {
    if (!dial.isOpening) return;
    if (answer === '101') {
      const link = new ByteLink(dial.key, 'dialed');
      this.linked(link);
      dial.opens(link);
      return;
    }
    this.possible.add(answer === 'ECONNREFUSED' ? 'dial-failed' : 'refused');
    if (answer === 'ECONNREFUSED') dial.fails({ kind: 'dial-failed', cause: new Error(answer) });
    else if (answer === '401') dial.fails({ kind: 'refused', httpStatus: 401 });
    else dial.fails({ kind: 'refused', httpStatus: 503, retryAfterMs: 700 });
  }

  #heard(event: SupervisorEvent): void {
    if (event.type === 'connection.opened') this.hasOpened = this.of(event.connection).hasOpened = true;
    if (event.type === 'connection.ended') {
      const subject = this.subjects.get(event.report.connectionId);
      (subject?.reports ?? this.unseen).push(event.report);
    }
    // Others may be stopped with it, or by its supervisor.
    if (event.type === 'child.exited') this.possible.add('supervisor-stopped');
  }

  /** Has what waits in a link delivered, a slice at a time. */
  #deliverLater(link: ByteLink): void {
    if (!link.isPending || this.#scheduled.has(link.key)) return;
    this.#scheduled.add(link.key);
    const bytes = this.picks.of(SLICES);
    this.task(`${link.key} delivers ${bytes}`, () => {
      this.#scheduled.delete(link.key);
      link.deliver(bytes);
    });
  }

  #answerLater(link: ByteLink): void {
    const behaviour = this.#behaviours.get(link);
    if (behaviour === 'answers nothing') return;
    const { close, closeSent } = link;
    if (link.pings.length > 0 && link.speaks) this.#once(`${link.key} pongs`, () => link.pong());
    if (behaviour === 'polite' && close !== undefined && link.speaks)
      this.#once(`${link.key} answers Close`, () =>
        link.sendClose(close.code === 1005 ? undefined : close.code, close.reason),
      );
    const isOver = link.hasFin || (link.role === 'dialed' && close !== undefined && closeSent !== undefined);
    if (isOver && !link.hasSentFin && !link.isCut) this.#once(`${link.key} ends TCP`, () => link.fin());
  }

  #once(label: string, run: () => void): void {
    if (this.#scheduled.has(label)) return;
    this.#scheduled.add(label);
    this.task(label, () => {
      this.#scheduled.delete(label);
      run();
    });
  }

  /** What may have begun the ending of a connection, beside what was seen to. */
  possibleFor(subject: Subject): ReadonlySet<CloseTrigger> {
    const link = this.linkOf(subject);
    const possible = new Set([...this.possible, ...subject.possible]);
    if (link?.closeSent !== undefined) possible.add('peer-closed');
    if (link?.hasSentFin === true) possible.add('socket-ended');
    if (link?.hasReset === true) possible.add('socket-error');
    if (link?.violation !== undefined) possible.add(VIOLATIONS[link.violation]);
    return possible;
  }
}
