import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { checkUnclaimed, claim, isClaimed } from '../../../src/adapters/ws/claim.js';

test('a socket is claimed from the moment that a server lets it in until it has ended', () => {
  const socket = new PassThrough();
  expect(isClaimed(socket)).toBe(false);
  expect(() => checkUnclaimed(socket)).not.toThrow();
  claim(socket);
  expect(isClaimed(socket)).toBe(true);
  expect(() => checkUnclaimed(socket)).toThrow(
    'server.handleUpgrade() was called more than once with the same socket, possibly due to a misconfiguration',
  );
  expect(isClaimed(new PassThrough())).toBe(false);
  socket.destroy();
  expect(isClaimed(socket)).toBe(false);
});
