import { expect, test } from 'vitest';
import { boundedPull, type WaitingPlace } from '../../../../src/supervisor/connection/frames/bounded-pull.js';
import { DeadlineError } from '../../../../src/transport/errors.js';
import { aParent } from '../../../support/a-parent.js';

function aPull(options: { readonly signal?: AbortSignal; readonly withinMs?: number }) {
  const { clock, services } = aParent();
  const place: WaitingPlace<string> = { waiter: undefined };
  return { clock, place, answer: boundedPull(place, options, services.wheel) };
}

// `within` around a promise would lose such a frame: the promise settles a microtask after its answer.
test('an answer counts although the deadline passes in the same turn', async () => {
  const { clock, place, answer } = aPull({ withinMs: 100 });
  place.waiter?.('a frame');
  clock.advance(200);
  expect(await answer).toBe('a frame');
});

test('an answer counts although the signal aborts in the same turn', async () => {
  const controller = new AbortController();
  const { place, answer } = aPull({ signal: controller.signal });
  place.waiter?.('a frame');
  controller.abort(new Error('too late'));
  expect(await answer).toBe('a frame');
});

test('a deadline rejects, and nobody waits in the place any more', async () => {
  const { clock, place, answer } = aPull({ withinMs: 100 });
  const rejected = expect(answer).rejects.toThrow(
    new DeadlineError('receive: no frame came within 100 ms; the connection is as it was.'),
  );
  clock.advance(200);
  await rejected;
  expect(place.waiter).toBeUndefined();
});

test('an abort rejects with its reason, and leaves no timer', async () => {
  const controller = new AbortController();
  const { clock, place, answer } = aPull({ signal: controller.signal, withinMs: 100 });
  const rejected = expect(answer).rejects.toThrow('enough');
  controller.abort(new Error('enough'));
  await rejected;
  expect([place.waiter, clock.pending]).toEqual([undefined, 0]);
});

test('a wait that has ended leaves the one after it alone', () => {
  const { clock, place, answer } = aPull({ withinMs: 100 });
  answer.catch(() => {});
  const next = () => {};
  place.waiter = next;
  clock.advance(200);
  expect(place.waiter).toBe(next);
});
