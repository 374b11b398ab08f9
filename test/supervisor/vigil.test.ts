import { expect, test } from 'vitest';
import { Vigil } from '../../src/supervisor/vigil.js';
import { Wheel } from '../../src/supervisor/wheel.js';
import { createHeapClock } from '../../src/testing/heap-clock.js';
import { FakeWire } from '../support/fake-wire.js';

function aVigil() {
  const clock = createHeapClock();
  const closes: string[] = [];
  const vigil = new Vigil({ closeFor: (trigger, code) => closes.push(`${trigger} ${code} at ${clock.now()}`) }, new Wheel(clock, () => {}));
  return { clock, closes, vigil };
}

test('closes with 1000 when no frame has passed for idleWithinMs, to within an eighth', () => {
  const { clock, closes, vigil } = aVigil();
  const wire = new FakeWire();
  vigil.watchIdleness(wire, 800);
  clock.advance(700);
  wire.deliver('a');
  clock.advance(800);
  expect(closes).toEqual([]);
  clock.advance(200);
  expect(closes).toEqual([expect.stringMatching(/^idle 1000/)]);
});

test('frames sent count as well', () => {
  const { clock, closes, vigil } = aVigil();
  const wire = new FakeWire();
  vigil.watchIdleness(wire, 800);
  for (let i = 0; i < 10; i++) {
    clock.advance(500);
    wire.send('a', false);
  }
  expect(closes).toEqual([]);
});

test('closes with 3000 when the credential ends, or at the time it was moved to', () => {
  const { clock, closes, vigil } = aVigil();
  vigil.expireAfter(100);
  clock.advance(90);
  vigil.expireAfter(100);
  clock.advance(90);
  expect(closes).toEqual([]);
  clock.advance(30);
  expect(closes).toEqual([expect.stringMatching(/^expired 3000/)]);
});

test('a credential that has ended already closes at once', () => {
  const { clock, closes, vigil } = aVigil();
  vigil.expireAfter(-5000);
  clock.advance(1);
  expect(closes).toHaveLength(1);
});

test('closes with 1011 when the socket stays paused, and not when it is resumed in time', () => {
  const { clock, closes, vigil } = aVigil();
  vigil.paused(100);
  clock.advance(90);
  vigil.resumed();
  clock.advance(1000);
  expect(closes).toEqual([]);
  vigil.paused(100);
  clock.advance(120);
  expect(closes).toEqual([expect.stringMatching(/^slow-handler 1011/)]);
});

test('asks for nothing any more when it has ended, and leaves no timer', () => {
  const { clock, closes, vigil } = aVigil();
  vigil.watchIdleness(new FakeWire(), 100);
  vigil.expireAfter(100);
  vigil.paused(100);
  vigil.end();
  expect(clock.pending).toBe(0);
  clock.advance(1000);
  expect(closes).toEqual([]);
});
