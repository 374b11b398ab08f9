import { expect, test } from 'vitest';
import { type Connection, type DrainReport, explain, type SupervisorEvent } from '../../../src/index.js';
import { type LogEntry, logEntryOf } from '../../../src/inspect/logging/log-entry.js';
import { closeReport } from '../../cli/reports.js';

const report = closeReport();

const account: DrainReport = {
  outcome: 'drained',
  total: 0,
  finishedByThemselves: 0,
  clean: 0,
  forced: 0,
  left: 0,
  refused: 0,
  lingering: [],
  durationMs: 0,
  slowest: [],
};

/** What an entry reads of a connection. */
function connection(parts: object): Connection<unknown> {
  return {
    id: 'c7',
    childId: 'echo',
    role: 'accepted',
    protocol: '',
    remoteAddress: '10.0.0.1',
    request: { url: '/echo?x' },
    toJSON: () => ({ id: 'c7' }),
    ...parts,
  } as Connection<unknown>;
}

test.each<[SupervisorEvent, Pick<LogEntry, 'word' | 'about' | 'text'>]>([
  [
    { type: 'connection.opened', connection: connection({}) },
    { word: 'opened', about: 'c7 echo', text: '/echo?x from 10.0.0.1' },
  ],
  [
    { type: 'connection.opened', connection: connection({ protocol: 'chat.v1' }) },
    { word: 'opened', about: 'c7 echo', text: '/echo?x from 10.0.0.1, speaking chat.v1' },
  ],
  [
    { type: 'connection.opened', connection: connection({ role: 'dialed', request: undefined }) },
    { word: 'opened', about: 'c7 echo', text: 'to 10.0.0.1' },
  ],
  [
    { type: 'connection.ended', report },
    { word: 'closed', about: 'c7 feed', text: explain(report) },
  ],
  [
    { type: 'connection.throttled', connectionId: 'c7', limit: 'maxBytesPerSecond' },
    {
      word: 'throttled',
      about: 'c7',
      text: 'its peer sends more than maxBytesPerSecond allows, and is read no faster',
    },
  ],
  [
    {
      type: 'handshake.refused',
      childId: 'echo',
      status: 403,
      why: 'origin',
      path: '/echo',
      url: '/echo',
      remoteAddress: undefined,
    },
    { word: 'refused', about: 'echo', text: '/echo from an unknown address with 403 (origin)' },
  ],
  [
    {
      type: 'handshake.refused',
      childId: 'echo',
      status: 503,
      why: 'authenticate',
      path: '/echo',
      url: '/echo',
      remoteAddress: '::1',
      error: new Error('no database'),
    },
    { word: 'refused', about: 'echo', text: '/echo from ::1 with 503 (authenticate): no database' },
  ],
  [
    {
      type: 'handshake.refused',
      childId: 'echo',
      status: 404,
      why: 'path',
      path: '/x',
      url: '/x',
      remoteAddress: '::1',
    },
    { word: 'refused', about: '', text: '/x from ::1 with 404 (path)' },
  ],
  [
    { type: 'dialer.status', childId: 'feed', status: { type: 'waiting', attempt: 3, delayMs: 1_234.5, report } },
    { word: 'waiting', about: 'feed', text: 'dials again in 1.2 s' },
  ],
  [
    {
      type: 'dialer.status',
      childId: 'feed',
      status: { type: 'stopped', exit: { id: 'feed', reason: 'shutdown', report } },
    },
    { word: 'stopped', about: 'feed', text: 'exit shutdown' },
  ],
  [
    { type: 'drain.started', connections: 1, isPartial: false },
    { word: 'draining', about: '', text: '1 connection' },
  ],
  [
    { type: 'drain.progress', left: 7 },
    { word: 'draining', about: '', text: '7 left' },
  ],
  [
    { type: 'drain.ended', report: account },
    { word: 'drained', about: '', text: '0 connections in 0.0 s' },
  ],
  [
    {
      type: 'drain.ended',
      report: {
        ...account,
        outcome: 'superseded',
        total: 12,
        clean: 5,
        forced: 3,
        finishedByThemselves: 2,
        left: 2,
        refused: 1,
        lingering: ['c7'],
        durationMs: 1_250,
      },
    },
    {
      word: 'drained',
      about: '',
      text: '12 connections in 1.3 s, superseded, 5 closed, 3 forced, 2 finished by themselves, 2 left open, 1 newcomer refused, 1 handler still running',
    },
  ],
  [
    {
      type: 'supervisor.stopped',
      supervisor: 'service',
      report: { name: 'service', outcome: 'stopped', reason: 'normal', connections: 3 },
    },
    { word: 'stopped', about: '', text: '' },
  ],
])('%o is worth a line', (event, line) => {
  expect(logEntryOf(event)).toMatchObject({ ...line, event: event.type, level: 'info' });
});

test.each<[SupervisorEvent, Pick<LogEntry, 'word' | 'about' | 'text'>]>([
  [
    {
      type: 'dialer.status',
      childId: 'feed',
      status: { type: 'failed', exit: { id: 'feed', reason: 'abnormal', report, error: new Error('a bug') } },
    },
    { word: 'failed', about: 'feed', text: 'exit abnormal: a bug' },
  ],
  [
    { type: 'listener.error', childId: 'echo', error: new Error('too many open files') },
    { word: 'error', about: 'echo', text: 'too many open files' },
  ],
  [
    { type: 'child.stuck', childId: 'feed', report },
    { word: 'stuck', about: 'feed', text: explain(report) },
  ],
  [
    {
      type: 'child.restarting',
      supervisor: 'service',
      exit: { id: 'feed', reason: 'abnormal', report, error: new Error('a bug') },
      together: ['feed'],
      restarts: 2,
    },
    { word: 'restarting', about: 'feed', text: 'exit abnormal: a bug' },
  ],
  [
    { type: 'child.start-failed', supervisor: 'service', childId: 'echo', error: new Error('port taken') },
    { word: 'error', about: 'echo', text: 'cannot be started: port taken' },
  ],
  [
    {
      type: 'supervisor.escalated',
      supervisor: 'service',
      exit: { id: 'feed', reason: 'abnormal', report, error: new Error('a bug') },
      restarts: 3,
      intensity: { maxRestarts: 3, withinMs: 5_000 },
    },
    { word: 'giving up', about: 'feed', text: 'exit abnormal: a bug, after 3 restarts within 5.0 s' },
  ],
  [
    { type: 'handler.lingering', connectionId: 'c7' },
    { word: 'lingering', about: 'c7', text: 'its handler still runs' },
  ],
  [
    { type: 'observer.threw', error: 'text' },
    { word: 'error', about: '', text: 'text' },
  ],
])('%o is trouble', (event, line) => {
  expect(logEntryOf(event)).toMatchObject({
    ...line,
    event: event.type,
    level: expect.stringMatching(/^(?:warn|error)$/),
  });
});

test.each<SupervisorEvent>([
  { type: 'listener.started', childId: 'echo', port: 1 },
  { type: 'dialer.status', childId: 'feed', status: { type: 'dialing', attempt: 1 } },
  { type: 'child.exited', supervisor: 'service', exit: { id: 'feed', reason: 'normal', report } },
])('$type shows in another event', (event) => {
  expect(logEntryOf(event)).toBeUndefined();
});
