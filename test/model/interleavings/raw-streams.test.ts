/** What a peer sends is judged by RFC 6455, and alike in one piece and in many. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { chunksOf, LIMITS, streams } from '../../transport/ws/byte-streams.js';
import { eventsOfWs, type ReaderEvent } from '../../transport/ws/reader-events.js';
import { RandomRuns } from './random-runs.js';
import { type Verdict, verdictOn } from './raw-stream.js';

const random = new RandomRuns({ runs: 250, withinMs: 3_500, atLeast: 60 });

/** One change of a stream, at a part of its length. */
interface Mutation {
  readonly kind: 'flip' | 'set' | 'insert' | 'delete' | 'double' | 'none';
  readonly at: number;
  readonly value: number;
}

const mutations: fc.Arbitrary<Mutation[]> = fc.array(
  fc.record({
    kind: fc.constantFrom('none', 'flip', 'set', 'insert', 'delete', 'double'),
    at: fc.double({ min: 0, max: 0.999_999, noNaN: true }),
    value: fc.nat({ max: 255 }),
  }),
  { maxLength: 3 },
);

function mutated(bytes: Buffer, { kind, at, value }: Mutation): Buffer {
  const place = Math.floor(at * bytes.length);
  const [before, after] = [bytes.subarray(0, place), bytes.subarray(place)];
  switch (kind) {
    case 'flip':
      return Buffer.concat([before, Buffer.of((after[0] ?? 0) ^ (1 << (value & 7))), after.subarray(1)]);
    case 'set':
      return Buffer.concat([before, Buffer.of(value), after.subarray(1)]);
    case 'insert':
      return Buffer.concat([before, Buffer.of(value), after]);
    case 'delete':
      return Buffer.concat([before, after.subarray(1 + (value & 15))]);
    case 'double':
      return Buffer.concat([before, after.subarray(0, 1 + value), after]);
    case 'none':
      return bytes;
  }
}

/** The slices in which bytes come; what is left over is one. */
const slices = fc.oneof(
  fc.array(fc.integer({ min: 1, max: 12 }), { maxLength: 80 }),
  fc.array(fc.integer({ min: 1, max: 70_000 }), { minLength: 1, maxLength: 12 }),
);

function cut(bytes: Buffer, lengths: readonly number[]): Buffer[] {
  let rest = bytes;
  const parts: Buffer[] = [];
  for (const length of lengths) {
    if (rest.length === 0) break;
    parts.push(rest.subarray(0, length));
    rest = rest.subarray(length);
  }
  return rest.length === 0 ? parts : [...parts, rest];
}

/** What RFC 6455 asks for, by what the receiver of ws has found. */
function expectedOf(events: readonly ReaderEvent[]): Partial<Verdict['report']> {
  const last = events.at(-1);
  if (last?.[0] === 'close') return { trigger: 'peer-closed', code: last[1], startedBy: 'peer', outcome: 'closed' };
  if (last?.[0] !== 'fault') return { trigger: 'socket-ended', code: 1006, startedBy: 'network', outcome: 'failed' };
  const [, code] = last;
  const trigger = code === 1009 ? 'too-big' : code === 1008 ? 'limit' : 'protocol-error';
  return { trigger, code, startedBy: 'local', outcome: 'failed', sent: { code, reason: '' } };
}

test(
  `mutated streams end with the code of RFC 6455, and as they do however they are cut (WIREKEEPER_SEED=${random.seed})`,
  () =>
    fc.assert(
      fc.asyncProperty(streams, mutations, slices, async (stream, changes, lengths) => {
        if (!random.goesOn) return;
        const bytes = changes.reduce(mutated, Buffer.concat(await chunksOf(stream, undefined)));
        const { isServer } = stream;
        const role = isServer ? 'accepted' : 'dialed';
        const options = { ...LIMITS, perMessageDeflate: false };
        const { events } = await eventsOfWs({ isServer, options, chunks: [bytes], isSlow: false, deflate: undefined });
        const whole = await verdictOn(role, [bytes]);
        expect(whole.messages).toEqual(events.filter(([kind]) => kind === 'text' || kind === 'binary'));
        expect(whole.report).toMatchObject(expectedOf(events));
        expect(whole.close).toEqual(whole.report.sent);
        expect(await verdictOn(role, cut(bytes, lengths))).toEqual(whole);
      }),
      random.parameters,
    ),
  random.timeoutMs,
);
