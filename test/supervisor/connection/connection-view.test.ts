import { expect, test } from 'vitest';
import { ConnectionActor } from '../../../src/supervisor/connection/connection-actor.js';
import { dialed } from '../../support/a-connection.js';
import { aParent } from '../../support/a-parent.js';

test('what a connection shows of its wire is that of the wire', () => {
  const { wire, connection } = dialed();
  wire.url = 'wss://example.com/feed';
  wire.protocol = 'chat';
  wire.extensions = 'permessage-deflate';
  wire.bufferedBytes = 12;
  wire.bufferedPayloadBytes = 10;
  expect(connection).toMatchObject({
    url: 'wss://example.com/feed',
    protocol: 'chat',
    extensions: 'permessage-deflate',
    bufferedBytes: 12,
    bufferedPayloadBytes: 10,
    remoteAddress: '192.0.2.1',
    childId: 'child',
    epoch: 1,
  });
});

test('a connection without a wire shows nothing of one', () => {
  const connection = new ConnectionActor({ id: 'c1', parent: aParent(), role: 'dialed', epoch: 1 });
  expect(connection).toMatchObject({
    url: undefined,
    protocol: '',
    extensions: '',
    bufferedBytes: 0,
    bufferedPayloadBytes: 0,
    remoteAddress: undefined,
    latencyMs: undefined,
  });
});

test('the URL of a connection is not printed: it may hold credentials', () => {
  const { wire, connection } = dialed();
  wire.url = 'wss://user:secret@example.com/?token=secret';
  expect(JSON.stringify(connection)).not.toContain('secret');
});
