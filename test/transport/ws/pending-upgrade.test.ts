import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import type { HttpAnswer, WireOptions } from '../../../src/transport/transport.js';
import { isUnderWay, PendingUpgrade, releaseUpgrade } from '../../../src/transport/ws/pending-upgrade.js';

const OPTIONS: WireOptions = { maxPayloadBytes: 1000, maxFragments: 10, perMessageDeflate: false };

const REQUEST = { method: 'GET', url: '/', headers: {}, remoteAddress: '192.0.2.1', isSecure: false };

/** A handshake that is answered as the test says. */
class TestUpgrade extends PendingUpgrade {
  protected readonly leavings = ['error'];
  readonly answers: HttpAnswer[] = [];
  readonly stream: PassThrough;
  how: string | undefined;
  fault: Error | undefined;

  constructor(stream = new PassThrough()) {
    super(REQUEST, stream, () => 42);
    this.stream = stream;
  }

  protected takenHow(): string | undefined {
    return this.how;
  }

  protected open() {
    if (this.fault !== undefined) throw this.fault;
    return { socket: this.stream, head: Buffer.alloc(0), protocol: 'chat', deflate: undefined };
  }

  protected answer(httpAnswer: HttpAnswer): void {
    this.answers.push(httpAnswer);
  }
}

test('is under way from the time it is watched until it is answered', () => {
  const upgrade = new TestUpgrade();
  expect(isUnderWay(upgrade.stream)).toBe(false);
  upgrade.watch();
  expect(isUnderWay(upgrade.stream)).toBe(true);
  upgrade.refuse({ status: 403 });
  expect(isUnderWay(upgrade.stream)).toBe(false);
  expect(upgrade.answers).toEqual([{ status: 403 }]);
  expect(upgrade.stream.listenerCount('error')).toBe(0);
});

test('accepted gives the wire of what was opened', () => {
  const wire = new TestUpgrade().accept(undefined, OPTIONS);
  expect(wire).toMatchObject({ protocol: 'chat', remoteAddress: '192.0.2.1', heardAt: 42 });
  wire?.terminate();
});

test('that cannot be opened is answered with 400', () => {
  const upgrade = new TestUpgrade();
  upgrade.fault = new Error('the field is malformed');
  expect(upgrade.accept(undefined, OPTIONS)).toBeUndefined();
  expect(upgrade.answers).toEqual([{ status: 400, body: 'the field is malformed.' }]);
  expect(upgrade.diversion).toEqual({ kind: 'refused', status: 400, error: upgrade.fault });
});

test('a socket that somebody else has is let go', () => {
  const upgrade = new TestUpgrade();
  upgrade.how = 'it was ended';
  upgrade.refuse({ status: 403 });
  expect([upgrade.answers, upgrade.stream.destroyed]).toEqual([[], false]);
  expect(upgrade.diversion).toEqual({ kind: 'taken', how: 'it was ended' });
});

test('a socket that was destroyed on this side is taken; one whose client has left is dropped', async () => {
  const taken = new TestUpgrade();
  taken.watch();
  taken.stream.destroy();
  await new Promise((resolve) => taken.stream.once('close', resolve));
  expect([taken.signal.aborted, taken.taken()]).toEqual([true, { kind: 'taken', how: 'it was destroyed' }]);
  const left = new TestUpgrade();
  left.watch();
  left.stream.destroy(new Error('reset'));
  await new Promise((resolve) => left.stream.once('close', resolve));
  expect([left.signal.aborted, left.taken()]).toEqual([true, undefined]);
});

test('released has nothing to do with its socket any more, and its decision is not answered', () => {
  const upgrade = new TestUpgrade();
  expect(releaseUpgrade(upgrade.stream, 'a hook has it')).toBe(false);
  upgrade.watch();
  const { signal } = upgrade;
  expect(releaseUpgrade(upgrade.stream, 'a hook has it')).toBe(true);
  expect(releaseUpgrade(upgrade.stream, 'another has it')).toBe(false);
  expect([isUnderWay(upgrade.stream), signal.aborted, upgrade.stream.listenerCount('error')]).toEqual([false, true, 0]);
  // Another listener may have it meanwhile.
  const next = new TestUpgrade(upgrade.stream);
  next.watch();
  upgrade.refuse({ status: 503 });
  expect(upgrade.diversion).toEqual({ kind: 'taken', how: 'a hook has it', isReleased: true });
  expect([upgrade.answers, upgrade.stream.destroyed, isUnderWay(upgrade.stream)]).toEqual([[], false, true]);
  next.refuse({ status: 404 });
  expect(next.answers).toEqual([{ status: 404 }]);
});
