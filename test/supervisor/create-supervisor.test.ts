import { describe, expect, test } from 'vitest';
import type { Supervisor, SupervisorOptions } from '../../src/supervisor/api/supervisor.js';
import { createSupervisor } from '../../src/supervisor/create-supervisor.js';
import { ChildError, EndedError, OptionError } from '../../src/transport/errors.js';
import { aSupervisor } from '../support/a-supervisor.js';
import type { FakeWire } from '../support/fake-wire.js';
import { settled } from '../support/settled.js';

const handler = (connection: { closed: Promise<never> } | { closed: Promise<unknown> }) =>
  connection.closed as Promise<never>;

function end(wire: FakeWire | undefined, code = 1001): void {
  wire?.emitClosing(code);
  wire?.emitClosed();
}

describe('stop', () => {
  test('ends children together, signalled in reverse start order, accepted connections with 1001 or the code given, dialed ones with 1001', async () => {
    const { transport, supervisor } = aSupervisor();
    const order: string[] = [];
    await supervisor.listen({ id: 'door', port: 0, handler });
    supervisor.dial({ id: 'feed', url: 'ws://example.com/', handler });
    supervisor.events$.subscribe((event) => {
      if (event.type === 'child.exited') order.push(event.exit.id);
    });
    const accepted = transport.upgrade();
    await settled();
    const dialed = transport.lastWire;
    dialed.emit({ type: 'wire.opened', protocol: '', remoteAddress: undefined });
    const stopped = supervisor.stop({ code: 1012, reason: 'service restart' });
    expect([supervisor.state, supervisor.isReady]).toEqual(['stopping', false]);
    expect([dialed.asked, accepted.wire?.asked]).toEqual([['close 1001'], ['close 1012 service restart']]);
    end(accepted.wire, 1012);
    end(dialed);
    expect(await stopped).toEqual({ name: 'supervisor', outcome: 'stopped', reason: 'normal', connections: 2 });
    expect(order).toEqual(['feed', 'door']);
    expect([supervisor.state, supervisor.connections.size]).toEqual(['stopped', 0]);
    expect(supervisor.endings.map((report) => report.trigger)).toEqual(['supervisor-stopped', 'supervisor-stopped']);
  });

  // A second stop cut TCP: a connection in its closing handshake ended as failed.
  test.each<[string, (supervisor: Supervisor) => PromiseLike<unknown>]>([
    ['a second call', (supervisor) => supervisor.stop()],
    ['a second call with another code', (supervisor) => supervisor.stop({ code: 4000 })],
    ['the end of an await using block', (supervisor) => supervisor[Symbol.asyncDispose]()],
  ])('is joined by %s: nothing is cut', async (_name, again) => {
    const { transport, supervisor } = aSupervisor();
    await supervisor.listen({ port: 0, handler });
    const { wire } = transport.upgrade();
    const stopped = supervisor.stop({ code: 1012 });
    await settled();
    const joined = again(supervisor);
    expect(wire?.asked).toEqual(['close 1012']);
    wire?.emitClosing(1012);
    wire?.emitClosed({ sent: { code: 1012, reason: '' }, received: { code: 1012, reason: '' } });
    await joined;
    expect(supervisor.endings).toMatchObject([{ wasClean: true, trigger: 'supervisor-stopped', code: 1012 }]);
    expect(await supervisor.stop()).toBe(await stopped);
  });

  test('called again by a subscriber of its event cuts nothing', async () => {
    const { transport, supervisor } = aSupervisor();
    await supervisor.listen({ port: 0, handler });
    const { wire } = transport.upgrade();
    supervisor.events$.subscribe((event) => {
      if (event.type === 'supervisor.stopping') void supervisor.stop();
    });
    const stopped = supervisor.stop();
    expect(wire?.asked).toEqual(['close 1001']);
    end(wire);
    expect(await stopped).toMatchObject({ outcome: 'stopped' });
  });

  test('called again checks its options all the same', async () => {
    const { supervisor } = aSupervisor();
    const stopped = supervisor.stop();
    expect(() => supervisor.stop({ code: 1006 })).toThrow(RangeError);
    await stopped;
  });

  test('of a supervisor without children resolves, and so does every further call', async () => {
    const { supervisor, clock, types } = aSupervisor();
    await supervisor.stop();
    expect(await supervisor.stop()).toBe(await supervisor.ended);
    expect(types()).toEqual(['supervisor.stopping', 'supervisor.stopped']);
    expect(clock.pending).toBe(0);
  });

  test('with a code that may not be sent rejects, and stops nothing', () => {
    const { supervisor } = aSupervisor();
    expect(() => supervisor.stop({ code: 1006 })).toThrow(RangeError);
    expect(supervisor.state).toBe('running');
  });

  test('is what its signal and await using do', async () => {
    const controller = new AbortController();
    const bySignal = aSupervisor({ signal: controller.signal }).supervisor;
    controller.abort();
    expect((await bySignal.ended).outcome).toBe('stopped');
    const before = aSupervisor({ signal: AbortSignal.abort() }).supervisor;
    expect((await before.ended).outcome).toBe('stopped');
    const { supervisor } = aSupervisor();
    await supervisor[Symbol.asyncDispose]();
    expect(supervisor.state).toBe('stopped');
  });

  test('while a listener starts, stops that listener too', async () => {
    const { supervisor, transport } = aSupervisor();
    const listening = expect(supervisor.listen({ port: 0, handler })).rejects.toThrow(EndedError);
    await supervisor.stop();
    await listening;
    expect(transport.isAcceptorClosed).toBe(true);
  });
});

