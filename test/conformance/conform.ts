import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { frameBytes, KEY, OP } from '../support/frame-bytes.js';
import { ROLES, type Role } from '../support/wire-scene.js';
import type { Case, Cut, Message } from './case.js';
import { fieldOf, inflated } from './deflate.js';
import type { Heard } from './raw-end.js';
import { type Pair, Stage } from './stage.js';

/** With fewer payload bytes than this a case is also sent byte by byte, and with fewer than the other in odd lengths. */
const SHORT = 150;
const LONG = 1_500;

/** Lengths of writes, over and over: none divides another, so that every boundary between frames is met. */
const ODD = [1, 2, 3, 5, 7, 11, 13];

/** The lowest three bits of the flags of a compressed message (RFC 7692 section 6). */
const RSV1 = 4;

const ROLES_AND_TRANSPORTS = ROLES.flatMap((role) => [[role, 'TCP'] as const, [role, 'TLS'] as const]);

/** Runs a test for both roles, plain and over TLS. */
export function inBothRoles(define: (role: Role, isSecure: boolean, stage: () => Stage) => void): void {
  describe.each(ROLES_AND_TRANSPORTS)('%s over %s', (role, transport) => {
    let stage: Stage | undefined;
    const isSecure = transport === 'TLS';

    beforeAll(async () => {
      stage = await Stage.open(role, isSecure);
    });
    afterAll(() => stage?.[Symbol.asyncDispose]());

    define(role, isSecure, () => {
      if (stage === undefined) throw new Error('the stage is not open');
      return stage;
    });
  });
}

/** Runs cases for both roles, plain and over TLS. Over TLS, which costs more, each is cut in one of its ways only. */
export function conform(cases: readonly Case[]): void {
  inBothRoles((role, isSecure, stage) => {
    test.concurrent.each(cases.map((each, i) => [each.name, each.rule, each, i] as const))(
      '%s (%s)',
      async (_name, _rule, each, i) => {
        const all = cutsOf(each);
        const cuts = isSecure ? all.slice(i % all.length, (i % all.length) + 1) : all;
        await Promise.all(cuts.map((cut) => runCase(stage(), role, each, cut)));
      },
    );
  });
}

function cutsOf({ sends, cuts }: Case): readonly Cut[] {
  const bytes = sends.reduce((sum, { payload = '' }) => sum + payload.length, 0);
  return cuts ?? (bytes < SHORT ? ['whole', 'bytes', 'odd'] : bytes < LONG ? ['whole', 'odd'] : ['whole', 997]);
}

async function runCase(stage: Stage, role: Role, each: Case, cut: Cut): Promise<void> {
  const { peer, report } = await connect(stage, role, each);
  const head = await peer.head;
  if (role === 'accepted') expect(head).toMatch(/^HTTP\/1.1 101 /);
  await peer.write(slicesOf(bytesOf(each, role === 'accepted'), cut));
  const heard = await inflatedFor(each, role, await peer.heard());
  const sent = `sent ${typeof cut === 'number' ? `every ${cut} bytes` : cut}`;
  expect(summaryOf(heard, role), sent).toEqual(expectationOf(each));
  // Section 7.1.1: the server ends TCP first.
  if (each.ends.report.wasClean === true) expect(heard.hasEndedFirst, sent).toBe(role === 'accepted');
  expect(await report, sent).toMatchObject(each.ends.report);
}

function connect(stage: Stage, role: Role, { options, deflate }: Case): Promise<Pair> {
  if (deflate === undefined) return stage.connect(options);
  const headers = { 'Sec-WebSocket-Extensions': fieldOf(deflate, role) };
  return stage.connect({ perMessageDeflate: { threshold: 0 }, ...options }, { headers });
}

