import { afterEach, beforeEach, expect, test } from 'vitest';
import { createHeapClock, createMemoryTransport, type HeapClock, ScriptedPeer } from 'wirekeeper/testing';
import { start, TYPING_MS } from '../../examples/typing-notice.js';

let clock: HeapClock;
let service: Awaited<ReturnType<typeof start>>;
let ann: ScriptedPeer;
let bob: ScriptedPeer;

beforeEach(async () => {
  clock = createHeapClock();
  const transport = createMemoryTransport(clock);
  service = await start({ clock, transport, port: 0, liveness: false });
  const dial = async (name: string) => {
    const peer = ScriptedPeer.dial(transport, `ws://memory:${service.listener.address?.port}/?name=${name}`);
    await peer.fact('wire.opened');
    return peer;
  };
  ann = await dial('ann');
  bob = await dial('bob');
});

afterEach(async () => {
  await service.supervisor.stop();
  // Nothing was left behind: no timer of the handler's is set any more.
  expect(clock.pending).toBe(0);
});

test('others hear that somebody is typing, once for many keys', async () => {
  ann.send('typing');
  ann.send('typing');
  await bob.received(1);
  await clock.advanceAsync(0);
  expect(bob.texts).toEqual(['ann is typing']);
});

test('they hear that it has stopped 3 s after the last key', async () => {
  ann.send('typing');
  await bob.received(1);
  await clock.advanceAsync(TYPING_MS - 1);
  ann.send('typing');
  await clock.advanceAsync(TYPING_MS - 1);
  expect(bob.texts).toEqual(['ann is typing']);
  await clock.advanceAsync(1);
  expect(bob.texts).toEqual(['ann is typing', 'ann has stopped']);
});

test('they hear it at once when the connection ends', async () => {
  ann.send('typing');
  await bob.received(1);
  ann.wire.terminate();
  await bob.received(2);
  expect(bob.texts).toEqual(['ann is typing', 'ann has stopped']);
});

test('who types hears nothing of it', async () => {
  ann.send('typing');
  await bob.received(1);
  await clock.advanceAsync(TYPING_MS);
  expect(ann.texts).toEqual([]);
});
