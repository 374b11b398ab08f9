import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Connection } from '../../../src/supervisor/api/connection.js';
import { fatesOf } from '../../../src/supervisor/api/fates.js';
import { createSupervisor } from '../../../src/supervisor/create-supervisor.js';
import { createMemoryTransport } from '../../../src/testing/memory-transport.js';
import { NotSentError } from '../../../src/transport/errors.js';
import type { Transport } from '../../../src/transport/transport.js';
import { createWsTransport } from '../../../src/transport/ws/transport.js';
import { aSupervisor } from '../../support/a-supervisor.js';
import { settled } from '../../support/settled.js';

test.each([
  // taken  unwritten  discarded   fates
  [0, 0, undefined, { written: 0, discarded: 0, unknown: 0 }],
  [5, 0, undefined, { written: 5, discarded: 0, unknown: 0 }],
  [5, 2, undefined, { written: 3, discarded: 0, unknown: 2 }],
  [5, 3, 2, { written: 2, discarded: 2, unknown: 1 }],
  [5, 5, 5, { written: 0, discarded: 5, unknown: 0 }],
])(
  'of %d messages taken, %d not known to have got to the kernel and %s of them discarded: %j',
  (framesOut, frames, discarded, fates) => {
    const report = { framesOut, unwritten: { frames, bytes: frames } };
    expect(
      fatesOf(discarded === undefined ? report : { ...report, discarded: { frames: discarded, bytes: discarded } }),
    ).toEqual(fates);
  },
);

describe('the account of a supervisor', () => {
  test('counts messages of open connections as undecided', async () => {
    const { supervisor, transport } = aSupervisor({
      limits: { slowPeer: 'drop-newest', maxBufferedBytes: 100, highWaterMark: 10 },
    });
    const dialer = supervisor.dial({
      url: 'ws://example.com/',
      handler: (connection) => connection.closed,
      retry: () => 'stop',
    });
    await settled();
    const wire = transport.lastWire;
    wire.emit({ type: 'wire.opened', protocol: '', remoteAddress: undefined });
    for (const text of ['a', 'b', 'c']) dialer.send(text);
    wire.bufferedBytes = 100;
    expect(dialer.send('d')).toBe('dropped');
    expect(supervisor.stats().fates).toEqual({ written: 0, dropped: 1, discarded: 0, unknown: 0, undecided: 3 });
    wire.emitClosed({
      kind: 'socket-error',
      unconfirmed: { frames: 3, bytes: 3 },
      unwritten: { frames: 2, bytes: 2 },
      discarded: { frames: 1, bytes: 1 },
    });
    expect(supervisor.stats().fates).toEqual({ written: 1, dropped: 1, discarded: 1, unknown: 1, undecided: 0 });
    expect(dialer.lastReport).toMatchObject({
      unconfirmed: { frames: 3, bytes: 3 },
      unwritten: { frames: 2, bytes: 2 },
      discarded: { frames: 1, bytes: 1 },
    });
    expect(dialer.send('e')).toBe('closed');
    expect(supervisor.stats()).toMatchObject({ framesOut: 3, fates: { dropped: 1, undecided: 0 } });
  });

  test('includes those of child supervisors, also after these have ended', async () => {
    const { supervisor, transport } = aSupervisor();
    const childSupervisor = await supervisor.supervise({ id: 'rooms' });
    const dialer = childSupervisor.dial({
      url: 'ws://example.com/',
      handler: (connection) => connection.closed,
      retry: () => 'stop',
    });
    await settled();
    transport.lastWire.emit({ type: 'wire.opened', protocol: '', remoteAddress: undefined });
    dialer.send('a');
    expect(supervisor.stats().fates).toMatchObject({ undecided: 1 });
    transport.lastWire.emitClosed({ unconfirmed: { frames: 0, bytes: 0 } });
    await childSupervisor.stop();
    expect(supervisor.stats().fates).toEqual({ written: 1, dropped: 0, discarded: 0, unknown: 0, undecided: 0 });
  });
});

/** What may happen between two ends, one thing after the other; `end` 0 is the dialed one. */
type Act =
  | { readonly kind: 'send'; readonly end: number; readonly count: number; readonly bytes: number }
  | { readonly kind: 'turn' }
  | { readonly kind: 'terminate' | 'close'; readonly end: number };

