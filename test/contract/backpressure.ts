import { describe, expect, test } from 'vitest';
import { prepare } from '../../src/transport/protocol/prepared.js';
import type { Fate } from '../../src/transport/wire-fact.js';
import { eventually, type Held, type Pair, ROLES, type Role, type Scene, settled } from './harness.js';

const MIB = 1024 * 1024;

/** More than the buffers of loopback hold on any system. */
const FLOOD = 32;

const bulk = Buffer.alloc(MIB, 'x');

/** A pair whose far end does not read, with more on its way than the kernel takes. */
async function flooded(scene: Scene, role: Role): Promise<Pair> {
  const pair = await scene.pair(role);
  pair.far.wire.pause();
  for (let n = 0; n < FLOOD; n += 1) pair.near.wire.send(bulk, true);
  await settled();
  expect(pair.near.wire.bufferedBytes).toBeGreaterThan(MIB);
  return pair;
}

/** What `confirm` says, once it does. */
function confirmed(wire: Pair['near']['wire']): Promise<Fate> {
  return new Promise((resolve) => wire.confirm(resolve));
}

export function describeBackpressure(held: Held): void {
  describe.each(ROLES)('what waits in a wire that was %s', (role) => {
    test(
      'is counted from the send on until it has left',
      held(async (scene) => {
        const { near } = await scene.pair(role);
        expect(near.wire.bufferedBytes).toBe(0);
        near.wire.send('12345678', false);
        expect(near.wire.bufferedBytes).toBeGreaterThanOrEqual(8);
        await eventually(() => near.wire.bufferedBytes === 0);
      }),
    );

    test(
      'is counted by its payload as well, without framing and control frames',
      held(async (scene) => {
        const { near } = await scene.pair(role);
        expect(near.wire.bufferedPayloadBytes).toBe(0);
        near.wire.send('12345678', false);
        near.wire.sendPrepared(prepare('€'));
        near.wire.ping(undefined, Buffer.from('life'));
        expect(near.wire.bufferedPayloadBytes).toBe(11);
        await eventually(() => near.wire.bufferedBytes === 0);
        expect(near.wire.bufferedPayloadBytes).toBe(0);
      }),
    );

    test(
      'has no more payload than bytes, and none once it was discarded or the wire has ended',
      held(async (scene) => {
        const { near } = await flooded(scene, role);
        const { bufferedBytes, bufferedPayloadBytes } = near.wire;
        expect(bufferedPayloadBytes).toBeGreaterThan(MIB);
        expect(bufferedPayloadBytes).toBeLessThanOrEqual(bufferedBytes);
        near.wire.discard();
        expect(near.wire.bufferedPayloadBytes).toBeLessThanOrEqual(near.wire.bufferedBytes);
        near.wire.terminate();
        await near.ended();
        expect(near.wire.bufferedPayloadBytes).toBe(0);
      }),
    );

    test(
      'is bounded by nothing but the caller: it grows while the peer does not read, and goes when it does',
      held(async (scene) => {
        const { near, far } = await flooded(scene, role);
        let drains = 0;
        near.wire.drained$.subscribe(() => {
          drains += 1;
        });
        await settled();
        expect(drains).toBe(0);
        far.wire.resume();
        await far.received(FLOOD);
        await eventually(() => drains > 0);
        expect(near.wire.bufferedBytes).toBe(0);
        expect(far.wire.bytesIn).toBe(FLOOD * MIB);
      }),
    );

    test(
      'is confirmed when it has left',
      held(async (scene) => {
        const { near } = await scene.pair(role);
        near.wire.send('one', false);
        expect(await confirmed(near.wire)).toBe('written');
        expect(near.wire.bufferedBytes).toBe(0);
        expect(await confirmed(near.wire)).toBe('written');
      }),
    );

    test(
      'is confirmed as far as it was taken at that time, and not before it has left',
      held(async (scene) => {
        const { near, far } = await scene.pair(role);
        far.wire.pause();
        const fates: string[] = [];
        near.wire.send('small', false);
        near.wire.confirm((fate) => fates.push(`first ${fate}`));
        for (let n = 0; n < FLOOD; n += 1) near.wire.send(bulk, true);
        near.wire.confirm((fate) => fates.push(`second ${fate}`));
        await settled();
        expect(fates).toEqual(['first written']);
        far.wire.resume();
        await eventually(() => fates.length === 2);
        expect(fates).toEqual(['first written', 'second written']);
      }),
    );

    test(
      'is reported lost when the wire is cut',
      held(async (scene) => {
        const { near } = await flooded(scene, role);
        const lost = confirmed(near.wire);
        near.wire.terminate();
        expect(await lost).toBe('discarded');
        const { unconfirmed, unwritten, discarded, kind } = await near.ended();
        expect(kind).toBe('terminated');
        expect(discarded?.frames).toBeGreaterThan(0);
        expect(discarded?.frames).toBeLessThanOrEqual(unwritten?.frames ?? 0);
        expect(unwritten?.frames).toBeGreaterThan(0);
        expect(unwritten?.frames).toBeLessThan(FLOOD);
        expect(unwritten?.bytes).toBe((unwritten?.frames ?? 0) * MIB);
        // The far end has read none of it, however much the kernel took.
        expect(unconfirmed).toEqual({ frames: FLOOD, bytes: FLOOD * MIB });
        expect(await confirmed(near.wire)).toBe('discarded');
      }),
    );

    test(
      'can be discarded so that a Close gets out before it',
      held(async (scene) => {
        const { near, far } = await flooded(scene, role);
        const lost = confirmed(near.wire);
        const discarded = near.wire.discard();
        expect(discarded.frames).toBeGreaterThan(0);
        expect(discarded.bytes).toBe(discarded.frames * MIB);
        expect(await lost).toBe('discarded');
        near.wire.close(1013, 'too slow');
        far.wire.resume();
        expect(await far.ended()).toMatchObject({ kind: 'closed', received: { code: 1013, reason: 'too slow' } });
        expect(far.frames).toHaveLength(FLOOD - discarded.frames);
        expect(await near.ended()).toMatchObject({ kind: 'closed', unconfirmed: discarded, discarded });
        expect(near.wire.framesOut).toBe(FLOOD);
      }),
    );

    test(
      'is sent before the Close of an orderly close',
      held(async (scene) => {
        const { near, far } = await flooded(scene, role);
        near.wire.close(4000, '');
        await settled();
        expect(far.facts.map(({ type }) => type)).not.toContain('wire.closing');
        far.wire.resume();
        expect(await far.ended()).toMatchObject({ kind: 'closed', received: { code: 4000 } });
        expect(far.frames).toHaveLength(FLOOD);
      }),
    );

    test(
      'was confirmed for good when it had left before the end',
      held(async (scene) => {
        const { near } = await scene.pair(role);
        near.wire.send('one', false);
        near.wire.close(1000, '');
        await near.ended();
        expect(await confirmed(near.wire)).toBe('written');
      }),
    );

    test(
      'is nothing to discard when it has left',
      held(async (scene) => {
        const { near } = await scene.pair(role);
        near.wire.send('one', false);
        await confirmed(near.wire);
        expect(near.wire.discard()).toEqual({ frames: 0, bytes: 0 });
      }),
    );
  });

  test(
    'confirms nothing on a wire that never opens',
    held(async (scene) => {
      const server = await scene.listen({ onUpgrade: (upgrade) => upgrade.refuse({ status: 403 }) });
      const dialed = scene.dial(server.url);
      expect(await confirmed(dialed.wire)).toBe('discarded');
      await dialed.ended();
      expect(await confirmed(dialed.wire)).toBe('discarded');
      expect(dialed.wire.discard()).toEqual({ frames: 0, bytes: 0 });
    }),
  );
}
