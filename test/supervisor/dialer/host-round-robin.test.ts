import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HostRoundRobin, type RoundRobinEntry } from '../../../src/supervisor/dialer/host-round-robin.js';

class Entry implements RoundRobinEntry {
  before: this | undefined;
  after: this | undefined;
  readonly name: string;
  readonly host: string;

  constructor(name: string) {
    this.name = name;
    this.host = name.charAt(0);
  }
}

/** A queue of entries that are named by host and number. */
function queueOf(...names: readonly string[]) {
  const queue = new HostRoundRobin<Entry>();
  const entries = new Map(names.map((name) => [name, new Entry(name)]));
  for (const entry of entries.values()) queue.add(entry);
  const remove = (name: string) => queue.remove(entries.get(name) as Entry);
  const takeAll = (mayDial: (host: string) => boolean = () => true) => {
    const taken: string[] = [];
    for (let next = queue.next(mayDial); next !== undefined; next = queue.next(mayDial)) {
      queue.take(next);
      taken.push(next.name);
    }
    return taken;
  };
  return { queue, remove, takeAll };
}

describe('a queue', () => {
  test('of one host keeps its order', () => {
    expect(queueOf('a1', 'a2', 'a3').takeAll()).toEqual(['a1', 'a2', 'a3']);
  });

  test('lets hosts take turns', () => {
    expect(queueOf('a1', 'a2', 'a3', 'b1', 'c1', 'b2').takeAll()).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
  });

  test('passes over hosts that may not be dialed, which keep their turns', () => {
    const { takeAll } = queueOf('a1', 'a2', 'b1');
    expect(takeAll((host) => host !== 'a')).toEqual(['b1']);
    expect(takeAll()).toEqual(['a1', 'a2']);
  });

  test.each(['a1', 'a2', 'a3'])('goes on when %s is removed', (name) => {
    const { remove, takeAll } = queueOf('a1', 'a2', 'a3');
    remove(name);
    expect(takeAll()).toEqual(['a1', 'a2', 'a3'].filter((other) => other !== name));
  });

  test('is empty when all are removed, and takes new entries then', () => {
    const { queue, remove, takeAll } = queueOf('a1');
    remove('a1');
    expect(queue.next(() => true)).toBeUndefined();
    queue.add(new Entry('a2'));
    expect(takeAll()).toEqual(['a2']);
  });

  test('has each entry once, those of a host in their own order, whichever are removed', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ host: fc.constantFrom('a', 'b', 'c'), stays: fc.boolean() }), { maxLength: 30 }),
        (plan) => {
          const names = plan.map(({ host }, n) => `${host}${n}`);
          const { remove, takeAll } = queueOf(...names);
          names.filter((_, n) => !plan[n]?.stays).forEach(remove);
          const taken = takeAll();
          for (const host of ['a', 'b', 'c']) {
            expect(taken.filter((name) => name.startsWith(host))).toEqual(
              names.filter((name, n) => name.startsWith(host) && plan[n]?.stays),
            );
          }
        },
      ),
    );
  });
});
