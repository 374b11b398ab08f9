import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DialLine, type LinePlace } from '../../../src/supervisor/dialer/dial-line.js';

class Place implements LinePlace {
  before: this | undefined;
  after: this | undefined;
  readonly name: string;
  readonly host: string;

  constructor(name: string) {
    this.name = name;
    this.host = name.charAt(0);
  }
}

/** A line of these, named by host and number. */
function lineOf(...names: readonly string[]) {
  const line = new DialLine<Place>();
  const places = new Map(names.map((name) => [name, new Place(name)]));
  for (const place of places.values()) line.join(place);
  const leave = (name: string) => line.leave(places.get(name) as Place);
  const takeAll = (mayDial: (host: string) => boolean = () => true) => {
    const taken: string[] = [];
    for (let next = line.next(mayDial); next !== undefined; next = line.next(mayDial)) {
      line.take(next);
      taken.push(next.name);
    }
    return taken;
  };
  return { line, leave, takeAll };
}

describe('a line', () => {
  test('of one host keeps its order', () => {
    expect(lineOf('a1', 'a2', 'a3').takeAll()).toEqual(['a1', 'a2', 'a3']);
  });

  test('lets hosts take turns', () => {
    expect(lineOf('a1', 'a2', 'a3', 'b1', 'c1', 'b2').takeAll()).toEqual(['a1', 'b1', 'c1', 'a2', 'b2', 'a3']);
  });

  test('passes over hosts that may not be dialed, which keep their places', () => {
    const { takeAll } = lineOf('a1', 'a2', 'b1');
    expect(takeAll((host) => host !== 'a')).toEqual(['b1']);
    expect(takeAll()).toEqual(['a1', 'a2']);
  });

  test.each(['a1', 'a2', 'a3'])('goes on when %s leaves it', (name) => {
    const { leave, takeAll } = lineOf('a1', 'a2', 'a3');
    leave(name);
    expect(takeAll()).toEqual(['a1', 'a2', 'a3'].filter((other) => other !== name));
  });

  test('is empty when all have left, and may be joined again', () => {
    const { line, leave, takeAll } = lineOf('a1');
    leave('a1');
    expect(line.next(() => true)).toBeUndefined();
    line.join(new Place('a2'));
    expect(takeAll()).toEqual(['a2']);
  });

  test('has everybody once, hosts in their own order, whoever leaves', () => {
    fc.assert(
      fc.property(
        fc.array(fc.record({ host: fc.constantFrom('a', 'b', 'c'), stays: fc.boolean() }), { maxLength: 30 }),
        (plan) => {
          const names = plan.map(({ host }, n) => `${host}${n}`);
          const { leave, takeAll } = lineOf(...names);
          names.filter((_, n) => !plan[n]?.stays).forEach(leave);
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
