import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { seed } from '../../support/seed.js';
import { chunksOf, headerParams, LIMITS, streams } from './byte-streams.js';
import { deflateOf, eventsOfOurs, eventsOfWs } from './reader-events.js';

/**
 * Replay with `WIREKEEPER_SEED=... npx vitest run test/transport/ws/differential.test.ts`; more runs with
 * WIREKEEPER_RUNS.
 */
const asked = process.env['WIREKEEPER_RUNS'];
process.stdout.write(`differential test: WIREKEEPER_SEED=${seed}\n`);

/** Both ways together stay within this, unless a number of runs is asked for. */
const WITHIN_MS = 7_000;
const bounds =
  asked === undefined ? { numRuns: 1_500, interruptAfterTimeLimit: WITHIN_MS } : { numRuns: Number(asked) };
const timeout = asked === undefined ? 4 * WITHIN_MS : 3_600_000;

describe.each([
  ['plain', false],
  ['with permessage-deflate', true],
])('random byte streams, %s', (_name, isDeflated) => {
  test('our reader emits the same frames, Pings, Pongs, Closes, and faults as ws', { timeout }, async () => {
    await fc.assert(
      fc.asyncProperty(streams, async (stream) => {
        const deflate = isDeflated ? headerParams(stream) : undefined;
        const sender = deflate && deflateOf(!stream.isServer, 0, deflate);
        const chunks = await chunksOf(stream, sender);
        sender?.cleanup();
        const options = { ...LIMITS, perMessageDeflate: isDeflated };
        const reading = { isServer: stream.isServer, options, chunks, isSlow: stream.isSlow, deflate };
        const { events, comparable } = await eventsOfWs(reading);
        expect((await eventsOfOurs(reading, stream.pauses, stream.places)).slice(0, comparable)).toEqual(
          events.slice(0, comparable),
        );
      }),
      { seed, ...bounds },
    );
  });
});