/** What came back, with compressed messages as they were before. */
async function inflatedFor({ deflate }: Case, role: Role, heard: Heard): Promise<Heard & { readonly plain: number }> {
  const isCompressed = ({ opcode, rsv }: Heard['frames'][number]) =>
    deflate !== undefined && rsv === RSV1 && opcode < OP.close;
  const compressed = heard.frames.filter(isCompressed);
  const terms = role === 'accepted' ? { ...deflate?.ours, isContextFree: true } : deflate?.ours;
  const payloads = await inflated(
    compressed.map(({ payload }) => payload),
    terms,
  );
  const frames = heard.frames.map((frame) =>
    isCompressed(frame) ? { ...frame, rsv: 0, payload: payloads.shift() ?? frame.payload } : frame,
  );
  const messages = frames.filter(({ opcode }) => opcode < OP.close);
  return { ...heard, frames, plain: deflate === undefined ? 0 : messages.length - compressed.length };
}

function bytesOf({ sends }: Case, isClient: boolean): Buffer {
  const frames = sends.map(({ isMaskedWrongly = false, ...parts }, i) =>
    frameBytes(isClient !== isMaskedWrongly ? { mask: keyOf(i), ...parts } : parts),
  );
  return Buffer.concat(frames);
}

/** A key for each frame; that of zeros is one as well. */
const keyOf = (i: number) => Uint8Array.from(KEY, (byte) => (byte * i) & 0xff);

function* slicesOf(bytes: Buffer, cut: Cut): Generator<Buffer> {
  for (let at = 0, i = 0; at < bytes.length; i++) {
    const length =
      cut === 'whole' ? bytes.length : cut === 'bytes' ? 1 : cut === 'odd' ? (ODD[i % ODD.length] ?? 1) : cut;
    yield bytes.subarray(at, at + length);
    at += length;
  }
}

/** What came back, in a form that can be compared and printed: long payloads by their length and ends. */
function summaryOf({ frames, rest, end, plain }: Heard & { readonly plain: number }, role: Role) {
  const [close, ...behind] = frames.slice(
    Math.max(
      0,
      frames.findIndex(({ opcode }) => opcode === OP.close),
    ),
  );
  return {
    messages: frames.filter(({ opcode }) => opcode < OP.close).map(shownMessage),
    pongs: frames.filter(({ opcode }) => opcode === OP.pong).map(({ payload }) => shown(payload)),
    close: close?.opcode !== OP.close ? 'none' : shownClose(close.payload),
    wrong: {
      masked: frames.filter(({ mask }) => (mask !== undefined) !== (role === 'dialed')).length,
      reservedBits: frames.filter(({ rsv }) => rsv !== 0).length,
      unfinished: frames.filter(({ fin }) => !fin).length,
      behindTheClose: behind.length + rest.length,
      notCompressed: plain,
    },
    end,
  };
}

function expectationOf({ echoes, pongs, ends }: Case): ReturnType<typeof summaryOf> {
  return {
    messages: echoes.map(shownMessage),
    pongs: pongs.map(shown),
    close: ends.close === 1005 ? '1005' : `${ends.close} ${ends.reason ?? ''}`.trimEnd(),
    wrong: { masked: 0, reservedBits: 0, unfinished: 0, behindTheClose: 0, notCompressed: 0 },
    end: 'FIN',
  };
}

const shownMessage = ({ opcode, payload }: Message) => `${opcode === OP.text ? 'text' : 'binary'} ${shown(payload)}`;

const SHOWN_BYTES = 40;

function shown(payload: Buffer): string {
  const bytes = payload.toString('latin1');
  if (bytes.length <= SHOWN_BYTES) return JSON.stringify(bytes);
  const hash = createHash('sha1').update(payload).digest('hex');
  return `${bytes.length} bytes (${hash}): ${JSON.stringify(bytes.slice(0, SHOWN_BYTES))}`;
}

function shownClose(payload: Buffer): string {
  return payload.length < 2 ? '1005' : `${payload.readUInt16BE(0)} ${payload.toString('utf8', 2)}`.trimEnd();
}
