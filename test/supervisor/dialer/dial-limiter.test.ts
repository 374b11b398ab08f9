import { describe, expect, test } from 'vitest';
import type { DialLimit } from '../../../src/supervisor/api/limits.js';
import { DialLimiter, DialPermit } from '../../../src/supervisor/dialer/dial-limiter.js';
import type { DialPriority } from '../../../src/supervisor/dialer/dial-priority.js';
import { Wheel } from '../../../src/supervisor/time/wheel.js';
import { createHeapClock } from '../../../src/testing/heap-clock.js';

function setup(limit: Partial<DialLimit> = {}) {
  const clock = createHeapClock();
  const wheel = new Wheel(clock, (error) => {
    throw error;
  });
  const limiter = new DialLimiter({ inFlight: 100, perSecond: 1_000, windows: [], ...limit }, clock, wheel);
  const granted: { readonly name: number; readonly at: number }[] = [];
  const enter = (
    name: number,
    onGranted = () => {},
    rank: DialPriority = 'first',
    host = 'example.com',
  ): DialPermit => {
    const permit = new DialPermit(() => {
      granted.push({ name, at: clock.now() });
      onGranted();
    });
    limiter.request(permit, rank, host);
    return permit;
  };
  return { clock, wheel, limiter, granted, enter, names: () => granted.map(({ name }) => name) };
}

/** Enters `count` attempts, named by their place in the queue. */
function crowd({ enter }: ReturnType<typeof setup>, count: number): DialPermit[] {
  return Array.from({ length: count }, (_, name) => enter(name));
}

test('grants within the call when nothing is in the way', () => {
  const { enter, limiter, wheel } = setup();
  expect(enter(1).state).toBe('granted');
  expect([limiter.inFlight, limiter.queued, wheel.size]).toEqual([1, 0, 0]);
});

describe('in flight', () => {
  test('are no more than allowed; a permit given back lets the next one in', () => {
    const fixture = setup({ inFlight: 2 });
    const permits = crowd(fixture, 4);
    expect(permits.map(({ state }) => state)).toEqual(['granted', 'granted', 'queued', 'queued']);
    fixture.limiter.release(permits[1] as DialPermit);
    expect(fixture.names()).toEqual([0, 1, 2]);
    expect([fixture.limiter.inFlight, fixture.limiter.queued]).toEqual([2, 1]);
  });

  test('a permit given back twice counts once', () => {
    const { enter, limiter } = setup({ inFlight: 2 });
    const first = enter(1);
    enter(2);
    limiter.release(first);
    limiter.release(first);
    expect(limiter.inFlight).toBe(1);
  });

  test('a permit given back while it is being granted lets the next one in', () => {
    const fixture = setup({ inFlight: 1 });
    const blocker = fixture.enter(0);
    const hasty: DialPermit[] = [];
    for (const name of [1, 2, 3])
      hasty.push(fixture.enter(name, () => fixture.limiter.release(hasty[name - 1] as DialPermit)));
    fixture.limiter.release(blocker);
    expect(fixture.names()).toEqual([0, 1, 2, 3]);
    expect(fixture.limiter.inFlight).toBe(0);
  });
});

describe('the pace', () => {
  test('lets all in, in the order in which they came, no more than a tenth of perSecond in any 100 ms', () => {
    const fixture = setup({ inFlight: 10_000, perSecond: 1_000 });
    crowd(fixture, 5_000);
    fixture.clock.advance(5_200);
    expect(fixture.names()).toEqual(Array.from({ length: 5_000 }, (_, name) => name));
    fixture.granted.forEach(({ at }, n) => {
      const hundredBefore = fixture.granted[n - 100];
      if (hundredBefore !== undefined) expect(at - hundredBefore.at).toBeGreaterThanOrEqual(100);
    });
  });

  test('needs one task on the wheel for all that wait, and none when none waits or none may begin', () => {
    const fixture = setup({ inFlight: 50, perSecond: 10 });
    const permits = crowd(fixture, 50);
    expect([fixture.wheel.size, fixture.limiter.queued]).toEqual([1, 49]);
    for (const permit of permits) fixture.limiter.release(permit);
    expect([fixture.wheel.size, fixture.limiter.queued]).toEqual([0, 0]);
    const full = setup({ inFlight: 1, perSecond: 10 });
    crowd(full, 2);
    expect(full.wheel.size).toBe(0);
  });

  test('counts what a start itself takes as time of that start, so that slow starts come no closer', () => {
    const fixture = setup({ perSecond: 10 });
    fixture.enter(0, () => fixture.clock.advance(30));
    fixture.enter(1);
    fixture.clock.advance(500);
    const [first, second] = fixture.granted;
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(130);
  });
});

