/** What an observer sees of the machines of a supervisor. */
import { expect, test } from 'vitest';
import { connect, createSupervisor, type Handler, type Supervisor, type SupervisorEvent } from '../../src/index.js';
import type { Observer, Subject } from '../../src/supervisor/api/observer.js';
import { createHeapClock, createMemoryTransport } from '../../src/testing/index.js';

const nameOf = (subject: Subject): string =>
  subject.machine === 'connection'
    ? `${subject.connection.role} connection`
    : subject.machine === 'dialer'
      ? `dialer ${subject.dialer.id}`
      : `supervisor ${subject.supervisor.name}`;

/** Writes a line for each thing observed. */
function aLog(supervisor: Supervisor) {
  const lines: string[] = [];
  const observer: Observer = {
    began: (subject) => lines.push(`${nameOf(subject)} began`),
    stepped: (subject, { event, from, to, effects }) =>
      lines.push(`${nameOf(subject)}: ${from} -${event?.type ?? 'start'}-> ${to} [${effects.join()}]`),
    noted: (subject, note) => lines.push(`${nameOf(subject)}: ${note.type}`),
    ended: (subject) => lines.push(`${nameOf(subject)} ended`),
  };
  return { lines, observing: supervisor.observe(observer) };
}

/** A supervisor over a network in memory, with a listener. */
async function aService(handler: Handler<unknown>, limits = {}) {
  const clock = createHeapClock();
  const supervisor = createSupervisor({ clock, transport: createMemoryTransport(clock), random: () => 0.5 });
  const listener = await supervisor.listen({ id: 'door', port: 0, limits, handler });
  return { clock, supervisor, url: `ws://memory:${listener.address?.port}/` };
}

test('sees each machine from its beginning through all of its steps to its end', async () => {
  const { clock, supervisor, url } = await aService((connection) => connection.closed);
  const { lines } = aLog(supervisor);
  const dialer = supervisor.dial({ id: 'feed', url, handler: (connection) => connection.closed });
  await clock.advanceAsync(10);
  void dialer.stop();
  await clock.advanceAsync(10);
  void supervisor.stop();
  await clock.advanceAsync(10);
  const of = (name: string) => lines.filter((line) => line.startsWith(name)).map((line) => line.slice(name.length));
  expect(of('supervisor supervisor')).toEqual([
    ' began',
    ': running -stop-> stopping.asked [stopChildren]',
    ': stopping.asked -children.gone-> stopped [exitNormal]',
    ' ended',
  ]);
  expect(of('dialer feed')).toEqual([
    ' began',
    ': dialing -start-> dialing [startDial]',
    ': dial.begun',
    ': dialing -dial.opened-> up []',
    ': up -stop-> stopping.asked [closeConnection]',
    ': stopping.asked -connection.ended-> stopped [exitNormal]',
    ' ended',
  ]);
  expect(of('dialed connection')).toEqual([
    ' began',
    ': connecting -start-> connecting [armOpenDeadline]',
    ': connecting -wire.opened-> open [disarmDeadline,startHandler]',
    ': open -close-> closing.awaitingPeer [sendClose,interruptHandler,armCloseDeadline]',
    ': closing.awaitingPeer -wire.closing-> closing.crossed []',
    ': closing.crossed -wire.closed-> closed [disarmDeadline,interruptHandlerOnceRead]',
    ' ended',
    ': handler.ended',
  ]);
  expect(of('accepted connection')).toEqual([
    ' began',
    ': open -wire.closing-> closing.crossed [echoClose,interruptHandlerOnceRead,armCloseDeadline]',
    ': closing.crossed -wire.closed-> closed [disarmDeadline,interruptHandlerOnceRead]',
    ' ended',
    ': handler.ended',
  ]);
});

test('sees the machines that run already when it is attached, those of child supervisors included', async () => {
  const { clock, supervisor, url } = await aService((connection) => connection.closed);
  const below = await supervisor.supervise({ id: 'below' });
  below.dial({ id: 'feed', url, handler: (connection) => connection.closed });
  await clock.advanceAsync(10);
  expect(aLog(supervisor).lines.toSorted()).toEqual([
    'accepted connection began',
    'dialed connection began',
    'dialer feed began',
    'supervisor supervisor began',
    'supervisor supervisor/below began',
  ]);
  expect(aLog(below).lines.toSorted()).toEqual([
    'dialed connection began',
    'dialer feed began',
    'supervisor supervisor/below began',
  ]);
  void supervisor.terminate();
  await clock.advanceAsync(10_000);
});

test('sees in which inner state each machine stands that runs already when it is attached', async () => {
  const { clock, supervisor, url } = await aService((connection) => connection.closed);
  const dialer = supervisor.dial({ id: 'feed', url, handler: (connection) => connection.closed });
  supervisor.dial({ id: 'refused', url: 'ws://memory:1/', handler: (connection) => connection.closed });
  await clock.advanceAsync(10);
  dialer.connection?.close(4001);
  const states: string[] = [];
  supervisor.observe({ began: (subject, state) => states.push(`${nameOf(subject)}: ${state}`) });
  expect(states).toEqual([
    'supervisor supervisor: running',
    'dialer feed: up',
    'dialer refused: waiting.backoff',
    'dialed connection: closing.awaitingPeer',
    'accepted connection: open',
  ]);
  void supervisor.terminate();
  await clock.advanceAsync(10_000);
});

