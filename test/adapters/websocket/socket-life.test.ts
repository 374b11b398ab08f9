import { describe, expect, test, vi } from 'vitest';
import { SocketLife } from '../../../src/adapters/websocket/socket-life.js';
import { accepted } from '../../support/a-connection.js';
import { aReport } from '../../support/reports.js';
import { Stage } from './stage.js';

function aLife() {
  const fired: Event[] = [];
  const life = new SocketLife((event) => fired.push(event));
  const { wire, connection } = accepted();
  return { life, fired, wire, connection, types: () => fired.map(({ type }) => type) };
}

describe('the end of a socket', () => {
  test.each([
    [{ trigger: 'peer-closed' }, ['close']],
    [{ trigger: 'close-called' }, ['close']],
    [{ trigger: 'drained' }, ['close']],
    [{ trigger: 'handler-threw' }, ['error', 'close']],
    [{ trigger: 'slow-peer' }, ['error', 'close']],
    [{ trigger: 'liveness-lost', outcome: 'failed' }, ['error', 'close']],
    [{ trigger: 'refused', phase: 'connecting', httpStatus: 503 }, ['error', 'close']],
  ] as const)('by %j fires %j', (report, types) => {
    const { life, types: fired } = aLife();
    life.ended(aReport(report));
    expect(fired()).toEqual(types);
    expect(life.readyState).toBe(3);
  });

  test('has the code that was received, whichever side began', () => {
    const { life, fired } = aLife();
    life.ended(aReport({ code: 4001, received: { code: 4002, reason: 'theirs' } }));
    expect(fired.at(-1)).toMatchObject({ code: 4002, reason: 'theirs', wasClean: true });
  });

  test('by a failure has an error with the report, and with what was behind it', () => {
    const { life, fired } = aLife();
    const cause = new Error('connect ECONNREFUSED');
    const report = aReport({ trigger: 'dial-failed', phase: 'connecting', cause });
    life.ended(report);
    expect(fired[0]).toMatchObject({ error: { code: 'WIREKEEPER_ENDED', report, cause } });
    expect(fired[0]).toMatchObject({ message: expect.stringMatching(/ECONNREFUSED|opening handshake/) });
  });

  test('keeps in bufferedAmount what was not written, and adds what is sent afterwards', () => {
    const { life, connection } = aLife();
    life.opened(connection);
    life.ended(aReport({ outcome: 'failed', unwritten: { frames: 1, bytes: 7 } }));
    expect(life.bufferedAmount).toBe(7);
    life.send('four');
    expect(life.bufferedAmount).toBe(11);
  });
});

test('a socket that was closed while it dialed opens no more', () => {
  const { life, connection, types } = aLife();
  let calledOff = 0;
  life.standOn({ read() {}, close() {}, callOff: () => (calledOff += 1) });
  life.close({ code: 1000, reason: '' });
  life.close({ code: 1000, reason: '' });
  life.opened(connection);
  expect([calledOff, life.readyState, types()]).toEqual([1, 2, []]);
  life.ended(aReport());
  expect(types()).toEqual(['error', 'close']);
});

test('a listener of a socket without a connection that throws is a warning of Node', () => {
  const warn = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  try {
    new SocketLife(() => {}).threw(new Error('bug'));
    expect(warn).toHaveBeenCalledWith(expect.any(String), {
      type: 'WirekeeperWarning',
      code: 'WIREKEEPER_LISTENER_THREW',
      detail: expect.stringContaining('bug'),
    });
  } finally {
    warn.mockRestore();
  }
});

test('a listener that throws at the end touches nobody: the event handler.finished has its error', async () => {
  await using stage = await Stage.build();
  const bug = new Error('bug');
  const errors: unknown[] = [];
  stage.supervisor.events$.subscribe((event) => event.type === 'handler.finished' && errors.push(event.error));
  const { socket, log, peer } = await stage.open();
  const other = await stage.open();
  socket.onclose = () => {
    throw bug;
  };
  peer.close();
  await log.closed();
  expect(errors).toEqual([bug]);
  expect(other.socket.readyState).toBe(1);
});
