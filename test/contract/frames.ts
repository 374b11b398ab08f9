import { describe, expect, test } from 'vitest';
import { prepare } from '../../src/transport/protocol/prepared.js';
import type { Wire } from '../../src/transport/transport.js';
import { eventually, type Held, ROLES, settled } from './harness.js';

const MANY = 10_000;
const MIB = 1024 * 1024;

/** A moment later than the wire heard of its peer last, which it notes in whole ms. */
async function laterThanHeard(wire: Wire): Promise<number> {
  await eventually(() => performance.now() >= wire.heardAt + 1);
  return wire.heardAt;
}

export function describeFrames(held: Held): void {
  describe.each(ROLES)('frames of a wire that was %s', (role) => {
    test(
      'arrive in order, whole, and as the text or bytes they were',
      held(async (scene) => {
        const { near, far } = await scene.pair(role);
        for (const wire of [near.wire, far.wire]) {
          expect(wire.send('text: ü, €, 😀', false)).toBe(true);
          expect(wire.send(new Uint8Array([0, 127, 255]), true)).toBe(true);
          expect(wire.send('', false)).toBe(true);
          expect(wire.send(new Uint8Array(), true)).toBe(true);
          expect(wire.send(Buffer.from('text as bytes'), false)).toBe(true);
          expect(wire.send('a string as bytes', true)).toBe(true);
        }
        for (const peer of [near, far]) {
          await peer.received(6);
          expect(peer.frames).toEqual([
            { data: Buffer.from('text: ü, €, 😀'), isBinary: false },
            { data: Buffer.from([0, 127, 255]), isBinary: true },
            { data: Buffer.alloc(0), isBinary: false },
            { data: Buffer.alloc(0), isBinary: true },
            { data: Buffer.from('text as bytes'), isBinary: false },
            { data: Buffer.from('a string as bytes'), isBinary: true },
          ]);
        }
      }),
    );

    test(
      'read as their text',
      held(async (scene) => {
        const { near, far } = await scene.pair(role);
        near.wire.send('schön', false);
        const [first] = await far.received(1);
        expect(String(first)).toBe('schön');
      }),
    );

    test(
      `arrive in order when ${MANY} are sent in one tick`,
      held(async (scene) => {
        const { near, far } = await scene.pair(role);
        for (let n = 0; n < MANY; n += 1) near.wire.send(String(n), false);
        await far.received(MANY);
        expect(far.texts).toEqual(Array.from({ length: MANY }, (_, n) => String(n)));
      }),
    );

    test.each([125, 126, 65_535, 65_536, MIB])('arrive as they were with %i bytes', (bytes) =>
      held(async (scene) => {
        const { near, far } = await scene.pair(role);
        const data = Buffer.alloc(bytes, 'wirekeeper');
        near.wire.send(data, true);
        near.wire.send('behind it', false);
        const [first, second] = await far.received(2);
        expect(first?.isBinary).toBe(true);
        expect(first?.data.equals(data)).toBe(true);
        expect(second?.data.toString()).toBe('behind it');
      })(),
    );

    test(
      'arrive in order, and before the Close, where both ends offer permessage-deflate (RFC 7692)',
      held(async (scene) => {
        const { near, far } = await scene.pair(role, { perMessageDeflate: true });
        const texts = ['small', 'large '.repeat(10_000), 'small again', 'and large '.repeat(10_000)];
        for (const text of texts) near.wire.send(text, false);
        near.wire.sendPrepared(prepare('prepared '.repeat(1_000)));
        near.wire.close(1000, '');
        expect(await far.ended()).toMatchObject({ kind: 'closed' });
        expect(far.texts).toEqual([...texts, 'prepared '.repeat(1_000)]);
        expect(await near.ended()).toMatchObject({ kind: 'closed', unconfirmed: { frames: 0, bytes: 0 } });
      }),
    );

    test(
      'arrive between others when they were prepared',
      held(async (scene) => {
        const { near, far } = await scene.pair(role);
        near.wire.send('before', false);
        expect(near.wire.sendPrepared(prepare('prepared text'))).toBe(true);
        expect(near.wire.sendPrepared(prepare(Buffer.from([1, 2, 3])))).toBe(true);
        near.wire.send('after', false);
        await far.received(4);
        expect(far.frames).toEqual([
          { data: Buffer.from('before'), isBinary: false },
          { data: Buffer.from('prepared text'), isBinary: false },
          { data: Buffer.from([1, 2, 3]), isBinary: true },
          { data: Buffer.from('after'), isBinary: false },
        ]);
      }),
    );

    test(
      'are counted with their payload, and control frames are not',
      held(async (scene) => {
        const { near, far } = await scene.pair(role);
        near.wire.send('€', false);
        near.wire.sendPrepared(prepare('four'));
        near.wire.ping();
        far.wire.send(Buffer.alloc(10), true);
        await Promise.all([far.received(2), near.received(1)]);
        expect(near.wire).toMatchObject({ framesOut: 2, bytesOut: 7, framesIn: 1, bytesIn: 10 });
        expect(far.wire).toMatchObject({ framesOut: 1, bytesOut: 10, framesIn: 2, bytesIn: 7 });
      }),
    );

    test(
      'may be answered from within their delivery',
      held(async (scene) => {
        const { near, far } = await scene.pair(role);
        far.wire.frames$.subscribe(({ data }) => far.wire.send(`re: ${data.toString()}`, false));
        near.wire.send('one', false);
        near.wire.send('two', false);
        await near.received(2);
        expect(near.texts).toEqual(['re: one', 're: two']);
      }),
    );

    test(
      'wait while the wire is paused, and come in order after it',
      held(async (scene) => {
        const { near, far } = await scene.pair(role);
        near.wire.pause();
        expect(near.wire.isPaused).toBe(true);
        far.wire.send('one', false);
        far.wire.send('two', false);
        await settled();
        expect(near.frames).toEqual([]);
        near.wire.resume();
        expect(near.wire.isPaused).toBe(false);
        await near.received(2);
        expect(near.texts).toEqual(['one', 'two']);
      }),
    );

    test(
      'stop in the middle of a read when their subscriber pauses the wire',
      held(async (scene) => {
        const { near, far } = await scene.pair(role);
        near.wire.frames$.subscribe(() => near.wire.pause());
        for (const text of ['one', 'two', 'three']) far.wire.send(text, false);
        await near.received(1);
        await settled();
        expect(near.texts).toEqual(['one']);
        near.wire.resume();
        await near.received(2);
        await settled();
        expect(near.texts).toEqual(['one', 'two']);
        near.wire.resume();
        await near.received(3);
        expect(near.texts).toEqual(['one', 'two', 'three']);
      }),
    );

    test(
      'go on when their subscriber pauses and resumes at once',
      held(async (scene) => {
        const { near, far } = await scene.pair(role);
        near.wire.frames$.subscribe(() => {
          near.wire.pause();
          near.wire.resume();
        });
        for (const text of ['one', 'two', 'three']) far.wire.send(text, false);
        await near.received(3);
        expect(near.texts).toEqual(['one', 'two', 'three']);
      }),
    );

    test(
      'stop after the one whose subscriber terminates the wire',
      held(async (scene) => {
        const { near, far } = await scene.pair(role);
        near.wire.frames$.subscribe(() => near.wire.terminate());
        for (const text of ['one', 'two', 'three']) far.wire.send(text, false);
        await near.ended();
        expect(near.texts).toEqual(['one']);
        expect(near.wire.framesIn).toBe(1);
      }),
    );
  });

  describe.each(ROLES)('a Ping of a wire that was %s', (role) => {
    test(
      'is answered by the peer, which shows in heardAt',
      held(async (scene) => {
        const { near } = await scene.pair(role);
        const { heardAt } = near.wire;
        expect(heardAt).toBeGreaterThan(0);
        await eventually(() => {
          near.wire.ping();
          return near.wire.heardAt > heardAt;
        });
        expect(near.frames).toEqual([]);
      }),
    );

    test(
      'is answered until its own Close, also by a peer whose Close is out (RFC 6455 section 5.5.1)',
      held(async (scene) => {
        const { near, far } = await scene.pair(role, { near: 'mute', far: 'mute' });
        far.wire.close(4000, '');
        await near.fact('wire.closing');
        const heardAt = await laterThanHeard(near.wire);
        near.wire.ping();
        await eventually(() => near.wire.heardAt > heardAt);
      }),
    );

    test(
      'is not answered by a paused peer until it resumes',
      held(async (scene) => {
        const { near, far } = await scene.pair(role);
        await settled();
        far.wire.pause();
        const heardAt = await laterThanHeard(near.wire);
        near.wire.ping();
        await settled();
        expect(near.wire.heardAt).toBe(heardAt);
        far.wire.resume();
        await eventually(() => near.wire.heardAt > heardAt);
      }),
    );

    test(
      'measures its round trip, for its sender and as the latest of the wire',
      held(async (scene) => {
        const { near } = await scene.pair(role);
        expect(near.wire.latencyMs).toBeUndefined();
        const trips: unknown[] = [];
        near.wire.ping((ms) => trips.push(ms));
        near.wire.ping((ms) => trips.push(ms));
        expect(trips).toEqual([]);
        await eventually(() => trips.length === 2);
        expect(trips.every((ms) => typeof ms === 'number' && ms >= 0 && ms < 10_000)).toBe(true);
        expect(near.wire.latencyMs).toBe(trips[1]);
      }),
    );

    test(
      'that nobody waits for is measured as well, before and after something was sent',
      held(async (scene) => {
        const { near } = await scene.pair(role);
        near.wire.ping();
        await eventually(() => near.wire.latencyMs !== undefined);
        near.wire.send('x', false);
        near.wire.ping();
        await eventually(() => !near.wire.awaitsPong);
        expect(near.wire.latencyMs).toBeGreaterThanOrEqual(0);
        expect(near.wire.latencyMs).toBeLessThan(10_000);
      }),
    );

    test(
      'has no round trip when the wire ends before its answer, or had ended',
      held(async (scene) => {
        const { near, far } = await scene.pair(role);
        far.wire.pause();
        const trips: unknown[] = [];
        near.wire.ping((ms) => trips.push(ms));
        near.wire.terminate();
        await near.ended();
        expect(trips).toEqual([undefined]);
        near.wire.ping((ms) => trips.push(ms));
        expect(trips).toEqual([undefined, undefined]);
      }),
    );
  });
}
