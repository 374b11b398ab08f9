import { describe, expect, test } from 'vitest';
import type { Connection } from '../../../src/supervisor/api/connection.js';
import type { DialOptions } from '../../../src/supervisor/api/dial-options.js';
import type { Dialer } from '../../../src/supervisor/api/dialer.js';
import { aSupervisor } from '../../support/a-supervisor.js';
import type { FakeWire } from '../../support/fake-wire.js';
import { settled } from '../../support/settled.js';

const opened = { type: 'wire.opened', protocol: '', remoteAddress: undefined } as const;
const BACKOFF = { initialMs: 100, maxMs: 100, factor: 1, stableAfterMs: 1000, firstWithinMs: 100 };

/** Past any backoff. */
const LATER = 250;

function aDialer(options: Partial<DialOptions> = {}) {
  const fixture = aSupervisor();
  const dialer = fixture.supervisor.dial({ url: 'ws://example.com/feed', backoff: BACKOFF, ...options });
  return { ...fixture, dialer };
}

/** The dialed connection opens. */
async function open(fixture: { transport: { lastWire: FakeWire } }): Promise<FakeWire> {
  await settled();
  const wire = fixture.transport.lastWire;
  wire.emit(opened);
  await settled();
  return wire;
}

/** Dials again after a loss. */
async function lose(fixture: ReturnType<typeof aDialer>, wire: FakeWire): Promise<FakeWire> {
  wire.emitClosed({ kind: 'socket-error', cause: new Error('reset') });
  await fixture.clock.advanceAsync(LATER);
  return open(fixture);
}

function seenBy(dialer: Dialer): string[] {
  const seen: string[] = [];
  dialer.frames$.subscribe({ next: (frame) => seen.push(frame.text()), complete: () => seen.push('end') });
  return seen;
}

describe('frames$ of a dialer', () => {
  test('has the frames of one connection after the other, and completes when the dialer has ended', async () => {
    const fixture = aDialer();
    const seen = seenBy(fixture.dialer);
    const first = await open(fixture);
    first.deliver('a');
    const second = await lose(fixture, first);
    second.deliver('b');
    expect(seen).toEqual(['a', 'b']);
    void fixture.dialer.stop();
    second.emitClosed();
    await fixture.dialer.ended;
    expect([seen, seenBy(fixture.dialer)]).toEqual([['a', 'b', 'end'], ['end']]);
  });

  test('starts with the frames that the current connection has held for its first reader', async () => {
    const fixture = aDialer();
    const wire = await open(fixture);
    wire.deliver('early');
    const seen = seenBy(fixture.dialer);
    wire.deliver('late');
    expect(seen).toEqual(['early', 'late']);
  });

  test('takes no frame from other readers before it has a subscriber', async () => {
    const fixture = aDialer();
    expect(fixture.dialer.frames$).toBe(fixture.dialer.frames$);
    const wire = await open(fixture);
    const connection = await fixture.dialer.connected();
    wire.deliver('mine');
    expect((await connection.receive())?.text()).toBe('mine');
  });

  test('can be used beside a handler that only sends', async () => {
    const fixture = aDialer({
      handler: (connection) => {
        connection.send('subscribe');
        return connection.closed;
      },
    });
    const seen = seenBy(fixture.dialer);
    const first = await open(fixture);
    first.deliver('a');
    const second = await lose(fixture, first);
    second.deliver('b');
    expect([first.sent, second.sent, seen]).toEqual([['subscribe'], ['subscribe'], ['a', 'b']]);
  });

  test('beside a handler that reads is an error, as two readers of one connection are', async () => {
    const fixture = aDialer({
      handler: async (connection) => {
        for await (const _frame of connection);
      },
      restart: 'temporary',
    });
    seenBy(fixture.dialer);
    const wire = await open(fixture);
    wire.emitClosed();
    const { error } = await fixture.dialer.ended;
    expect(error).toMatchObject({ code: 'WIREKEEPER_OPTION' });
  });

  test.each<[string, (fail: () => never) => () => unknown]>([
    ['at once', (fail) => fail],
    ['later', (fail) => async () => fail()],
  ])('contains what a subscriber throws %s: the connection closes with 1011', async (_when, make) => {
    const fixture = aDialer({ restart: 'temporary' });
    const fail = () => {
      throw new Error('cannot cope');
    };
    fixture.dialer.frames$.subscribe(make(fail));
    const wire = await open(fixture);
    wire.deliver('a');
    await settled();
    expect(wire.asked).toContain('close 1011');
    wire.emitClosed();
    expect(await fixture.dialer.ended).toMatchObject({ reason: 'abnormal', error: new Error('cannot cope') });
  });
});

describe('a dialer without a handler', () => {
  const BOUND = 16 * 1_000;
  const readOnly = () => aDialer({ limits: { readAheadBytes: 1_000, pausedWithinMs: 1_000 } });

  test('keeps its connection up, for other code to send on and read', async () => {
    const fixture = aDialer();
    const wire = await open(fixture);
    wire.deliver('a');
    wire.deliver('b');
    const connection: Connection = await fixture.dialer.connected();
    expect(fixture.dialer.send('hello')).toBe('taken');
    const texts: string[] = [];
    for await (const frame of connection) {
      texts.push(frame.text());
      if (texts.length === 2) break;
    }
    expect([texts, wire.sent, fixture.dialer.state]).toEqual([['a', 'b'], ['hello'], 'up']);
  });

  test('is never held up by frames that are not read: those beyond the bound are dropped', async () => {
    const fixture = readOnly();
    const wire = await open(fixture);
    for (let at = 0; at < 100; at += 1) wire.deliver(String(at).padEnd(1_000));
    expect(wire.asked).not.toContain('pause');
    await fixture.clock.advanceAsync(60_000);
    expect(fixture.dialer.state).toBe('up');
    const connection = await fixture.dialer.connected();
    const first = await connection.receive();
    expect(first?.text().trim()).toBe('0');
  });

  test('holds its socket as soon as a reader pulls and is behind', async () => {
    const fixture = readOnly();
    const wire = await open(fixture);
    const connection = await fixture.dialer.connected();
    const one = connection.receive();
    wire.deliver('one');
    await one;
    for (let at = 0; at < 5; at += 1) wire.deliver('x'.repeat(BOUND));
    expect(wire.asked).toContain('pause');
  });

  test('sees the Close of its peer behind frames that are not read', async () => {
    const fixture = aDialer({ limits: { readAheadBytes: 1_000 }, retry: () => 'stop' });
    const wire = await open(fixture);
    for (let at = 0; at < 100; at += 1) wire.deliver('x'.repeat(1_000));
    wire.emitClosing(1001, 'bye');
    wire.emitClosed({ received: { code: 1001, reason: 'bye' } });
    expect(await fixture.dialer.ended).toMatchObject({ report: { trigger: 'peer-closed', code: 1001 } });
  });
});
