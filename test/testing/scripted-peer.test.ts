import { expect, test } from 'vitest';
import { type PeerBehaviour, ScriptedPeer } from '../../src/testing/scripted-peer.js';
import { FakeWire } from '../support/fake-wire.js';

function scripted(behaviour?: PeerBehaviour): { wire: FakeWire; peer: ScriptedPeer } {
  const wire = new FakeWire();
  return { wire, peer: new ScriptedPeer(wire, behaviour) };
}

test('records facts and frames', () => {
  const { wire, peer } = scripted();
  wire.deliver('one');
  wire.deliver('two');
  wire.emitClosing(4000, 'bye');
  expect(peer.texts).toEqual(['one', 'two']);
  expect(peer.facts).toEqual([{ type: 'wire.closing', received: { code: 4000, reason: 'bye' } }]);
});

test('a polite peer answers a Close with its code, and ends a wire that has failed', () => {
  const { wire } = scripted();
  wire.emitClosing(4000, 'bye');
  wire.emit({ type: 'wire.failed', fault: 'socket-ended', cause: new Error('gone') });
  expect(wire.asked).toEqual(['close 4000 bye', 'end']);
});

test('a mute peer does nothing', () => {
  const { wire } = scripted('mute');
  wire.emitClosing();
  wire.emit({ type: 'wire.failed', fault: 'socket-ended', cause: new Error('gone') });
  expect(wire.asked).toEqual([]);
});

test('waits for what is not there yet, and not for what is', async () => {
  const { wire, peer } = scripted();
  const [two, closing, ended] = [peer.received(2), peer.fact('wire.closing'), peer.ended()];
  wire.deliver('one');
  wire.deliver('two');
  wire.emitClosing(4000);
  wire.emitClosed({ kind: 'closed' });
  expect(await two).toHaveLength(2);
  expect(await closing).toMatchObject({ received: { code: 4000 } });
  expect(await ended).toMatchObject({ kind: 'closed' });
  expect(await peer.received(1)).toHaveLength(2);
});

test('resolves as soon as it is there, and not before', async () => {
  const { wire, peer } = scripted();
  let isThere = false;
  const waiting = peer
    .until(() => peer.texts.includes('two'))
    .then(() => {
      isThere = true;
    });
  wire.deliver('one');
  await Promise.resolve();
  expect(isThere).toBe(false);
  wire.deliver('two');
  await waiting;
  expect(isThere).toBe(true);
});

test('sends a string as text, and bytes as a binary message', () => {
  const { wire, peer } = scripted();
  peer.send('one');
  peer.send(Uint8Array.of(1, 2));
  expect(wire.sent).toEqual(['one', '<0102>']);
});

test('says that a message cannot be sent, where a test would wait for its answer', () => {
  const { wire, peer } = scripted();
  wire.send = () => false;
  expect(() => peer.send('one')).toThrow('send: the wire is not open');
});

test('closes with 1000 unless it is given a code and a reason', () => {
  const { wire, peer } = scripted('mute');
  peer.close();
  peer.close(4000, 'bye');
  expect(wire.asked).toEqual(['close 1000', 'close 4000 bye']);
});

test('hands frames out one by one, those that have come and those that come', async () => {
  const { wire, peer } = scripted();
  wire.deliver('one');
  const [one, two] = [peer.next(), peer.next()];
  wire.deliver('two');
  wire.deliver('three');
  wire.emitClosed();
  expect([(await one).text(), (await two).text(), (await peer.next()).text()]).toEqual(['one', 'two', 'three']);
});

test('does not wait for a frame of a wire that has ended', async () => {
  const { wire, peer } = scripted();
  wire.deliver('one');
  await peer.next();
  const waiting = peer.next();
  wire.emitClosed({ kind: 'socket-error' });
  await expect(waiting).rejects.toThrow('next: the wire has ended (socket-error); frames so far: 1.');
});
