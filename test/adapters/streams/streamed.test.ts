import { describe, expect, test } from 'vitest';
import { faultOf, giveUp, messageOf, sendOne } from '../../../src/adapters/streams/streamed.js';
import { DataFrame } from '../../../src/transport/frame.js';
import { accepted, dialed } from '../../support/a-connection.js';
import { aReport } from '../../support/reports.js';

test('a message is a string if it was text, and bytes if it was binary', () => {
  expect(messageOf(new DataFrame(Buffer.from('ü'), false))).toBe('ü');
  expect(messageOf(new DataFrame(Buffer.from([1]), true))).toEqual(Buffer.from([1]));
});

describe('the end of a stream', () => {
  test.each([
    ['peer', 1000, true],
    ['peer', 1001, true],
    ['peer', 1005, true],
    ['peer', 1011, false],
    ['peer', 4000, false],
    ['local', 1000, true],
    ['local', 1005, true],
    ['local', 1001, false],
    ['local', 1013, false],
  ] as const)('begun by the %s side with %i is regular: %s', (startedBy, code, isRegular) => {
    expect(faultOf(aReport({ startedBy, code, wasClean: true })) === undefined).toBe(isRegular);
    expect(faultOf(aReport({ startedBy, code, wasClean: false }))).toMatchObject({
      code: 'WIREKEEPER_ENDED',
      report: { code },
    });
  });
});

describe('sending one message', () => {
  test('is done at once as long as little waits', async () => {
    const { wire, connection } = accepted();
    await sendOne(connection, 'text');
    await sendOne(connection, new Uint8Array([1]));
    expect(wire.sent).toEqual(['text', '<01>']);
  });

  test('waits for the peer when much does', async () => {
    const { wire, connection } = accepted({ limits: { highWaterMark: 1 } });
    wire.bufferedBytes = 10;
    let isDone = false;
    const sending = sendOne(connection, 'x').then(() => {
      isDone = true;
    });
    await Promise.resolve();
    expect(isDone).toBe(false);
    wire.drain();
    await sending;
  });

  test('fails with its fate when the message is not taken', async () => {
    const { wire, connection } = accepted({ limits: { maxBufferedBytes: 8, slowPeer: 'drop-newest' } });
    wire.bufferedBytes = 8;
    await expect(sendOne(connection, 'x')).rejects.toMatchObject({ code: 'WIREKEEPER_NOT_SENT', fate: 'dropped' });
    connection.close();
    await expect(sendOne(connection, 'x')).rejects.toMatchObject({ fate: 'closed' });
  });
});

describe('giving up', () => {
  test('with an error closes with 1011, and the report has it; without one it drops TCP', async () => {
    const [one, two] = [accepted(), accepted()];
    const error = new Error('a bug');
    const gone = [giveUp(one.connection, { error }), giveUp(two.connection)];
    expect([one.wire.asked, two.wire.asked]).toEqual([['close 1011'], ['terminate']]);
    one.wire.emitClosed();
    two.wire.emitClosed();
    await Promise.all(gone);
    expect(one.connection.report).toMatchObject({ trigger: 'handler-threw', cause: error });
  });

  test('does nothing after the end', async () => {
    const { wire, connection } = dialed();
    const gone = giveUp(connection);
    expect(wire.asked).toEqual(['terminate']);
    wire.emitClosed({ kind: 'dial-failed' });
    await gone;
    await giveUp(connection, { error: new Error('late') });
    expect(wire.asked).toEqual(['terminate']);
  });
});
