import { describe, expect, test } from 'vitest';
import { prepare } from '../../src/transport/protocol/prepared.js';
import { eventually, type Held, ROLES, settled } from './harness.js';

const CLEAN = { kind: 'closed', unconfirmed: { frames: 0, bytes: 0 } } as const;

/** More turns than a handler in a few nested `await`s needs. */
const CHAIN = 10;

export function describeClosing(held: Held): void {
  describe.each(ROLES)('the closing handshake of a wire that was %s', (role) => {
    test.each([
      [1000, ''],
      [1001, 'going away'],
      [3000, 'a reason of 123 bytes: '.padEnd(121, '.').concat('ü')],
      [4999, ''],
      [1005, ''],
    ])('begun by it with %i and %j is reported to both ends', (code, reason) =>
      held(async (scene) => {
        const { near, far } = await scene.pair(role);
        near.wire.close(code, reason);
        expect(await far.fact('wire.closing')).toEqual({ type: 'wire.closing', received: { code, reason } });
        const frame = { code, reason };
        expect(await near.ended()).toEqual({ ...CLEAN, sent: frame, received: frame });
        expect(await far.ended()).toEqual({ ...CLEAN, sent: frame, received: frame });
        expect(near.facts.map(({ type }) => type).filter((type) => type !== 'wire.opened')).toEqual([
          'wire.closing',
          'wire.closed',
        ]);
      })(),
    );

    test(
      'keeps both codes and reasons when the peer answers with its own',
      held(async (scene) => {
        const { near, far } = await scene.pair(role, { far: 'mute' });
        near.wire.close(4001, 'mine');
        await far.fact('wire.closing');
        far.wire.close(4002, 'theirs');
        expect(await near.ended()).toEqual({
          ...CLEAN,
          sent: { code: 4001, reason: 'mine' },
          received: { code: 4002, reason: 'theirs' },
        });
        expect(await far.ended()).toEqual({
          ...CLEAN,
          sent: { code: 4002, reason: 'theirs' },
          received: { code: 4001, reason: 'mine' },
        });
      }),
    );

    test(
      'begun by both at once shows each the code of the other',
      held(async (scene) => {
        const { near, far } = await scene.pair(role);
        near.wire.close(4001, 'mine');
        far.wire.close(4002, 'theirs');
        expect(await near.ended()).toEqual({
          ...CLEAN,
          sent: { code: 4001, reason: 'mine' },
          received: { code: 4002, reason: 'theirs' },
        });
        expect(await far.ended()).toEqual({
          ...CLEAN,
          sent: { code: 4002, reason: 'theirs' },
          received: { code: 4001, reason: 'mine' },
        });
      }),
    );

    test(
      'sends what was taken first, and takes no data any more',
      held(async (scene) => {
        const { near, far } = await scene.pair(role);
        near.wire.send('one', false);
        near.wire.send('two', false);
        near.wire.close(4000, 'first');
        expect(near.wire.send('late', false)).toBe(false);
        expect(near.wire.sendPrepared(prepare('late'))).toBe(false);
        near.wire.close(4001, 'second');
        expect(await far.ended()).toMatchObject({ received: { code: 4000, reason: 'first' } });
        expect(far.texts).toEqual(['one', 'two']);
        expect(near.wire.framesOut).toBe(2);
      }),
    );

    test(
      "delivers frames until the peer's Close (RFC 6455 section 5.5.1)",
      held(async (scene) => {
        const { near, far } = await scene.pair(role, { far: 'mute' });
        near.wire.close(4000, '');
        await far.fact('wire.closing');
        expect(far.wire.send('still', false)).toBe(true);
        expect(far.wire.send('sending', false)).toBe(true);
        far.wire.close(4000, '');
        await near.ended();
        expect(near.texts).toEqual(['still', 'sending']);
      }),
    );

    test(
      "waits for our own Close after the peer's, however long that takes",
      held(async (scene) => {
        const { near, far } = await scene.pair(role, { near: 'mute' });
        far.wire.close(4000, '');
        await near.fact('wire.closing');
        await settled();
        expect(near.facts.at(-1)).toMatchObject({ type: 'wire.closing' });
        near.wire.close(1000, '');
        expect(await near.ended()).toMatchObject({ kind: 'closed', sent: { code: 1000 }, received: { code: 4000 } });
      }),
    );

    test(
      'comes after the data before it, also behind a pause',
      held(async (scene) => {
        const { near, far } = await scene.pair(role);
        near.wire.pause();
        for (let n = 0; n < 100; n += 1) far.wire.send(`unread ${n}`, false);
        far.wire.close(4000, 'behind it');
        await settled();
        expect(near.facts.map(({ type }) => type)).not.toContain('wire.closing');
        near.wire.resume();
        await near.fact('wire.closing');
        expect(near.frames).toHaveLength(100);
        expect(await near.ended()).toMatchObject({ kind: 'closed', received: { code: 4000, reason: 'behind it' } });
      }),
    );

    test(
      'lets a subscriber that answers at once answer before the echo',
      held(async (scene) => {
        const { near, far } = await scene.pair(role);
        near.wire.frames$.subscribe(({ data }) => near.wire.send(`re: ${data.toString()}`, false));
        far.wire.send('one', false);
        far.wire.send('two', false);
        far.wire.close(1000, '');
        expect(await far.ended()).toMatchObject({ kind: 'closed' });
        expect(far.texts).toEqual(['re: one', 're: two']);
      }),
    );

    test(
      'lets a handler that was woken by the frames before it answer before the echo',
      held(async (scene) => {
        const { near, far } = await scene.pair(role);
        const answer = async (text: string) => {
          for (let step = 0; step < CHAIN; step += 1) await Promise.resolve();
          near.wire.send(`re: ${text}`, false);
        };
        near.wire.frames$.subscribe(({ data }) => void answer(data.toString()));
        far.wire.send('one', false);
        far.wire.send('two', false);
        far.wire.close(1000, '');
        expect(await far.ended()).toMatchObject({ kind: 'closed' });
        expect(far.texts).toEqual(['re: one', 're: two']);
      }),
    );

    test(
      "passes over what comes behind the peer's Close",
      held(async (scene) => {
        const { near, bad } = await scene.beside(role);
        bad.send('before');
        bad.close(4000);
        bad.send('behind');
        bad.violate();
        bad.close(4001);
        await near.fact('wire.closing');
        await settled();
        bad.end();
        expect(await near.ended()).toMatchObject({ kind: 'closed', received: { code: 4000 } });
        expect(near.texts).toEqual(['before']);
        expect(near.facts.filter(({ type }) => type !== 'wire.opened')).toHaveLength(2);
      }),
    );

    test(
      'is cut short by terminate',
      held(async (scene) => {
        const { near, far } = await scene.pair(role, { far: 'mute' });
        near.wire.close(4000, 'cut');
        await far.fact('wire.closing');
        near.wire.terminate();
        const end = await near.ended();
        expect(end).toMatchObject({ kind: 'terminated', sent: { code: 4000, reason: 'cut' } });
        expect(end.received).toBeUndefined();
      }),
    );

    test(
      'is cut short by a peer that ends TCP without a Close of its own',
      held(async (scene) => {
        const { near, far } = await scene.pair(role, { far: 'mute' });
        near.wire.close(4000, 'cut');
        await far.fact('wire.closing');
        far.wire.end();
        const { sent } = await near.fact('wire.failed');
        expect(sent).toBeUndefined();
        const end = await near.ended();
        expect(end).toMatchObject({ kind: 'socket-ended', sent: { code: 4000, reason: 'cut' } });
        expect(end.received).toBeUndefined();
      }),
    );
  });

  describe('the end of TCP after both Close frames', () => {
    test(
      'is begun by the server at once (RFC 6455 section 7.1.1)',
      held(async (scene) => {
        const { near, bad } = await scene.beside('accepted');
        near.wire.close(1000, '');
        bad.close(1000);
        await eventually(() => bad.isEnded());
      }),
    );

    test(
      'is awaited by the client',
      held(async (scene) => {
        const { near, bad } = await scene.beside('dialed');
        near.wire.close(1000, '');
        bad.close(1000);
        await near.fact('wire.closing');
        await settled();
        expect(near.facts.at(-1)).toMatchObject({ type: 'wire.closing' });
        expect(bad.isEnded()).toBe(false);
        bad.end();
        expect(await near.ended()).toMatchObject({ kind: 'closed', sent: { code: 1000 }, received: { code: 1000 } });
      }),
    );

    test.each(ROLES)('may be hurried by terminate, and is clean all the same: %s', (role) =>
      held(async (scene) => {
        const { near, bad } = await scene.beside(role);
        near.wire.close(1000, '');
        bad.close(1000);
        await near.fact('wire.closing');
        near.wire.terminate();
        expect(await near.ended()).toMatchObject({ kind: 'closed', sent: { code: 1000 }, received: { code: 1000 } });
      })(),
    );
  });
}