describe('a dialer that gives up', () => {
  test.each([
    ['the first', 1],
    ['one in the middle', 2],
    ['the last', 3],
  ])('%s leaves the queue, and the others keep their order', (_who, name) => {
    const fixture = setup({ inFlight: 1 });
    const permits = crowd(fixture, 4);
    fixture.limiter.release(permits[name] as DialPermit);
    expect(fixture.limiter.queued).toBe(2);
    for (const permit of permits) {
      fixture.clock.advance(10);
      fixture.limiter.release(permit);
    }
    expect(fixture.names()).toEqual([0, 1, 2, 3].filter((other) => other !== name));
  });

  test('may ask again, at the end of the queue', () => {
    const fixture = setup({ inFlight: 1 });
    const permits = crowd(fixture, 3);
    fixture.limiter.release(permits[1] as DialPermit);
    fixture.limiter.request(permits[1] as DialPermit, 'first', 'example.com');
    for (const name of [0, 2]) {
      fixture.limiter.release(permits[name] as DialPermit);
      fixture.clock.advance(10);
    }
    expect(fixture.names()).toEqual([0, 2, 1]);
  });
});

describe('attempts that may never be answered', () => {
  test('leave a tenth of the slots to those that were connected', () => {
    const fixture = setup({ inFlight: 20, perSecond: Number.POSITIVE_INFINITY });
    for (let n = 0; n < 30; n += 1) fixture.enter(n, undefined, n % 2 === 0 ? 'first' : 'failing', `host-${n}`);
    expect(fixture.limiter.inFlight).toBe(18);
    expect(fixture.enter(100, undefined, 'returning', 'healthy').state).toBe('granted');
    expect(fixture.limiter.inFlight).toBe(19);
  });

  test('leave a fifth of the slots to other hosts, though they were connected', () => {
    const fixture = setup({ inFlight: 20, perSecond: Number.POSITIVE_INFINITY });
    for (let n = 0; n < 30; n += 1) fixture.enter(n, undefined, 'returning', 'gone');
    expect(fixture.limiter.inFlight).toBe(16);
    expect(fixture.enter(100, undefined, 'first', 'healthy').state).toBe('granted');
  });

  test('have no more than half of the slots once they have failed', () => {
    const fixture = setup({ inFlight: 20, perSecond: Number.POSITIVE_INFINITY });
    for (let n = 0; n < 30; n += 1) fixture.enter(n, undefined, 'failing', `host-${n}`);
    expect(fixture.limiter.inFlight).toBe(10);
  });
});

test('a host has its turn after one of another host, however many wait for that host', () => {
  const fixture = setup({ inFlight: 1 });
  const permits = crowd(fixture, 100);
  const other = fixture.enter(100, undefined, 'first', 'other');
  for (const permit of [permits[0], permits[1]]) {
    fixture.limiter.release(permit as DialPermit);
    fixture.clock.advance(10);
  }
  expect(other.state).toBe('granted');
});

test('no attempt is passed over for ever: every fourth turn goes to one that has failed before', () => {
  const fixture = setup({ inFlight: 1 });
  const holders: DialPermit[] = [];
  for (let n = 0; n < 20; n += 1) holders.push(fixture.enter(n, undefined, n < 12 ? 'returning' : 'failing'));
  for (let turn = 0; turn < 20; turn += 1) {
    const now = holders.find(({ state }) => state === 'granted') as DialPermit;
    fixture.limiter.release(now);
    fixture.clock.advance(10);
  }
  expect(fixture.names()).toEqual([0, 1, 2, 3, 12, 4, 5, 6, 13, 7, 8, 9, 14, 10, 11, 15, 16, 17, 18, 19]);
  expect([fixture.limiter.inFlight, fixture.limiter.queued]).toEqual([0, 0]);
});