describe('terminate', () => {
  test('drops every connection at once, without a closing handshake', async () => {
    const { transport, supervisor } = aSupervisor();
    await supervisor.listen({ port: 0, handler });
    supervisor.dial({ url: 'ws://example.com/', handler });
    const accepted = transport.upgrade();
    await settled();
    const dialed = transport.lastWire;
    dialed.emit({ type: 'wire.opened', protocol: '', remoteAddress: undefined });
    const terminated = supervisor.terminate();
    expect(supervisor.state).toBe('stopping');
    expect([accepted.wire?.asked.at(-1), dialed.asked.at(-1)]).toEqual(['terminate', 'terminate']);
    accepted.wire?.emitClosed({ kind: 'terminated' });
    dialed.emitClosed({ kind: 'terminated' });
    expect(await terminated).toEqual({ name: 'supervisor', outcome: 'stopped', reason: 'normal', connections: 2 });
    expect(await terminated).toBe(await supervisor.ended);
  });

  test('cuts short a stop that is under way, and again does no harm', async () => {
    const { transport, supervisor } = aSupervisor();
    await supervisor.listen({ port: 0, handler });
    const { wire } = transport.upgrade();
    const stopped = supervisor.stop();
    await settled();
    void supervisor.terminate();
    void supervisor.terminate();
    expect(wire?.asked).toEqual(['close 1001', 'terminate']);
    wire?.emitClosed({ kind: 'terminated' });
    expect(await supervisor.terminate()).toBe(await stopped);
  });

  test('of a child supervisor removes it from its parent', async () => {
    const { supervisor } = aSupervisor();
    const childSupervisor = await supervisor.supervise({ id: 'rooms' });
    await childSupervisor.terminate();
    await settled();
    expect(supervisor.child('rooms')).toBeUndefined();
    expect(supervisor.state).toBe('running');
  });

  test('after the end resolves with the report', async () => {
    const { supervisor } = aSupervisor();
    const report = await supervisor.stop();
    expect(await supervisor.terminate()).toBe(report);
  });
});

