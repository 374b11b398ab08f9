import { expect } from 'vitest';
import { fatesOf } from '../../../src/supervisor/api/fates.js';
import type { CloseReport, CloseTrigger, StartedBy } from '../../../src/transport/close-report.js';
import type { ByteLink } from './byte-link.js';
import type { Subject } from './subject.js';
import type { World } from './world.js';

/** Who begins an ending. All others are local. */
const STARTED_BY: Partial<Record<CloseTrigger, StartedBy>> = {
  'peer-closed': 'peer',
  refused: 'peer',
  'proxy-refused': 'peer',
  'dial-failed': 'network',
  'liveness-lost': 'network',
  'socket-error': 'network',
  'socket-ended': 'network',
};

/** Where a connection may come from each state, seen from time to time: never back, and never out of the last two. */
const NEXT: Readonly<Record<string, readonly string[]>> = {
  connecting: ['open', 'closing', 'closed', 'failed'],
  open: ['closing', 'closed', 'failed'],
  closing: ['closed', 'failed'],
  closed: [],
  failed: [],
};

/** Checks everything about a run that has come to its end. */
export function checkAll(world: World): void {
  expect(world.faults).toEqual([]);
  for (const subject of world.subjects.values()) {
    try {
      checkSubject(world, subject);
    } catch (error) {
      const { id, role } = subject.connection;
      throw new Error(`${role} ${id} (${subject.key}): ${error instanceof Error ? error.message : String(error)}`, {
        cause: error,
      });
    }
  }
  for (const report of world.unseen) expect(report).toMatchObject({ phase: 'connecting', framesIn: 0, framesOut: 0 });
  expect(new Set(world.unseen.map(({ connectionId }) => connectionId)).size).toBe(world.unseen.length);
  checkStatuses(world);
  checkNothingLeft(world);
  world.replay();
}

function checkSubject(world: World, subject: Subject): void {
  const { connection, reports, states, resolved } = subject;
  const [report] = reports;
  if (report === undefined) throw new Error(`there is no report in state ${connection.state}`);
  expect(reports).toHaveLength(1);
  expect(resolved === report && connection.report === report, 'closed resolves with the one report').toBe(true);
  for (const [n, state] of states.entries())
    if (n > 0) expect(NEXT[states[n - 1] ?? ''], `after ${states[n - 1]}`).toContain(state);
  expect(report.outcome).toBe(connection.state);
  checkBeginning(world, subject, report);
  const link = world.linkOf(subject);
  if (link === undefined) {
    expect(report).toMatchObject({ framesIn: 0, framesOut: 0, phase: 'connecting' });
    return;
  }
  checkCloses(link, report);
  checkReceived(subject, link, report);
  checkSent(subject, link, report);
}

/** Phase, trigger, and code are those of what began the ending, as far as it was seen; else of what may have. */
function checkBeginning(world: World, subject: Subject, report: CloseReport): void {
  const { beganBy, connection, hasOpened, returned } = subject;
  expect(report.phase).toBe(hasOpened ? 'open' : 'connecting');
  expect(report.openedAt !== undefined).toBe(hasOpened);
  const possible = subject.possibleThen ?? world.possibleFor(subject);
  expect([...possible, ...(beganBy?.triggers ?? [])], 'what may have begun it').toContain(report.trigger);
  expect(report.startedBy).toBe(STARTED_BY[report.trigger] ?? 'local');
  if (beganBy !== undefined) {
    expect(beganBy.triggers, `begun by ${beganBy.by}`).toContain(report.trigger);
    const isItsCode = beganBy.of === undefined || beganBy.of === connection;
    if (beganBy.code !== undefined && isItsCode && report.trigger === 'close-called')
      expect(report.code).toBe(beganBy.code);
  }
  if (report.trigger === 'handler-returned') expect(report.code).toBe(returned);
  if (report.trigger === 'handler-threw') expect(report).toMatchObject({ code: 1011, cause: expect.any(Error) });
  if (report.startedBy === 'local' && report.sent !== undefined) expect(report.code).toBe(report.sent.code);
}

function checkCloses(link: ByteLink, report: CloseReport): void {
  // What the peer has read of us: one Close at most, which is the report's, and nothing behind it.
  if (link.close !== undefined) expect(report.sent).toEqual(link.close);
  if (report.sent !== undefined) expect(link.isCloseTaken, 'our Close was sent').toBe(true);
  expect(link.behindClose, 'frames behind our Close').toBe(0);
  if (report.received !== undefined) expect(report.received).toEqual(link.closeSent);
  if (report.trigger === 'peer-closed')
    expect(report).toMatchObject({ code: link.closeSent?.code, received: link.closeSent });
  expect(report.wasClean).toBe(report.sent !== undefined && report.received !== undefined);
  // Pongs answer the peer's Pings, in their order; an unanswered one may be passed over.
  expect(link.pongs).toEqual(link.pingsSent.filter((payload) => link.pongs.includes(payload)));
}

