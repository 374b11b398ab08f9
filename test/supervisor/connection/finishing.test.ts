import { expect, test } from 'vitest';
import { failDial } from '../../../src/supervisor/connection/connection-runner.js';
import { lingeringHandlerOf } from '../../../src/supervisor/connection/handler-run.js';
import { accepted, dialed } from '../../support/a-connection.js';
import { settled } from '../../support/settled.js';

test('a connection has one report, however often the end of its socket is reported', () => {
  const { parent, wire, connection } = accepted();
  wire.emitClosed({ kind: 'socket-error' });
  const { report } = connection;
  failDial(connection, new Error('too late'));
  expect(connection.report).toBe(report);
  expect(parent.reports).toEqual([report]);
});

test('live counts follow every connection to its end, and no timer is left', () => {
  const { parent, wire, connection } = dialed({ liveness: { pingEveryMs: 1000, answerWithinMs: 100 } });
  expect(parent.live).toEqual({ connecting: 1, open: 0, closing: 0 });
  wire.emit({ type: 'wire.opened', protocol: '', remoteAddress: undefined });
  expect(parent.live).toEqual({ connecting: 0, open: 1, closing: 0 });
  connection.close();
  expect(parent.live).toEqual({ connecting: 0, open: 0, closing: 1 });
  wire.emitClosing();
  wire.emitClosed();
  expect(parent.live).toEqual({ connecting: 0, open: 0, closing: 0 });
  expect(parent.reports).toHaveLength(1);
});

test('a handler lingers from the end of its connection to its own', async () => {
  let finish = () => {};
  const { wire, connection } = accepted({ handler: () => new Promise<void>((resolve) => (finish = resolve)) });
  expect(lingeringHandlerOf(connection)).toBeUndefined();
  wire.emitClosed();
  const ends: string[] = [];
  lingeringHandlerOf(connection)?.whenEnded(() => ends.push('ended'));
  finish();
  await settled();
  expect(ends).toEqual(['ended']);
  expect(lingeringHandlerOf(connection)).toBeUndefined();
});

test('one that ended before its connection never lingers', async () => {
  const { wire, connection, parent } = accepted({ handler: async () => {} });
  await settled();
  wire.emitClosed();
  expect(lingeringHandlerOf(connection)).toBeUndefined();
  expect(parent.clock.pending).toBe(0);
});

test('a handler that was at work on a message when its connection ended leaves no timer at its own end', async () => {
  const { wire, connection, parent } = accepted({
    handler: async (mine) => {
      await mine.receive();
      mine.close(4000);
      return mine.closed;
    },
  });
  wire.deliver('close, please');
  await settled();
  wire.emitClosing(4000);
  wire.emitClosed();
  expect(lingeringHandlerOf(connection)).toBeDefined();
  await settled();
  expect(lingeringHandlerOf(connection)).toBeUndefined();
  expect(parent.clock.pending).toBe(0);
});
