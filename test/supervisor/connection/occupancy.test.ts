import { once } from 'node:events';
import { describe, expect, test } from 'vitest';
import { Group } from '../../../src/supervisor/connection/group.js';
import { Occupancy } from '../../../src/supervisor/connection/occupancy.js';
import { accepted } from '../../support/a-connection.js';

describe('occupied$ of a group', () => {
  test('emits at the subscription, with the first one in, and with the last one out', () => {
    const group = new Group();
    const seen: boolean[] = [];
    group.occupied$.subscribe((isOccupied) => seen.push(isOccupied));
    const [one, two] = [accepted(), accepted()];
    group.add(one.connection);
    group.add(one.connection);
    group.add(two.connection);
    group.delete(one.connection);
    expect(seen).toEqual([false, true]);
    two.connection.close();
    expect(seen).toEqual([false, true, false]);
    group.delete(two.connection);
    group.add(accepted().connection);
    expect(seen).toEqual([false, true, false, true]);
  });

  test('emits what is so to one who comes late, whatever happened without subscribers', () => {
    const group = new Group();
    const stream = group.occupied$;
    group.add(accepted().connection);
    const seen: boolean[] = [];
    stream.subscribe((isOccupied) => seen.push(isOccupied));
    expect(seen).toEqual([true]);
    expect(group.occupied$).toBe(stream);
  });

  test('alternates even if a subscriber changes the group', () => {
    const group = new Group();
    const { connection } = accepted();
    const seen: boolean[] = [];
    group.occupied$.subscribe((isOccupied) => {
      if (isOccupied) group.delete(connection);
    });
    group.occupied$.subscribe((isOccupied) => seen.push(isOccupied));
    group.add(connection);
    expect(seen).toEqual([false, true, false]);
  });

  test('reports a subscriber that throws by the supervisor of the connection, and drops it', () => {
    const group = new Group();
    const { connection, parent } = accepted();
    const bug = new Error('a bug');
    let calls = 0;
    group.occupied$.subscribe((isOccupied) => {
      calls += 1;
      if (isOccupied) throw bug;
    });
    group.add(connection);
    connection.close();
    expect(parent.events).toContainEqual({ type: 'observer.threw', error: bug });
    expect([calls, group.size]).toEqual([2, 0]);
  });
});

test('a subscriber that throws before any connection has come is reported by a warning, and dropped', async () => {
  const warned = once(process, 'warning');
  const occupancy = new Occupancy(() => false);
  occupancy.subscribe(() => {
    throw new Error('a bug');
  });
  expect(await warned).toMatchObject([
    { code: 'WIREKEEPER_SUBSCRIBER_THREW', detail: expect.stringContaining('a bug') },
  ]);
  expect(occupancy.observed).toBe(false);
});