/** Nothing lost, doubled, out of order, or of another wire. */
function checkReceived({ logs, readAll, isDiscarding }: Subject, link: ByteLink, report: CloseReport): void {
  const received = logs.flat();
  const places = logs.map((log) => log.map((text) => link.sent.indexOf(text)));
  for (const log of places) expect(log, 'the order of a consumer').toEqual(log.toSorted((a, b) => a - b));
  const all = places.flat().toSorted((a, b) => a - b);
  expect(all, `received ${received.join(' ')}`).toEqual(all.map((_, n) => n));
  expect(report.framesIn).toBeLessThanOrEqual(link.sent.length);
  expect(received.length).toBeLessThanOrEqual(report.framesIn);
  for (const end of readAll) expect(end.received, 'frames received by the end').toBe(end.came);
  if (readAll.length > 0 && !isDiscarding) expect(received).toHaveLength(report.framesIn);
  // All that the peer sent came before its Close.
  if (report.received !== undefined) expect(report.framesIn).toBe(link.sent.length);
}

/** Each message taken has one fate, and what the report and the senders say of it is true. */
function checkSent({ taken, sendings, unanswered }: Subject, link: ByteLink, report: CloseReport): void {
  const { framesOut, unconfirmed } = report;
  const read = link.messages.length;
  const { written, discarded } = fatesOf(report);
  expect(framesOut).toBe(taken.length);
  expect(link.messages, 'what the peer has read').toEqual(taken.slice(0, read));
  expect(unconfirmed.frames, 'unconfirmed').toBeGreaterThanOrEqual(framesOut - read);
  expect(link.written).toBeGreaterThanOrEqual(written);
  expect(link.written).toBeLessThanOrEqual(framesOut - discarded);
  for (const { index, fate } of sendings) {
    if (fate === 'written') expect(link.written).toBeGreaterThan(index);
    if (fate === 'discarded') expect(link.written).toBeLessThanOrEqual(index);
  }
  // The answers to the messages before the peer's Close precede ours.
  if (report.trigger === 'peer-closed') expect(unanswered, 'answers refused').toBe(0);
}

/** From each status of a dialer to the next. */
const NEXT_STATUS: Readonly<Record<string, readonly string[]>> = {
  dialing: ['dialing', 'up', 'waiting', 'stopping', 'stopped', 'failed'],
  up: ['up', 'dialing', 'waiting', 'stopping', 'stopped', 'failed'],
  waiting: ['dialing', 'waiting', 'stopping', 'stopped', 'failed'],
  stopping: ['stopped', 'failed'],
  // Its supervisor may start it again.
  stopped: ['dialing', 'waiting', 'over'],
  failed: ['dialing', 'waiting', 'over'],
};

function checkStatuses({ statuses }: World): void {
  for (const all of statuses) {
    expect(all.at(-1)).toBe('over');
    for (const [n, status] of all.entries())
      if (n > 0) expect(NEXT_STATUS[all[n - 1] ?? ''], `after ${all[n - 1]}`).toContain(status);
  }
}

const NO_CONNECTIONS = { connecting: 0, open: 0, closing: 0 };

function checkNothingLeft({ root, clock, transport, subjects, links, dialers, listeners, unseen }: World): void {
  const reports = [...unseen, ...[...subjects.values()].flatMap((subject) => subject.reports)];
  const sum = (of: (report: CloseReport) => number) => reports.reduce((total, report) => total + of(report), 0);
  const stats = root.stats();
  expect(clock.pending, 'timers').toBe(0);
  expect(root.connections.size).toBe(0);
  expect(transport.open, 'ports').toBe(0);
  expect(stats).toMatchObject({
    connections: NO_CONNECTIONS,
    connectionsByRole: { accepted: NO_CONNECTIONS, dialed: NO_CONNECTIONS },
    endedTotal: reports.length,
    heldBytes: 0,
    handshakesInFlight: 0,
    dials: { inFlight: 0, queued: 0 },
    lingeringHandlers: 0,
    drains: { underWay: 0, connectionsLeft: 0 },
    framesIn: sum(({ framesIn }) => framesIn),
    framesOut: sum(({ framesOut }) => framesOut),
    fates: {
      written: sum((report) => fatesOf(report).written),
      discarded: sum((report) => fatesOf(report).discarded),
      unknown: sum((report) => fatesOf(report).unknown),
      dropped: [...subjects.values()].reduce((total, { dropped }) => total + dropped, 0),
      undecided: 0,
    },
  });
  for (const link of links.values()) expect(link.near.destroyed, `the socket of ${link.key}`).toBe(true);
  for (const { state } of dialers) expect(['stopped', 'failed']).toContain(state);
  for (const { state, connectionCount } of listeners)
    expect({ state, connectionCount }).toEqual({ state: 'stopped', connectionCount: 0 });
}