const anEnd = fc.integer({ min: 0, max: 1 });

const acts: fc.Arbitrary<Act[]> = fc.array(
  fc.oneof(
    {
      weight: 6,
      arbitrary: fc.record({
        kind: fc.constant('send'),
        end: anEnd,
        count: fc.integer({ min: 1, max: 30 }),
        bytes: fc.constantFrom(0, 10, 2_000, 60_000, 400_000),
      }),
    },
    { weight: 4, arbitrary: fc.record({ kind: fc.constant('turn') }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('terminate', 'close'), end: anEnd }) },
  ),
  { minLength: 1, maxLength: 20 },
);

/** How the two ends are made. */
const scenes = fc.record({
  acts,
  /** Whether each end reads its messages. */
  reads: fc.tuple(fc.boolean(), fc.boolean()),
  slowPeer: fc.constantFrom('close', 'drop-newest'),
  perMessageDeflate: fc.boolean(),
});

type Scene = typeof scenes extends fc.Arbitrary<infer T> ? T : never;

/** Plays a scene, and compares the fates that senders received with those that the supervisor has counted. */
async function play(
  transport: Transport,
  { acts: sequence, reads, slowPeer, perMessageDeflate }: Scene,
): Promise<void> {
  const limits = { slowPeer, maxBufferedBytes: 1024 * 1024, highWaterMark: 64 * 1024, closeWithinMs: 30 } as const;
  const supervisor = createSupervisor({ transport, limits, liveness: false });
  const behaviour = (isReading: boolean) => async (connection: Connection<unknown>) => {
    if (isReading) connection.discardFrames();
    await connection.closed;
  };
  const listener = await supervisor.listen({
    host: '127.0.0.1',
    port: 0,
    perMessageDeflate,
    handler: behaviour(reads[1]),
  });
  const url = `ws://127.0.0.1:${listener.address?.port}/`;
  const dialer = supervisor.dial({ url, retry: () => 'stop', perMessageDeflate, handler: behaviour(reads[0]) });
  const dialed = await dialer.connected();
  while (supervisor.stats().connections.open < 2) await settled();
  const accepted = [...supervisor.connections.values()].find(({ role }) => role === 'accepted');
  const ends = [dialed, accepted] as const;
  const outcomes: Promise<string>[] = [];
  for (const act of sequence) {
    if (act.kind === 'send') {
      for (let n = 0; n < act.count; n += 1)
        outcomes.push(outcomeOf(ends[act.end]?.sendAndWait(Buffer.alloc(act.bytes, n))));
    } else if (act.kind === 'turn') {
      await new Promise((resolve) => setImmediate(resolve));
    } else {
      ends[act.end]?.[act.kind]();
    }
  }
  await supervisor.stop();
  const received = { written: 0, dropped: 0, discarded: 0, unknown: 0, closed: 0 };
  for (const outcome of await Promise.all(outcomes)) received[outcome as keyof typeof received] += 1;
  const { fates, framesOut } = supervisor.stats();
  const { closed, ...counted } = received;
  expect(fates).toEqual({ ...counted, undecided: 0 });
  expect(fates.written + fates.discarded + fates.unknown).toBe(framesOut);
  expect(framesOut + fates.dropped + closed).toBe(outcomes.length);
}

async function outcomeOf(sent: Promise<void> | undefined): Promise<string> {
  try {
    await sent;
    return 'written';
  } catch (error) {
    if (error instanceof NotSentError) return error.fate;
    throw error;
  }
}

describe('whatever is sent, stalled, and cut, each message has exactly the fate that its sender received', () => {
  test(
    'over the in-memory transport',
    () =>
      fc.assert(
        fc.asyncProperty(scenes, (scene) => play(createMemoryTransport(), scene)),
        { numRuns: 60 },
      ),
    30_000,
  );

  test(
    'over real sockets',
    () =>
      fc.assert(
        fc.asyncProperty(scenes, (scene) => play(createWsTransport(), scene)),
        { numRuns: 60 },
      ),
    30_000,
  );
});