describe('children', () => {
  test('are found by their ids, given or made', async () => {
    const { supervisor } = aSupervisor();
    const listener = await supervisor.listen({ port: 0, handler });
    const dialer = supervisor.dial({ id: 'feed', url: 'ws://example.com/', handler });
    expect(supervisor.child('listener-1')).toBe(listener);
    expect(supervisor.child('feed')).toBe(dialer);
    expect(supervisor.child('nobody')).toBeUndefined();
    expect(supervisor.stats().children).toEqual({ listeners: 1, dialers: 1, supervisors: 0, workers: 0 });
  });

  test('an id in use is a ChildError, and starts nothing', async () => {
    const { supervisor, transport } = aSupervisor();
    supervisor.dial({ id: 'feed', url: 'ws://example.com/', handler });
    expect(() => supervisor.dial({ id: 'feed', url: 'ws://example.com/', handler })).toThrow(ChildError);
    await expect(supervisor.listen({ id: 'feed', port: 0, handler })).rejects.toThrow('"feed"');
    await settled();
    expect(transport.dials).toHaveLength(1);
    const starting = supervisor.listen({ id: 'door', port: 0, handler });
    await expect(supervisor.listen({ id: 'door', port: 0, handler })).rejects.toThrow(ChildError);
    await starting;
  });

  test('a made id keeps clear of those given', async () => {
    const { supervisor } = aSupervisor();
    await supervisor.listen({ id: 'listener-1', port: 0, handler });
    expect((await supervisor.listen({ port: 0, handler })).id).not.toBe('listener-1');
  });

  test('are not taken after the stop', async () => {
    const { supervisor } = aSupervisor();
    await supervisor.stop();
    expect(() => supervisor.dial({ url: 'ws://example.com/', handler })).toThrow(EndedError);
    await expect(supervisor.listen({ port: 0, handler })).rejects.toThrow(EndedError);
  });

  test.each<[string, (supervisor: Supervisor) => unknown]>([
    ['startChild', (supervisor) => supervisor.startChild({ start: (child) => child.supervise({}) })],
    ['restartChild', (supervisor) => supervisor.restartChild('door')],
    ['listen', (supervisor) => supervisor.listen({ port: 0, handler })],
    ['dial', async (supervisor) => supervisor.dial({ url: 'ws://example.com/', handler })],
    ['supervise', (supervisor) => supervisor.supervise()],
  ])('%s after the stop names the call, the supervisor, and its state', async (call, start) => {
    const { supervisor } = aSupervisor({ name: 'service' });
    await supervisor.stop();
    await expect(start(supervisor)).rejects.toThrow(
      new EndedError(`${call}: supervisor service is stopped; only a running one starts children.`),
    );
  });

  test('drain after the stop does so too', async () => {
    const { supervisor } = aSupervisor({ name: 'service' });
    await supervisor.stop();
    await expect(supervisor.drain()).rejects.toThrow(
      new EndedError('drain: supervisor service is stopped; only a running one can be drained.'),
    );
  });
});

test('stats count connections by state, endings by trigger, refusals by status, and frames', async () => {
  const { transport, supervisor } = aSupervisor();
  await supervisor.listen({ port: 0, path: '/here', handler });
  const first = transport.upgrade({ url: '/here' }).wire;
  const second = transport.upgrade({ url: '/here' }).wire;
  transport.upgrade({ url: '/other' });
  first?.deliver('abc');
  [...supervisor.connections.values()][1]?.send('ab');
  [...supervisor.connections.values()][1]?.close();
  expect(supervisor.stats()).toMatchObject({
    state: 'running',
    connections: { connecting: 0, open: 1, closing: 1 },
    refused: { 404: 1 },
    framesIn: 1,
    bytesIn: 3,
    framesOut: 1,
    bytesOut: 2,
  });
  end(second, 1000);
  expect(supervisor.stats()).toMatchObject({
    connections: { open: 1, closing: 0 },
    ended: { 'close-called': 1 },
    endedTotal: 1,
    framesOut: 1,
  });
});

test('endings keeps the last thousand reports, oldest first', async () => {
  const { transport, supervisor } = aSupervisor();
  await supervisor.listen({ port: 0, handler });
  for (let code = 3000; code < 4010; code++) end(transport.upgrade().wire, code);
  expect(supervisor.endings).toHaveLength(1000);
  expect([supervisor.endings[0]?.code, supervisor.endings.at(-1)?.code]).toEqual([3010, 4009]);
  expect(supervisor.stats().endedTotal).toBe(1010);
});

test('connection ids are unique in the process', async () => {
  const ids = new Set<string>();
  for (const { transport, supervisor } of [aSupervisor(), aSupervisor()]) {
    await supervisor.listen({ port: 0, handler });
    for (let i = 0; i < 10; i++) transport.upgrade();
    for (const id of supervisor.connections.keys()) ids.add(id);
  }
  expect(ids.size).toBe(20);
});

test.each<[string, SupervisorOptions]>([
  ['an option that is none', { nmae: 'x' } as SupervisorOptions],
  ['a limit that is none', { limits: { maxPayload: 1 } } as unknown as SupervisorOptions],
  ['a limit out of range', { limits: { maxPayloadBytes: -1 } }],
  ['a name that is no text', { name: 7 } as unknown as SupervisorOptions],
  ['a clock that is none', { clock: {} } as unknown as SupervisorOptions],
  ['a transport that is none', { transport: {} } as unknown as SupervisorOptions],
  ['a signal that is none', { signal: {} } as unknown as SupervisorOptions],
])('%s is an OptionError', (_what, options) => {
  expect(() => createSupervisor(options)).toThrow(OptionError);
});
