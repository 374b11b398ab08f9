import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { constants, deflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import type { Fate, WireEnd } from '../../../src/transport/wire-fact.js';
import { WsWire } from '../../../src/transport/ws/wire.js';
import { eventually } from '../../support/eventually.js';
import { closeBytes, type FrameParts, frameBytes, KEY, OP } from '../../support/frame-bytes.js';
import { settled } from '../../support/settled.js';
import { slowStream } from '../../support/slow-stream.js';
import { OPTIONS, ROLES, WireScene } from '../../support/wire-scene.js';

const text = (payload: string): FrameParts => ({ opcode: OP.text, payload });
const close = (code?: number, reason = ''): FrameParts => ({ opcode: OP.close, payload: closeBytes(code, reason) });

/** One compressed message (RFC 7692 section 7.2.1). */
const compressed = (payload: string): FrameParts => ({
  opcode: OP.text,
  rsv: 4,
  payload: deflateRawSync(payload, { finishFlush: constants.Z_SYNC_FLUSH }).subarray(0, -4),
});

/** So much that it takes a while to inflate or to compress. */
const LONG = 'a long message '.repeat(40_000);

describe.each(ROLES)('a wire that was %s', (role) => {
  test('counts messages and payload bytes in both directions', async () => {
    await using scene = await WireScene.open(role);
    scene.peer.send(text('four'), { opcode: OP.binary, payload: Buffer.alloc(6) });
    await scene.received(2);
    scene.wire.send('äö', false);
    await scene.peer.received(1);
    const { framesIn, bytesIn, framesOut, bytesOut } = scene.wire;
    expect({ framesIn, bytesIn, framesOut, bytesOut }).toEqual({ framesIn: 2, bytesIn: 10, framesOut: 1, bytesOut: 4 });
  });

  test('notes when it heard of its peer', async () => {
    await using scene = await WireScene.open(role);
    const before = scene.wire.heardAt;
    await eventually(() => performance.now() > before + 1);
    scene.peer.send({ opcode: OP.pong });
    await eventually(() => scene.wire.heardAt > before);
    expect(scene.wire.heardAt).toBeLessThanOrEqual(performance.now());
  });

  test('answers each Ping with its payload, in order, behind what was sent before', async () => {
    await using scene = await WireScene.open(role);
    scene.wire.send('before', false);
    scene.peer.send(...Array.from({ length: 100 }, (_, i) => ({ opcode: OP.ping, payload: String(i) })));
    await scene.peer.received(101);
    expect(scene.peer.texts()).toEqual(['before']);
    expect(scene.peer.texts(OP.pong)).toEqual(Array.from({ length: 100 }, (_, i) => String(i)));
  });

  test('sends Pings of its own, also as the first thing it ever sends', async () => {
    await using scene = await WireScene.open(role);
    scene.wire.ping();
    await scene.peer.received(1);
    scene.wire.send('x', false);
    scene.wire.ping();
    await scene.peer.received(3);
    expect(scene.peer.frames.map(({ opcode }) => opcode)).toEqual([OP.ping, OP.text, OP.ping]);
  });

  // Node takes it for a write after the end: the report of a clean close had that as its cause.
  test('sends no Ping once it has ended its side of TCP', async () => {
    await using scene = await WireScene.open(role);
    const trips: (number | undefined)[] = [];
    scene.wire.close(4001, '');
    await scene.peer.closed();
    scene.peer.send(close(4001));
    await eventually(() => scene.types.includes('wire.closing'));
    if (role === 'dialed') scene.peer.socket.end();
    await scene.peer.ended();
    scene.wire.ping((ms) => trips.push(ms));
    if (role === 'accepted') {
      expect(scene.wire.awaitsPong).toBe(true);
      scene.peer.socket.end();
    }
    expect(await scene.ended()).toEqual({
      kind: 'closed',
      sent: { code: 4001, reason: '' },
      received: { code: 4001, reason: '' },
      unconfirmed: { frames: 0, bytes: 0 },
    });
    expect(trips).toEqual([undefined]);
  });

  test('emits drained when nothing waits any more, however little waited', async () => {
    await using scene = await WireScene.open(role);
    let drained = 0;
    scene.wire.drained$.subscribe(() => {
      drained += 1;
    });
    scene.wire.send('x', false);
    expect(scene.wire.bufferedBytes).toBeGreaterThan(0);
    await eventually(() => drained > 0);
    expect(scene.wire.bufferedBytes).toBe(0);
  });

  // Node does so for a fault of TLS: the connection lived on until its Pings had no answer.
  test('ends when its socket reports an error and is not destroyed', async () => {
    const sockets: Socket[] = [];
    const channel = role === 'accepted' ? 'net.server.socket' : 'net.client.socket';
    const note = (message: unknown) => void sockets.push((message as { socket: Socket }).socket);
    subscribe(channel, note);
    await using scene = await WireScene.open(role);
    unsubscribe(channel, note);
    const error = new Error('a record is wrong');
    sockets[0]?.emit('error', error);
    expect(await scene.ended()).toMatchObject({ kind: 'socket-error', cause: error });
  });

  test('a FIN does not cost the frames that a paused reader had not delivered yet', async () => {
    await using scene = await WireScene.open(role);
    scene.onFrame = () => scene.wire.pause();
    scene.peer.socket.end(scene.peer.framed(text('one'), text('two'), text('three'), close(4000)));
    await scene.received(1);
    // The FIN is on its way, and nothing of ours shows it.
    for (let i = 0; i < 10; i++) await settled();
    for (const count of [2, 3]) {
      scene.wire.resume();
      await scene.received(count);
    }
    scene.wire.resume();
    expect(await scene.ended()).toMatchObject({ kind: 'closed', received: { code: 4000 }, sent: { code: 4000 } });
    expect(scene.texts).toEqual(['one', 'two', 'three']);
  });

  test('a reset does not cost the frames that a paused reader had not delivered yet', async () => {
    await using scene = await WireScene.open(role);
    scene.onFrame = () => scene.wire.pause();
    scene.peer.send(text('one'), text('two'), text('three'));
    await scene.received(1);
    scene.peer.reset();
    scene.wire.send('to notice it', false);
    expect(await scene.ended()).toMatchObject({ kind: 'socket-error' });
    expect(scene.texts).toEqual(['one', 'two', 'three']);
  });

  test('emits nothing more after terminate, whatever was read', async () => {
    await using scene = await WireScene.open(role);
    scene.onFrame = () => scene.wire.terminate();
    scene.peer.send(text('one'), text('two'), close(4000));
    expect(await scene.ended()).toMatchObject({ kind: 'terminated' });
    expect(scene.texts).toEqual(['one']);
    expect(scene.types).not.toContain('wire.closing');
  });
});

describe.each(ROLES)('with permessage-deflate, a wire that was %s', (role) => {
  const open = () => WireScene.open(role, { perMessageDeflate: { threshold: 100 } });

  test('a message that is being inflated when Close and FIN come is delivered, and then the Close', async () => {
    await using scene = await open();
    scene.peer.socket.end(scene.peer.framed(compressed(LONG), close(4000, 'done')));
    expect(await scene.ended()).toMatchObject({ kind: 'closed', received: { code: 4000, reason: 'done' } });
    expect(scene.texts).toEqual([LONG]);
  });

  test('a message that is being inflated at a FIN without Close is delivered, and then the end', async () => {
    await using scene = await open();
    scene.peer.socket.end(scene.peer.framed(compressed(LONG), text('short')));
    expect(await scene.ended()).toMatchObject({ kind: 'socket-ended' });
    expect(scene.texts).toEqual([LONG, 'short']);
    expect(scene.types.slice(-2)).toEqual(['wire.failed', 'wire.closed']);
  });

  test('a pause holds the frames behind a compressed one', async () => {
    await using scene = await open();
    scene.onFrame = () => scene.wire.pause();
    scene.peer.send(compressed('one '.repeat(1000)), compressed('two '.repeat(1000)), text('three'));
    await scene.received(1);
    for (const count of [1, 2, 3]) {
      await eventually(() => scene.frames.length === count && scene.wire.isPaused);
      scene.wire.resume();
    }
    expect(scene.frames.map(({ data }) => data.toString().slice(0, 5))).toEqual(['one o', 'two t', 'three']);
  });

  test('a wire that is dropped while it inflates frees its zlib, and those to come have theirs', async () => {
    // ws lends at most ten messages at a time to zlib, and a stream closed at its work never gives its place back.
    for (let i = 0; i < 12; i++) {
      await using scene = await open();
      scene.onFrame = () => setImmediate(() => scene.wire.terminate());
      scene.peer.send(text('now'), compressed(LONG));
      await scene.ended();
    }
    await using scene = await open();
    scene.peer.send(compressed(LONG));
    await scene.received(1);
    expect(scene.texts).toEqual([LONG]);
  });

  test('a Close waits for the message before it that is being compressed, also when both sides close at once', async () => {
    await using scene = await open();
    scene.wire.send(LONG, false);
    scene.wire.close(4001, 'ours');
    scene.peer.send(close(4002, 'theirs'));
    await scene.peer.closed();
    expect(scene.peer.frames.map(({ opcode, rsv }) => [opcode, rsv])).toEqual([
      [OP.text, 4],
      [OP.close, 0],
    ]);
    scene.peer.socket.end();
    expect(await scene.ended()).toEqual({
      kind: 'closed',
      sent: { code: 4001, reason: 'ours' },
      received: { code: 4002, reason: 'theirs' },
      unconfirmed: { frames: 0, bytes: 0 },
    });
  });

  test('a fault waits for the answer that is being compressed: nothing follows its Close', async () => {
    await using scene = await open();
    scene.onFrame = () => scene.wire.send(LONG, false);
    scene.peer.send(text('question'), { opcode: 3 });
    expect(await scene.peer.closed()).toBe(1002);
    expect(scene.peer.frames.map(({ opcode }) => opcode)).toEqual([OP.text, OP.close]);
    scene.peer.socket.end();
    expect(await scene.ended()).toMatchObject({ kind: 'socket-ended', sent: { code: 1002 } });
  });

  test('the end of TCP waits for what is being compressed', async () => {
    await using scene = await open();
    scene.wire.send(LONG, false);
    scene.wire.end();
    await scene.peer.ended();
    expect(scene.peer.frames).toHaveLength(1);
  });

  test('what was discarded before it was compressed is unconfirmed, and said not to have left', async () => {
    await using scene = await open();
    const confirmed: Fate[] = [];
    scene.wire.send(LONG, false);
    scene.wire.confirm((fate) => confirmed.push(fate));
    scene.wire.send('a second message '.repeat(10), false);
    scene.wire.confirm((fate) => confirmed.push(fate));
    expect(scene.wire.discard()).toEqual({ frames: 1, bytes: 170 });
    expect(confirmed).toEqual(['discarded']);
    await eventually(() => confirmed.length === 2);
    expect(confirmed).toEqual(['discarded', 'written']);
    scene.wire.terminate();
    expect(await scene.ended()).toMatchObject({
      unwritten: { frames: 1, bytes: 170 },
      discarded: { frames: 1, bytes: 170 },
    });
  });

  test('emits drained once the last message was compressed and written', async () => {
    await using scene = await open();
    let drained = 0;
    scene.wire.drained$.subscribe(() => {
      drained += 1;
    });
    scene.wire.send('x'.repeat(5000), false);
    expect(scene.wire.bufferedBytes).toBe(5000);
    await eventually(() => drained > 0);
    expect(scene.wire.bufferedBytes).toBe(0);
  });
});

/** A wire over a socket whose kernel the test controls. */
function overSlowStream() {
  const { stream, kernel } = slowStream();
  const wire = new WsWire({ options: OPTIONS, now: () => 0 });
  const ends: WireEnd[] = [];
  wire.closed$.subscribe((end) => ends.push(end));
  wire.attach({ socket: stream, head: Buffer.alloc(0), protocol: '', deflate: undefined }, undefined);
  return { wire, stream, kernel, ends };
}

describe('our Close', () => {
  // The end had a Close that was never written, and said that both had crossed.
  test("that waits for the kernel was not sent if the socket fails, also if the peer's has come", async () => {
    const { wire, stream, kernel, ends } = overSlowStream();
    kernel.isFast = false;
    wire.send('x'.repeat(64 * 1024), false);
    await settled();
    wire.facts$.subscribe((fact) => {
      if (fact.type === 'wire.closing') wire.close(1000, '');
    });
    stream.push(frameBytes({ ...close(1000), mask: KEY }));
    await settled();
    stream.destroy(new Error('ECONNRESET'));
    await eventually(() => ends.length > 0);
    expect(ends).toEqual([expect.objectContaining({ kind: 'socket-error', received: { code: 1000, reason: '' } })]);
    expect(ends[0]?.sent).toBeUndefined();
  });

  test('of a fault was not sent if the socket is gone before the answers of the handlers are due', async () => {
    const { wire, stream, ends } = overSlowStream();
    // The fault is found in the same tick.
    wire.onFault(new Error('a broken rule'));
    queueMicrotask(() => stream.destroy());
    await eventually(() => ends.length > 0);
    expect(ends[0]?.sent).toBeUndefined();
  });
});
