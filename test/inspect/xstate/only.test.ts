import { describe, expect, test } from 'vitest';
import type { TreeActor } from '../../../src/inspect/xstate/inspected-actor.js';
import { type InspectOnly, isWanted, resolveOnly } from '../../../src/inspect/xstate/only.js';
import { OptionError } from '../../../src/transport/errors.js';
import { anActor } from './actors.js';

const root = anActor('supervisor', 'root');
const below = anActor('supervisor', 'below', root);
const door = anActor('listener', 'door', below);
const feed = anActor('dialer', 'feed', root);
const c1 = anActor('connection', 'c1', door);
const own = anActor('actor', 'door', c1);
const c2 = anActor('connection', 'c2', feed);

describe('which actors are wanted', () => {
  test.each<[InspectOnly, readonly TreeActor[]]>([
    [{}, [root, below, door, feed, c1, own, c2]],
    [{ connection: 'c1' }, [c1, own]],
    [{ child: 'door' }, [door, c1, own]],
    [{ child: 'below' }, [below, door, c1, own]],
    [{ child: 'feed', connection: 'c1' }, []],
    [{ child: 'feed', share: 0 }, [feed]],
    [{ share: 0 }, [root, below, door, feed]],
    [{ share: 1 }, [root, below, door, feed, c1, own, c2]],
  ])('%o', (only, wanted) => {
    expect([root, below, door, feed, c1, own, c2].filter((actor) => isWanted(only, actor))).toEqual(wanted);
  });
});

test('a share of connections is a fair sample of ids in a row, the same each time, and part of every greater share', () => {
  const all = Array.from({ length: 10_000 }, (_, i) => anActor('connection', `c${i}`, door));
  const sampled = (share: number) => all.filter((actor) => isWanted({ share }, actor));
  expect(sampled(0.1)).toEqual(sampled(0.1));
  expect(sampled(0.1).length).toBeGreaterThan(850);
  expect(sampled(0.1).length).toBeLessThan(1_150);
  const greater = new Set(sampled(0.2));
  expect(sampled(0.1).every((actor) => greater.has(actor))).toBe(true);
});

test.each([
  [{ share: 2 }, 'inspect: only.share is 2; it must be a number from 0 to 1.'],
  [{ share: Number.NaN }, 'inspect: only.share is NaN; it must be a number from 0 to 1.'],
  [{ connection: '' }, 'inspect: only.connection is ""; it must be the id of a connection.'],
  [{ child: 5 }, 'inspect: only.child is 5; it must be the id of a child.'],
  [{ chlid: 'x' }, 'inspect: only.chlid is not an option; did you mean child?'],
])('%o is refused in one sentence', (only, sentence) => {
  const resolve = () => resolveOnly(only as InspectOnly, 'inspect: only');
  expect(resolve).toThrow(OptionError);
  expect(resolve).toThrow(sentence);
});
