import { describe, expect, test } from 'vitest';
import type { ControlFrame } from '../../src/transport/frame.js';
import { eventually, type Held, ROLES, settled } from './harness.js';

export function describeControlFrames(held: Held): void {
  describe.each(ROLES)('control frames of a wire that was %s', (role) => {
    test(
      'are emitted with their payload, a Ping when it has been answered',
      held(async (scene) => {
        const { near, far } = await scene.pair(role);
        const seen: ControlFrame[] = [];
        near.wire.controlFrames$.subscribe((frame) => seen.push(frame));
        const payload = Buffer.alloc(125, 'life');
        const roundTrip = new Promise((resolve) => far.wire.ping(resolve, payload));
        far.wire.pong(Buffer.from('unasked'));
        far.wire.pong(Buffer.alloc(0));
        expect(await roundTrip).toBeGreaterThanOrEqual(0);
        await eventually(() => seen.length === 3);
        expect(seen).toEqual([
          { type: 'ping', payload },
          { type: 'pong', payload: Buffer.from('unasked') },
          { type: 'pong', payload: Buffer.alloc(0) },
        ]);
      }),
    );

    test(
      'come among the messages in the order in which they were sent',
      held(async (scene) => {
        const { near, far } = await scene.pair(role);
        const seen: string[] = [];
        near.wire.controlFrames$.subscribe(({ type, payload }) => seen.push(`${type} ${payload.toString()}`));
        near.wire.frames$.subscribe((frame) => seen.push(frame.text()));
        far.wire.send('one', false);
        far.wire.pong(Buffer.from('two'));
        far.wire.send('three', false);
        await eventually(() => seen.length === 3);
        expect(seen).toEqual(['one', 'pong two', 'three']);
      }),
    );

    test(
      'complete with the wire, also for those who come late',
      held(async (scene) => {
        const { near, far } = await scene.pair(role);
        const ends: string[] = [];
        near.wire.controlFrames$.subscribe({ complete: () => ends.push('in time') });
        far.wire.close(1000, '');
        await near.ended();
        near.wire.controlFrames$.subscribe({ complete: () => ends.push('late') });
        expect(ends).toEqual(['in time', 'late']);
      }),
    );

    test(
      'of a payload that was chosen answer no Ping but that one',
      held(async (scene) => {
        const { near, far } = await scene.pair(role);
        const trips: (number | undefined)[] = [];
        far.wire.pause();
        near.wire.ping((ms) => trips.push(ms), Buffer.from('mine'));
        // From the other side, where nothing is read: a Pong with another payload.
        far.wire.pong(Buffer.from('yours'));
        await settled();
        expect([trips, near.wire.awaitsPong]).toEqual([[], true]);
        far.wire.resume();
        await eventually(() => trips.length === 1);
        expect(trips[0]).toBe(near.wire.latencyMs);
        expect(near.wire.awaitsPong).toBe(false);
      }),
    );

    test(
      'are no answer to a wire that has ended: a Ping then has none, and a Pong does nothing',
      held(async (scene) => {
        const { near, far } = await scene.pair(role);
        far.wire.close(1000, '');
        await near.ended();
        near.wire.pong(Buffer.from('late'));
        expect(await new Promise((resolve) => near.wire.ping(resolve, Buffer.from('late')))).toBeUndefined();
      }),
    );
  });
}
