import { describe, expect, test } from 'vitest';
import { type Held, ROLES, settled } from './harness.js';

const MOST_BYTES = 1000;

/** The first and last byte of a two-byte character: text that is not UTF-8. */
const NOT_UTF8 = Buffer.from([0xc3, 0x28]);

/** Bun does not say when a socket that it has accepted is reset: it ends. */
const isSilentOnReset = process.versions['bun'] !== undefined;

export function describeLosses(held: Held, isOverSockets: boolean): void {
  describe.each(ROLES)('the loss of a wire that was %s', (role) => {
    test(
      'by terminate is reported once, and the peer sees TCP end without a Close',
      held(async (scene) => {
        const { near, far } = await scene.pair(role);
        near.wire.terminate();
        expect(near.facts.map(({ type }) => type)).not.toContain('wire.closed');
        expect(await near.ended()).toEqual({ kind: 'terminated', unconfirmed: { frames: 0, bytes: 0 } });
        expect(await far.fact('wire.failed')).toEqual({
          type: 'wire.failed',
          fault: 'socket-ended',
          cause: expect.any(Error),
        });
        expect(await far.ended()).toEqual({ kind: 'socket-ended', unconfirmed: { frames: 0, bytes: 0 } });
      }),
    );

    test(
      'by a FIN without Close is a fault first, and the end once we end TCP too',
      held(async (scene) => {
        const { near, far } = await scene.pair(role, { near: 'mute' });
        far.wire.send('last words', false);
        far.wire.end();
        expect(await near.fact('wire.failed')).toEqual({
          type: 'wire.failed',
          fault: 'socket-ended',
          cause: expect.any(Error),
        });
        expect(near.texts).toEqual(['last words']);
        expect(near.wire.send('too late', false)).toBe(false);
        await settled();
        expect(near.facts.at(-1)).toMatchObject({ type: 'wire.failed' });
        near.wire.end();
        expect(await near.ended()).toEqual({ kind: 'socket-ended', unconfirmed: { frames: 0, bytes: 0 } });
        expect(await far.ended()).toMatchObject({ kind: 'socket-ended' });
      }),
    );

    test(
      'by end sends what was taken first',
      held(async (scene) => {
        const { near, far } = await scene.pair(role);
        near.wire.send('one', false);
        near.wire.send('two', false);
        near.wire.end();
        expect(near.wire.send('late', false)).toBe(false);
        await far.ended();
        expect(far.texts).toEqual(['one', 'two']);
      }),
    );

    test(
      'by end discards what still comes',
      held(async (scene) => {
        const { near, far } = await scene.pair(role, { far: 'mute' });
        near.wire.end();
        await far.fact('wire.failed');
        far.wire.end();
        await near.ended();
        expect(near.frames).toEqual([]);
      }),
    );

    test(
      'by a reset of TCP reports the errno',
      held(async (scene) => {
        const { near, bad } = await scene.beside(role);
        bad.reset();
        const end = await near.ended();
        if (isSilentOnReset && isOverSockets && role === 'accepted') {
          expect(end).toMatchObject({ kind: 'socket-ended' });
          return;
        }
        const isStream = scene.harness.isWithinHttp2 === true && role === 'accepted';
        expect(end).toMatchObject({
          kind: 'socket-error',
          cause: { code: 'ECONNRESET', ...(isStream ? {} : { syscall: 'read', errno: expect.any(Number) }) },
        });
        expect(end.cause).toBeInstanceOf(Error);
        expect(near.facts.map(({ type }) => type)).not.toContain('wire.failed');
      }),
    );
  });

  describe.each(ROLES)('a peer of a wire that was %s', (role) => {
    test(
      `may send ${MOST_BYTES} bytes where that is the most`,
      held(async (scene) => {
        const { near, far } = await scene.pair(role, { limits: { maxPayloadBytes: MOST_BYTES } });
        far.wire.send(Buffer.alloc(MOST_BYTES), true);
        const [frame] = await near.received(1);
        expect(frame?.data).toHaveLength(MOST_BYTES);
      }),
    );

    test(
      'that sends more than the limit receives 1009, and is not read any further',
      held(async (scene) => {
        const { near, far } = await scene.pair(role, { limits: { maxPayloadBytes: MOST_BYTES } });
        far.wire.send('fits', false);
        far.wire.send(Buffer.alloc(MOST_BYTES + 1), true);
        far.wire.send('behind it', false);
        expect(await near.fact('wire.failed')).toEqual({
          type: 'wire.failed',
          fault: 'too-big',
          sent: { code: 1009, reason: '' },
          cause: expect.any(Error),
        });
        expect(await far.fact('wire.closing')).toEqual({ type: 'wire.closing', received: { code: 1009, reason: '' } });
        const end = await near.ended();
        expect(end).toMatchObject({ kind: 'socket-ended', sent: { code: 1009, reason: '' } });
        expect(end.received).toBeUndefined();
        expect(near.texts).toEqual(['fits']);
        await far.ended();
      }),
    );

    test(
      'that is at fault gets the answers to the frames before, ahead of the Close',
      held(async (scene) => {
        const { near, far } = await scene.pair(role, { limits: { maxPayloadBytes: MOST_BYTES } });
        near.wire.frames$.subscribe(
          ({ data }) => void Promise.resolve().then(() => near.wire.send(`re: ${data.toString()}`, false)),
        );
        far.wire.send('question', false);
        far.wire.send(Buffer.alloc(MOST_BYTES + 1), true);
        expect(await far.fact('wire.closing')).toMatchObject({ received: { code: 1009 } });
        expect(far.texts).toEqual(['re: question']);
      }),
    );

    test(
      'that sends text which is not UTF-8 receives 1007 (RFC 6455 section 8.1)',
      held(async (scene) => {
        const { near, far } = await scene.pair(role);
        far.wire.send(NOT_UTF8, false);
        expect(await near.fact('wire.failed')).toMatchObject({
          fault: 'protocol-error',
          sent: { code: 1007, reason: '' },
        });
        expect(await far.fact('wire.closing')).toMatchObject({ received: { code: 1007 } });
        expect(near.frames).toEqual([]);
      }),
    );

    test(
      'that breaks the protocol receives 1002',
      held(async (scene) => {
        const { near, bad } = await scene.beside(role);
        bad.send('fine');
        bad.violate();
        expect(await near.fact('wire.failed')).toEqual({
          type: 'wire.failed',
          fault: 'protocol-error',
          sent: { code: 1002, reason: '' },
          cause: expect.any(Error),
        });
        expect(await bad.closeCode()).toBe(1002);
        expect(near.texts).toEqual(['fine']);
      }),
    );

    test(
      'receives no second Close when ours is already sent',
      held(async (scene) => {
        const { near, bad } = await scene.beside(role);
        near.wire.close(4000, '');
        bad.violate();
        const failed = await near.fact('wire.failed');
        expect(failed).toMatchObject({ fault: 'protocol-error' });
        expect(failed.sent).toBeUndefined();
        expect(await bad.closeCode()).toBe(4000);
      }),
    );
  });
}
