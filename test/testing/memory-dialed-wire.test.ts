import { expect, test } from 'vitest';
import { MemoryDialedWire } from '../../src/testing/memory-dialed-wire.js';
import { MemorySocket } from '../../src/testing/memory-socket.js';
import { SCRIPTED_WIRE_OPTIONS, ScriptedPeer } from '../../src/testing/scripted-peer.js';

function dialing() {
  let calledOff = 0;
  const wire = new MemoryDialedWire({ url: 'ws://memory:1/', options: SCRIPTED_WIRE_OPTIONS }, () => 0);
  wire.awaitHandshake(() => {
    calledOff += 1;
  });
  return { wire, peer: new ScriptedPeer(wire), calledOff: () => calledOff };
}

test.each(['close', 'terminate'] as const)('%s calls the handshake off as long as there is one', async (how) => {
  const { wire, peer, calledOff } = dialing();
  wire[how](1000, '');
  expect(calledOff()).toBe(1);
  const [near] = MemorySocket.pair();
  wire.opened(near, { protocol: 'chat', extensions: '' }, '127.0.0.1', { headers: { server: 'memory' } });
  expect(peer.facts).toEqual([{ type: 'wire.opened', protocol: 'chat', remoteAddress: '127.0.0.1' }]);
  expect(wire.response?.headers).toEqual({ server: 'memory' });
  wire.terminate();
  await peer.ended();
  expect(calledOff()).toBe(1);
});

test('ends without ever having opened', () => {
  const { wire, peer } = dialing();
  wire.neverOpened({ kind: 'refused', httpStatus: 403 });
  wire.neverOpened({ kind: 'dial-failed' });
  expect(peer.facts).toEqual([
    { type: 'wire.closed', end: { kind: 'refused', httpStatus: 403, unconfirmed: { frames: 0, bytes: 0 } } },
  ]);
});

test('stays paused when it was paused before it opened', async () => {
  const { wire } = dialing();
  wire.pause();
  const [near, far] = MemorySocket.pair();
  far.end();
  wire.opened(near, { protocol: '', extensions: '' }, '127.0.0.1', { headers: { server: 'memory' } });
  await new Promise((resolve) => setImmediate(resolve));
  expect(wire.isPaused).toBe(true);
  expect(near.isFinReceived).toBe(false);
  wire.resume();
  await new Promise((resolve) => setImmediate(resolve));
  expect(near.isFinReceived).toBe(true);
});
