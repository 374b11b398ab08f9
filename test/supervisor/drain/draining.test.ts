import { describe, expect, test } from 'vitest';
import type { Supervisor } from '../../../src/supervisor/api/supervisor.js';
import { CloseFrameError, EndedError, OptionError } from '../../../src/transport/errors.js';
import { aDrain, closeOf } from '../../support/a-drain.js';
import { settled } from '../../support/settled.js';

const AT_ONCE = { spreadMs: 0 };

describe('drain', () => {
  test.each([
    [{ spreadMs: -1 }, OptionError],
    [{ code: 1006 }, CloseFrameError],
  ])('with wrong options rejects, and nothing has begun: %j', async (options, error) => {
    const { supervisor, types } = aDrain();
    await expect(supervisor.drain(options)).rejects.toThrow(error);
    expect([supervisor.state, types()]).toEqual(['running', []]);
  });

  test('with an aborted signal rejects with its reason, and nothing has begun', async () => {
    const { supervisor, types } = aDrain();
    const reason = new Error('not now');
    await expect(supervisor.drain({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect([supervisor.state, types()]).toEqual(['running', []]);
  });

  test('called again joins the drain under way, whatever its options', async () => {
    const scene = aDrain();
    await scene.listen();
    const client = scene.openOne();
    const first = scene.supervisor.drain(AT_ONCE);
    const second = scene.supervisor.drain({ spreadMs: 60_000 });
    await expect(scene.supervisor.drain({ spreadMs: -1 })).rejects.toThrow(OptionError);
    await scene.clock.advanceAsync(10);
    client.answer();
    expect(await second).toBe(await first);
  });

  test.each([{}, { share: 0.5 }])('is refused once the supervisor stops: %j', async (options) => {
    const { supervisor } = aDrain();
    await supervisor.stop();
    await expect(supervisor.drain(options)).rejects.toThrow(EndedError);
  });

  test('is refused as a partial one during a full one', async () => {
    const scene = aDrain();
    await scene.listen();
    scene.openOne();
    void scene.supervisor.drain();
    await expect(scene.supervisor.drain({ share: 0.5 })).rejects.toThrow(EndedError);
  });

  test('takes no more children, and restarts none', async () => {
    const scene = aDrain();
    await scene.listen();
    scene.openOne();
    scene.supervisor.dial({
      id: 'feed',
      url: 'ws://example.com/',
      handler: () => {
        throw new Error('boom');
      },
    });
    await settled();
    const wire = scene.transport.lastWire;
    void scene.supervisor.drain();
    await expect(scene.supervisor.listen({ port: 0, handler: () => {} })).rejects.toThrow(EndedError);
    wire.emit({ type: 'wire.opened', protocol: '', remoteAddress: undefined });
    wire.emitClosing(1011);
    wire.emitClosed();
    await settled();
    expect(scene.events).toContainEqual(
      expect.objectContaining({
        type: 'child.exited',
        exit: expect.objectContaining({ id: 'feed', reason: 'abnormal' }),
      }),
    );
    expect(scene.transport.dials).toHaveLength(1);
  });
});

describe('of a tree', () => {
  /** A supervisor with a listener, and a child supervisor with a listener of its own. */
  async function aTree() {
    const scene = aDrain();
    const childSupervisor = await scene.supervisor.supervise({ id: 'rooms' });
    await scene.listen('up');
    await scene.listen('down', {}, childSupervisor);
    return { ...scene, childSupervisor };
  }

  test('drains child supervisors at the same pace and in the same account, and stops them last', async () => {
    const scene = await aTree();
    const [up, down] = [scene.openOne('up'), scene.openOne('down')];
    const drained = scene.supervisor.drain({ spreadMs: 1_000 });
    expect([scene.supervisor, scene.childSupervisor].map(({ state, isReady }) => [state, isReady])).toEqual([
      ['draining', false],
      ['draining', false],
    ]);
    expect([scene.knock('up').answer?.status, scene.knock('down').answer?.status]).toEqual([503, 503]);
    await scene.clock.advanceAsync(400);
    expect([up, down].filter(({ wire }) => closeOf(wire) !== undefined)).toHaveLength(1);
    await scene.clock.advanceAsync(700);
    up.answer();
    expect(scene.childSupervisor.state).toBe('draining');
    down.answer();
    expect(await drained).toMatchObject({ outcome: 'drained', total: 2, clean: 2, refused: 2 });
    expect([await scene.childSupervisor.ended, await scene.supervisor.ended]).toMatchObject([
      { reason: 'shutdown' },
      { reason: 'normal' },
    ]);
  });

  test('called off, the whole tree runs on', async () => {
    const scene = await aTree();
    scene.openOne('down');
    const controller = new AbortController();
    const drained = scene.supervisor.drain({ notReadyFirstMs: 10, spreadMs: 1_000, signal: controller.signal });
    controller.abort();
    expect(await drained).toMatchObject({ outcome: 'called-off', left: 1 });
    expect([scene.supervisor, scene.childSupervisor].map(({ isReady }) => isReady)).toEqual([true, true]);
    expect(scene.knock('down').wire).toBeDefined();
  });

  test('a drain of a child supervisor does not concern its parent', async () => {
    const scene = await aTree();
    const [up, down] = [scene.openOne('up'), scene.openOne('down')];
    const drained = scene.childSupervisor.drain(AT_ONCE);
    expect([
      scene.supervisor.isReady,
      scene.knock('up').wire === undefined,
      scene.knock('down').answer?.status,
    ]).toEqual([true, false, 503]);
    await scene.clock.advanceAsync(10);
    down.answer();
    expect(await drained).toMatchObject({ total: 1, clean: 1 });
    expect([up.wire.asked, scene.supervisor.state]).toEqual([[], 'running']);
    await settled();
    // It was drained for good: although it is permanent, it is not started again.
    expect(scene.supervisor.whichChildren().map(({ id }) => id)).toEqual(['up']);
  });

  test('a drain of a child supervisor goes on although that of its parent was called off', async () => {
    const scene = await aTree();
    const [up, down] = [scene.openOne('up'), scene.openOne('down')];
    const controller = new AbortController();
    const lower = scene.childSupervisor.drain({ spreadMs: 0, finishFirstMs: 100 });
    const upper = scene.supervisor.drain({ finishFirstMs: 100, signal: controller.signal });
    controller.abort();
    await upper;
    expect(scene.childSupervisor.state).toBe('draining');
    await scene.clock.advanceAsync(200);
    down.answer();
    expect([(await lower).total, up.wire.asked]).toEqual([1, []]);
  });

  test('a share includes connections of child supervisors', async () => {
    const scene = await aTree();
    const clients = [...scene.open(2, 'up'), ...scene.open(2, 'down')];
    void scene.supervisor.drain({ ...AT_ONCE, share: 1 });
    await scene.clock.advanceAsync(10);
    expect(clients.filter(({ wire }) => closeOf(wire)?.code === 1012)).toHaveLength(4);
    expect(states(scene)).toEqual(['running', 'running']);
  });
});

function states({
  supervisor,
  childSupervisor,
}: {
  readonly supervisor: Supervisor;
  readonly childSupervisor: Supervisor;
}) {
  return [supervisor.state, childSupervisor.state];
}
