/** Cases of conformance as data: what a peer sends, and what has to come of it. */
import type { CloseReport } from '../../src/transport/close-report.js';
import type { WireOptions } from '../../src/transport/transport.js';
import { closeBytes, type FrameParts, OP } from '../support/frame-bytes.js';
import type { Deflate } from './deflate.js';

/** How the peer cuts its bytes into writes: not at all, into single bytes, at odd places, or every so many bytes. */
export type Cut = 'whole' | 'bytes' | 'odd' | number;

/** A frame that the peer sends, with a fresh masking key if the peer is a client. */
export interface Sent extends FrameParts {
  /** Masked by a server, and unmasked by a client. */
  readonly isMaskedWrongly?: boolean;
}

/** One whole message. */
export interface Message {
  readonly opcode: number;
  readonly payload: Buffer;
}

/** How a connection ends. */
export interface Ending {
  /** The code of the Close that our side sends; 1005 for one without payload. */
  readonly close: number;
  readonly reason?: string;
  /** What our side reports. */
  readonly report: Partial<CloseReport>;
}

export interface Case {
  readonly name: string;
  /** The section that says so: of RFC 6455 unless it says otherwise. */
  readonly rule: string;
  /** What the peer sends, with nothing behind it: a Close that belongs to the case is among it. */
  readonly sends: readonly Sent[];
  /** The messages that come back from a handler that sends every frame back, in order. */
  readonly echoes: readonly Message[];
  /** The payloads of the Pongs that come back, in order. */
  readonly pongs: readonly Buffer[];
  readonly ends: Ending;
  /** Default: whole, in single bytes, and at odd places; longer ones whole and at odd places, or every 997 bytes. */
  readonly cuts?: readonly Cut[];
  /** Options of our side. */
  readonly options?: Partial<WireOptions>;
  /** What is agreed on for permessage-deflate; nothing unless given. All of our side's messages are compressed then. */
  readonly deflate?: Deflate;
}

export type More = Partial<Pick<Case, 'echoes' | 'pongs' | 'cuts' | 'options' | 'deflate'>>;

type Payload = Uint8Array | string;

export const text = (payload: Payload = '', parts: Partial<FrameParts> = {}): FrameParts => ({
  opcode: OP.text,
  payload,
  ...parts,
});

export const binary = (payload: Payload = '', parts: Partial<FrameParts> = {}): FrameParts => ({
  ...text(payload, parts),
  opcode: OP.binary,
});

export const ping = (payload: Payload = ''): FrameParts => ({ opcode: OP.ping, payload });
export const pong = (payload: Payload = ''): FrameParts => ({ opcode: OP.pong, payload });

export const close = (code?: number, reason: Payload = ''): FrameParts => ({
  opcode: OP.close,
  payload: closeBytes(code, reason),
});

/** A message in fragments. */
export const fragments = (opcode: number, ...payloads: readonly Payload[]): FrameParts[] =>
  payloads.map((payload, i) => ({
    opcode: i === 0 ? opcode : OP.continuation,
    fin: i === payloads.length - 1,
    payload,
  }));

export const textIn = (...payloads: readonly Payload[]) => fragments(OP.text, ...payloads);

/** A fragment after which more has to come. */
export const start = (payload: Payload, opcode: number = OP.text): FrameParts => ({ opcode, fin: false, payload });
export const middle = (payload: Payload): FrameParts => start(payload, OP.continuation);
export const last = (payload: Payload): FrameParts => ({ opcode: OP.continuation, payload });

export const echoed = (payload: Payload, opcode: number = OP.text): Message => ({
  opcode,
  payload: Buffer.from(payload),
});

/** The whole messages among frames that break no rule. */
function messagesIn(frames: readonly FrameParts[]): Message[] {
  const messages: Message[] = [];
  let parts: Buffer[] = [];
  let first: number = OP.text;
  for (const { opcode, fin = true, payload = '' } of frames) {
    if (opcode >= OP.close) continue;
    if (opcode !== OP.continuation) first = opcode;
    parts.push(Buffer.from(payload));
    if (!fin) continue;
    messages.push({ opcode: first, payload: Buffer.concat(parts) });
    parts = [];
  }
  return messages;
}

const pongsFor = (frames: readonly FrameParts[]) =>
  frames.filter(({ opcode }) => opcode === OP.ping).map(({ payload = '' }) => Buffer.from(payload));

/** The peer closes: our side sends the code and the reason back, and reports them. */
const closedByPeer = (code: number, reason: string): Ending => ({
  close: code,
  reason,
  report: { outcome: 'closed', trigger: 'peer-closed', startedBy: 'peer', phase: 'open', code, reason, wasClean: true },
});

const TRIGGERS = { 1002: 'protocol-error', 1007: 'protocol-error', 1008: 'limit', 1009: 'too-big' } as const;

/** Our side fails the connection (section 7.1.7): it sends this code, ends TCP, and reports why. */
const failed = (code: keyof typeof TRIGGERS): Ending => ({
  close: code,
  reason: '',
  report: {
    outcome: 'failed',
    trigger: TRIGGERS[code],
    phase: 'open',
    code,
    wasClean: false,
    sent: { code, reason: '' },
  },
});

/** All messages come back, Pings are answered, and the peer closes with 1000. */
export function passes(name: string, rule: string, sends: readonly Sent[], more: More = {}): Case {
  return closes(name, rule, [...sends, close(1000, 'done')], 1000, { ...more }, 'done');
}

/** The peer closes in its own way, and our side sends the same Close back. */
export function closes(
  name: string,
  rule: string,
  sends: readonly Sent[],
  code: number,
  more: More = {},
  reason = '',
): Case {
  return {
    name,
    rule,
    sends,
    echoes: messagesIn(sends),
    pongs: pongsFor(sends),
    ends: closedByPeer(code, reason),
    ...more,
  };
}

/** The peer breaks a rule. Nothing comes back unless `more` says so, and nothing is read behind the fault. */
export function breaks(
  name: string,
  rule: string,
  sends: readonly Sent[],
  code: keyof typeof TRIGGERS,
  more: More = {},
): Case {
  return { name, rule, sends, echoes: [], pongs: [], ends: failed(code), ...more };
}