test('sees nothing more once it is detached', async () => {
  const { clock, supervisor, url } = await aService((connection) => connection.closed);
  const { lines, observing } = aLog(supervisor);
  observing.unsubscribe();
  const before = lines.length;
  void connect(url, { supervisor });
  await clock.advanceAsync(10);
  expect(supervisor.connections.size).toBe(2);
  expect(lines.length).toBe(before);
  void supervisor.terminate();
  await clock.advanceAsync(10_000);
});

/** Does not read before a drain is announced, and then reads everything. */
const readsWhenDrained: Handler<unknown> = async (connection) => {
  await new Promise((resolve) => connection.drainSignal.addEventListener('abort', resolve));
  for await (const _ of connection);
};

test('sees what explains an ending: pauses, the high-water mark, dropped messages, Pings, a drain, verdicts', async () => {
  const notes = new Set<string>();
  const { clock, supervisor, url } = await aService(readsWhenDrained, { readAheadBytes: 1, pausedWithinMs: 1_000_000 });
  supervisor.observe({ noted: (subject, note) => notes.add(`${nameOf(subject)}: ${note.type}`) });
  const dialer = supervisor.dial({
    id: 'feed',
    url,
    limits: { highWaterMark: 10, maxBufferedBytes: 100_000, slowPeer: 'drop-newest' },
    handler: (connection) => connection.closed,
  });
  await clock.advanceAsync(10);
  const { connection } = dialer;
  void connection?.ping();
  await clock.advanceAsync(10);
  while (connection?.send('x'.repeat(1_000)) !== 'dropped') await clock.advanceAsync(1);
  void supervisor.drain({ where: ({ role }) => role === 'accepted' });
  await clock.advanceAsync(60_000);
  expect([...notes]).toEqual([
    'dialer feed: dial.begun',
    'dialed connection: ping.answered',
    'dialed connection: high-water.reached',
    'accepted connection: reading.paused',
    'dialed connection: message.dropped',
    'accepted connection: drain.announced',
    'accepted connection: reading.resumed',
    'dialed connection: high-water.left',
    'dialer feed: dialer.judged',
    'dialed connection: handler.ended',
    'accepted connection: handler.ended',
    'accepted connection: ping.answered',
  ]);
  void supervisor.terminate();
  await clock.advanceAsync(10_000);
});

test('sees the Pings of liveness, answered and not', async () => {
  const seen: string[] = [];
  const { clock, supervisor, url } = await aService(readsWhenDrained, { readAheadBytes: 1, pausedWithinMs: 1_000_000 });
  const dialer = supervisor.dial({ url, liveness: { pingEveryMs: 2_000, answerWithinMs: 1_000 } });
  await clock.advanceAsync(10);
  void dialer.connection?.closed.then(({ trigger }) => seen.push(trigger));
  supervisor.observe({
    noted: (subject, note) => {
      if (nameOf(subject) === 'dialed connection') seen.push(note.type);
    },
  });
  await clock.advanceAsync(2_000);
  expect(seen).toEqual(['ping.answered']);
  dialer.send('x'.repeat(1_000_000));
  dialer.send('unread');
  await clock.advanceAsync(20_000);
  expect(seen.slice(0, 6)).toEqual([
    'ping.answered',
    'high-water.reached',
    'high-water.left',
    'ping.unanswered',
    'handler.ended',
    'liveness-lost',
  ]);
  void supervisor.terminate();
  await clock.advanceAsync(10_000);
});

test('an observer that throws is detached and reported, and the connection is as it was', async () => {
  const { clock, supervisor, url } = await aService((connection) => connection.closed);
  const error = new Error('bad observer');
  const events: SupervisorEvent[] = [];
  supervisor.events$.subscribe((event) => events.push(event));
  let calls = 0;
  supervisor.observe({
    stepped() {
      calls += 1;
      throw error;
    },
  });
  const opening = connect(url, { supervisor });
  await clock.advanceAsync(10);
  const connection = await opening;
  connection.close(4001);
  await clock.advanceAsync(10);
  expect(await connection.closed).toMatchObject({ code: 4001, wasClean: true });
  expect(events.filter(({ type }) => type === 'observer.threw')).toEqual([{ type: 'observer.threw', error }]);
  expect(calls).toBe(1);
});

test('an observer may close the connection whose step it sees: the event waits for its turn', async () => {
  const { clock, supervisor, url } = await aService((connection) => connection.closed);
  supervisor.observe({
    stepped(subject, { to }) {
      if (subject.machine === 'connection' && subject.connection.role === 'dialed' && to === 'open')
        subject.connection.close(4002);
    },
  });
  const opening = connect(url, { supervisor });
  await clock.advanceAsync(10);
  expect(await (await opening).closed).toMatchObject({ code: 4002, trigger: 'close-called', wasClean: true });
});
