import { describe, expect, test } from 'vitest';
import { aDrain, closeOf } from '../../support/a-drain.js';
import { settled } from '../../support/settled.js';

const AT_ONCE = { spreadMs: 0 };

describe('share', () => {
  test('closes that part only; the supervisor runs on', async () => {
    const scene = aDrain();
    await scene.listen();
    const clients = scene.open(50);
    const drained = scene.supervisor.drain({ ...AT_ONCE, share: 0.2 });
    expect([scene.supervisor.state, scene.supervisor.isReady]).toEqual(['running', true]);
    await scene.clock.advanceAsync(10);
    const closed = clients.filter(({ wire }) => closeOf(wire)?.code === 1012);
    expect(closed).toHaveLength(10);
    expect(clients.filter(({ connection }) => connection.drainSignal.aborted)).toEqual(closed);
    expect(scene.knock().wire).toBeDefined();
    for (const client of closed) client.answer();
    expect(await drained).toMatchObject({ outcome: 'drained', total: 10, clean: 10, refused: 0, left: 0 });
    expect([scene.supervisor.state, scene.supervisor.connections.size]).toEqual(['running', 41]);
    expect(scene.clock.pending).toBe(0);
  });

  test('picks at random', async () => {
    const scene = aDrain();
    await scene.listen();
    const clients = scene.open(200);
    void scene.supervisor.drain({ ...AT_ONCE, share: 0.5 });
    await scene.clock.advanceAsync(10);
    const closedFirstHalf = clients.slice(0, 100).filter(({ wire }) => closeOf(wire) !== undefined).length;
    expect(closedFirstHalf).toBeGreaterThan(20);
    expect(closedFirstHalf).toBeLessThan(80);
  });
});

describe('where', () => {
  test('that is async is refused, also if it rejects, and nothing is closed', async () => {
    const scene = aDrain();
    await scene.listen();
    const [client] = scene.open(1);
    for (const where of [async () => false, async () => Promise.reject(new Error('later'))]) {
      await expect(scene.supervisor.drain({ ...AT_ONCE, where: where as never })).rejects.toThrow(
        'drain: where returned a promise; it must return its result at once.',
      );
    }
    await scene.clock.advanceAsync(10);
    expect(client?.connection.state).toBe('open');
  });

  test('picks accepted connections that are open; a share of those, if both are given', async () => {
    const scene = aDrain();
    await scene.listen('a');
    await scene.listen('b');
    const feed = await scene.dialUp();
    const [leaving, ...others] = scene.open(5, 'a');
    const foreign = scene.open(4, 'b');
    leaving?.connection.close(4001);
    const asked: string[] = [];
    const drained = scene.supervisor.drain({
      ...AT_ONCE,
      share: 0.5,
      where: ({ id, childId }) => {
        asked.push(id);
        return childId === 'a';
      },
    });
    await scene.clock.advanceAsync(10);
    expect(asked).toEqual([...others, ...foreign].map(({ connection }) => connection.id));
    const closed = others.filter(({ wire }) => closeOf(wire)?.code === 1012);
    expect(closed).toHaveLength(2);
    expect(foreign.filter(({ wire }) => closeOf(wire) !== undefined)).toEqual([]);
    expect([closeOf(leaving?.wire ?? feed), feed.asked]).toEqual([{ code: 4001, reason: '' }, []]);
    for (const client of closed) client.answer();
    expect((await drained).total).toBe(2);
  });

  test('that throws rejects the drain, and nothing has begun', async () => {
    const scene = aDrain();
    await scene.listen();
    const client = scene.openOne();
    const boom = new Error('boom');
    const where = () => {
      throw boom;
    };
    await expect(scene.supervisor.drain({ ...AT_ONCE, where })).rejects.toBe(boom);
    expect([client.connection.drainSignal.aborted, scene.clock.pending, scene.types()]).toEqual([
      false,
      0,
      expect.not.arrayContaining(['drain.started']),
    ]);
  });

  test('that picks no connection resolves with an empty report at once', async () => {
    const scene = aDrain();
    await scene.listen();
    scene.openOne();
    expect(await scene.supervisor.drain({ where: () => false })).toMatchObject({
      outcome: 'drained',
      total: 0,
      durationMs: 0,
    });
    expect(scene.supervisor.state).toBe('running');
  });
});

describe('the account of a partial drain', () => {
  test('is of the connections picked only, each with its fate', async () => {
    const scene = aDrain({ limits: { closeWithinMs: 60_000 } });
    await scene.listen();
    const [clean, mute, leaver, other] = scene.open(4);
    const picked = new Set([clean, mute, leaver].map((client) => client?.connection));
    const drained = scene.supervisor.drain({
      ...AT_ONCE,
      finishFirstMs: 100,
      withinMs: 2_000,
      where: (connection) => picked.has(connection),
    });
    leaver?.leave();
    other?.leave();
    await scene.clock.advanceAsync(110);
    clean?.answer();
    await scene.clock.advanceAsync(1_890);
    expect(mute?.wire.asked.at(-1)).toBe('terminate');
    mute?.wire.emitClosed({ kind: 'terminated' });
    expect(await drained).toMatchObject({ total: 3, clean: 1, forced: 1, finishedByThemselves: 1 });
    expect(scene.events.find(({ type }) => type === 'drain.started')).toEqual({
      type: 'drain.started',
      connections: 3,
      isPartial: true,
    });
    expect(scene.types().at(-1)).toBe('drain.ended');
  });

  test('counts the connections that stay when it was called off', async () => {
    const scene = aDrain();
    await scene.listen();
    const clients = scene.open(4);
    const controller = new AbortController();
    const drained = scene.supervisor.drain({ share: 1, spreadMs: 10_000, signal: controller.signal });
    await scene.clock.advanceAsync(1);
    controller.abort();
    const closing = clients.find(({ wire }) => closeOf(wire) !== undefined);
    closing?.answer();
    expect(await drained).toMatchObject({ outcome: 'called-off', total: 4, clean: 1, left: 3 });
    await scene.clock.advanceAsync(60_000);
    expect(clients.filter(({ wire }) => closeOf(wire) !== undefined)).toEqual([closing]);
  });

  test('is closed at once when it is called off before any was closed', async () => {
    const scene = aDrain();
    await scene.listen();
    scene.open(4);
    const controller = new AbortController();
    const drained = scene.supervisor.drain({ share: 1, finishFirstMs: 10_000, signal: controller.signal });
    controller.abort();
    expect(await drained).toMatchObject({ outcome: 'called-off', total: 4, left: 4 });
    expect(scene.clock.pending).toBe(0);
  });

  test('is closed by a stop that supersedes it', async () => {
    const scene = aDrain();
    await scene.listen();
    const clients = scene.open(4);
    const drained = scene.supervisor.drain({ share: 1, spreadMs: 10_000 });
    await scene.clock.advanceAsync(1);
    const stopped = scene.supervisor.stop();
    await settled();
    for (const client of clients) client.answer();
    expect(await drained).toMatchObject({ outcome: 'superseded', total: 4, clean: 4 });
    await stopped;
  });
});

test('two at a time each have their own account', async () => {
  const scene = aDrain();
  await scene.listen('a');
  await scene.listen('b');
  const [a, b] = [scene.openOne('a'), scene.openOne('b')];
  const drains = ['a', 'b'].map((id) => scene.supervisor.drain({ ...AT_ONCE, where: ({ childId }) => childId === id }));
  await scene.clock.advanceAsync(10);
  a.answer();
  b.leave();
  expect((await Promise.all(drains)).map(({ total }) => total)).toEqual([1, 1]);
});
