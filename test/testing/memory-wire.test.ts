import { expect, test } from 'vitest';
import { createHeapClock } from '../../src/testing/heap-clock.js';
import { MemorySocket } from '../../src/testing/memory-socket.js';
import { MemoryWire } from '../../src/testing/memory-wire.js';
import { SCRIPTED_WIRE_OPTIONS, ScriptedPeer } from '../../src/testing/scripted-peer.js';

const turn = () => new Promise((resolve) => setImmediate(resolve));

/** What an opening handshake without any offer agrees on. */
const NOTHING = { protocol: '', extensions: '' };

/** Two linked wires on a clock of their own, as peers. */
function linked() {
  const clock = createHeapClock(1_000);
  const accepted = new MemoryWire('accepted', SCRIPTED_WIRE_OPTIONS, clock.now);
  const dialed = new MemoryWire('dialed', SCRIPTED_WIRE_OPTIONS, clock.now);
  const [near, far] = MemorySocket.pair();
  accepted.attach(near, NOTHING, '127.0.0.1');
  dialed.attach(far, NOTHING, '127.0.0.1');
  return { clock, accepted: new ScriptedPeer(accepted), dialed: new ScriptedPeer(dialed), near, far };
}

test('has no socket before it is open', () => {
  const wire = new MemoryWire('dialed', SCRIPTED_WIRE_OPTIONS, () => 0);
  expect(() => wire.socket).toThrow('before it is open');
});

test('hears its peer on the clock it was given', async () => {
  const { clock, accepted, dialed } = linked();
  expect(accepted.wire.heardAt).toBe(1_000);
  clock.advance(500);
  dialed.wire.ping();
  await turn();
  expect(accepted.wire.heardAt).toBe(1_500);
  expect(dialed.wire.heardAt).toBe(1_500);
});

test('answers no Ping while it is frozen, and each one after it', async () => {
  const { clock, accepted, dialed, far } = linked();
  far.freeze();
  accepted.wire.ping();
  clock.advance(500);
  await turn();
  expect(accepted.wire.heardAt).toBe(1_000);
  expect(accepted.wire.bufferedBytes).toBe(0);
  clock.advance(500);
  far.thaw();
  await turn();
  expect(accepted.wire.heardAt).toBe(2_000);
  expect(dialed.wire.heardAt).toBe(2_000);
});

test('a half-open peer learns of the end only when it thaws', async () => {
  const { accepted, dialed, far } = linked();
  far.freeze();
  accepted.wire.terminate();
  expect(await accepted.ended()).toMatchObject({ kind: 'terminated' });
  await turn();
  expect(dialed.facts).toEqual([]);
  far.thaw();
  expect(await dialed.ended()).toMatchObject({ kind: 'socket-ended' });
});

test('queues no Pongs without bound behind a peer that does not read', async () => {
  const { accepted, dialed, near } = linked();
  near.stopReading();
  const payload = Buffer.alloc(64 * 1024);
  for (let n = 0; n < 3; n += 1) dialed.wire.send(payload, true);
  await turn();
  const before = dialed.wire.bufferedBytes;
  for (let n = 0; n < 100; n += 1) accepted.wire.ping();
  await turn();
  expect(dialed.wire.bufferedBytes).toBe(before);
});

test.each([
  // code  fault
  [1002, 'protocol-error'],
  [1007, 'protocol-error'],
  [1008, 'limit'],
] as const)('a peer that deserves %i is a %s', async (code, fault) => {
  const { accepted, dialed } = linked();
  (dialed.wire as MemoryWire).socket.violate(code);
  expect(await accepted.fact('wire.failed')).toMatchObject({ fault, sent: { code, reason: '' } });
  expect(await dialed.fact('wire.closing')).toMatchObject({ received: { code } });
});

test('a reset shows as a failed read', async () => {
  const { accepted, dialed } = linked();
  (dialed.wire as MemoryWire).socket.reset();
  expect(await accepted.ended()).toMatchObject({ kind: 'socket-error', cause: { code: 'ECONNRESET' } });
  expect(await dialed.ended()).toMatchObject({ kind: 'socket-ended' });
});

// The end had a Close that the peer had no room for, and said that both had crossed.
test('a Close that waits for room when TCP fails was not sent', async () => {
  const { accepted, far } = linked();
  far.stopReading();
  accepted.wire.send(Buffer.alloc(1024 * 1024), true);
  accepted.wire.send('waits', false);
  await turn();
  accepted.wire.close(4001, '');
  await turn();
  far.reset();
  const end = await accepted.ended();
  expect(end).toMatchObject({ kind: 'socket-error', discarded: { frames: 1, bytes: 5 } });
  expect(end.sent).toBeUndefined();
});

test('a FIN without Close is a fault', async () => {
  const { accepted, dialed } = linked();
  (dialed.wire as MemoryWire).socket.end();
  expect(await accepted.fact('wire.failed')).toMatchObject({ fault: 'socket-ended' });
  expect(await dialed.fact('wire.failed')).toMatchObject({ fault: 'socket-ended' });
});

test('its frames are copies: what the sender does to its buffer afterwards is not seen', async () => {
  const { accepted, dialed } = linked();
  const data = Buffer.from('before');
  dialed.wire.send(data, true);
  data.fill(0);
  await accepted.received(1);
  expect(accepted.texts).toEqual(['before']);
});
