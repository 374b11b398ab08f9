import { expect, test } from 'vitest';
import { Outgoing } from '../../../src/adapters/websocket/outgoing.js';
import { accepted } from '../../support/a-connection.js';
import { eventually } from '../../support/eventually.js';

/** A Blob that is read when the test says so. */
function aSlowBlob(text: string) {
  const blob = new Blob([text]);
  let release = (): void => {};
  let fail = (_error: Error): void => {};
  const read = new Promise<void>((resolve, reject) => {
    release = resolve;
    fail = reject;
  });
  const arrayBuffer = async () => {
    await read;
    return new Blob([text]).arrayBuffer();
  };
  return { blob: Object.assign(blob, { arrayBuffer }), release, fail };
}

test('sends at once what is no Blob, and what comes after a Blob when that was read', async () => {
  const { wire, connection } = accepted();
  const outgoing = new Outgoing(connection);
  const { blob, release } = aSlowBlob('blob');
  let isClosed = false;
  outgoing.send('one');
  outgoing.send(blob);
  outgoing.send('three');
  outgoing.close(() => {
    isClosed = true;
  });
  expect(wire.sent).toEqual(['one']);
  expect(outgoing.bytes).toBe('blobthree'.length);
  expect(isClosed).toBe(false);
  release();
  await eventually(() => isClosed);
  expect(wire.sent).toEqual(['one', `<${Buffer.from('blob').toString('hex')}>`, 'three']);
  expect(outgoing.bytes).toBe(0);
  outgoing.send('four');
  expect(wire.sent.at(-1)).toBe('four');
});

test('counts what waits in the connection, and for ever what the end has left there', () => {
  const { wire, connection } = accepted();
  const outgoing = new Outgoing(connection);
  wire.bufferedPayloadBytes = 7;
  expect(outgoing.bytes).toBe(7);
  wire.bufferedPayloadBytes = 0;
  outgoing.ended(7);
  expect(outgoing.bytes).toBe(7);
});

test('counts for ever what a connection that is closing no longer takes', () => {
  const { wire, connection } = accepted();
  const outgoing = new Outgoing(connection);
  connection.close();
  outgoing.send('late');
  expect(wire.sent).toEqual([]);
  expect(outgoing.bytes).toBe(4);
});

test('a Blob that cannot be read fails the connection: what comes after it must not leave without it', async () => {
  const { wire, connection } = accepted();
  const outgoing = new Outgoing(connection);
  const { blob, fail } = aSlowBlob('gone');
  const error = new Error('the file is gone');
  outgoing.send(blob);
  outgoing.send('after');
  fail(error);
  await eventually(() => connection.state === 'closing');
  wire.emitClosing(1011);
  wire.emitClosed();
  expect(await connection.closed).toMatchObject({ trigger: 'handler-threw', handlerError: error, code: 1011 });
  expect(wire.sent).toEqual([]);
});
