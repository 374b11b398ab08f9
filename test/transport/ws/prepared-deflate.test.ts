import { createHook } from 'node:async_hooks';
import { inflateRawSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { prepare } from '../../../src/transport/protocol/prepared.js';
import type { Fate } from '../../../src/transport/wire-fact.js';
import { eventually } from '../../support/eventually.js';
import { WireScene } from '../../support/wire-scene.js';

const RECEIVERS = 4;

/** Counts the streams that zlib makes, of all kinds: nothing is compressed or inflated without one. */
function countingZlib() {
  const count = { streams: 0 };
  const hook = createHook({
    init: (_id, type) => {
      if (type === 'ZLIB') count.streams += 1;
    },
  }).enable();
  return { count, [Symbol.dispose]: () => void hook.disable() };
}

async function receivers(extension?: string): Promise<WireScene[]> {
  const parts = extension === undefined ? {} : { headers: { 'Sec-WebSocket-Extensions': extension } };
  return Promise.all(
    Array.from({ length: RECEIVERS }, () => WireScene.open('accepted', { perMessageDeflate: true }, parts)),
  );
}

const inflated = (payload: Buffer) =>
  inflateRawSync(Buffer.concat([payload, Buffer.of(0, 0, 0xff, 0xff, 3, 0)])).toString();

async function end(scenes: readonly WireScene[]): Promise<void> {
  for (const scene of scenes) await scene[Symbol.asyncDispose]();
}

describe.each([
  ['a short one', 'a message '.repeat(200)],
  ['one that is compressed in the background', 'a message '.repeat(10_000)],
])('a prepared message, %s', (_name, text) => {
  test('is compressed once for all wires that were accepted', async () => {
    const scenes = await receivers();
    const prepared = prepare(text);
    const fates: Fate[] = [];
    {
      using zlib = countingZlib();
      for (const { wire } of scenes) {
        expect(wire.sendPrepared(prepared)).toBe(true);
        wire.confirm((fate) => fates.push(fate));
        wire.send('behind it', false);
      }
      await eventually(() => scenes.every(({ peer }) => peer.frames.length === 2));
      expect(zlib.count.streams).toBeLessThanOrEqual(1);
    }
    for (const { peer, wire } of scenes) {
      expect(peer.frames.map(({ opcode, rsv }) => [opcode, rsv])).toEqual([
        [1, 4],
        [1, 0],
      ]);
      expect(inflated(peer.frames[0]?.payload as Buffer)).toBe(text);
      expect(wire).toMatchObject({ framesOut: 2, bytesOut: text.length + 9 });
    }
    expect(fates).toEqual(Array.from({ length: RECEIVERS }, () => 'written'));
    await end(scenes);
  });
});

test('wires with a smaller window have the message compressed for theirs', async () => {
  const scenes = [...(await receivers()), ...(await receivers('permessage-deflate; server_max_window_bits=9'))];
  const far = Array.from({ length: 1500 }, (_, i) => String.fromCharCode(32 + ((i * i * 7) % 90))).join('');
  const prepared = prepare(far + far);
  {
    using zlib = countingZlib();
    for (const { wire } of scenes) wire.sendPrepared(prepared);
    await eventually(() => scenes.every(({ peer }) => peer.frames.length === 1));
    expect(zlib.count.streams).toBe(2);
  }
  for (const [i, { peer }] of scenes.entries()) {
    const payload = Buffer.concat([peer.frames[0]?.payload as Buffer, Buffer.of(0, 0, 0xff, 0xff, 3, 0)]);
    expect(inflateRawSync(payload, { windowBits: i < RECEIVERS ? 15 : 9 }).toString()).toBe(far + far);
  }
  await end(scenes);
});
