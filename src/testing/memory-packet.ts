import { lengthBytes } from '../transport/protocol/framing.js';
import type { Fate, WireFault } from '../transport/wire-fact.js';

/** The close codes that answer a breach of the protocol (RFC 6455 section 7.4.1). */
export type ViolationCode = 1002 | 1007 | 1008;

/**
 * What travels from one end of an in-memory connection to the other, whole and in order. `bytes` is what it would take
 * on TCP.
 */
export type Packet =
  | { readonly kind: 'message'; readonly data: Buffer; readonly isBinary: boolean; readonly bytes: number }
  | { readonly kind: 'close'; readonly code: number; readonly reason: string; readonly bytes: number }
  | { readonly kind: 'ping'; readonly payload: Buffer; readonly bytes: number }
  | { readonly kind: 'pong'; readonly payload: Buffer; readonly bytes: number }
  /** Something the protocol forbids; the receiver answers with `code`. */
  | { readonly kind: 'violation'; readonly code: ViolationCode; readonly bytes: number }
  /** TCP's FIN and RST. */
  | { readonly kind: 'fin'; readonly bytes: 0 }
  | { readonly kind: 'reset'; readonly bytes: 0 }
  /** Is never sent: calls `done` when everything before it was sent, or is lost. */
  | { readonly kind: 'mark'; readonly done: (fate: Fate) => void; readonly bytes: 0 };

/** The packets whose content the owner of a socket sees. */
export type Content = Extract<Packet, { kind: 'message' | 'close' | 'ping' | 'pong' | 'violation' }>;

/** The fault that each close code of a failed wire stands for. */
export const FAULTS = {
  1002: 'protocol-error',
  1007: 'protocol-error',
  1008: 'limit',
  1009: 'too-big',
} as const satisfies Record<number, WireFault>;

/** What is wrong with what a peer sent, by the close code that answers it. */
export const VIOLATIONS: Readonly<Record<ViolationCode, string>> = {
  1002: 'the peer broke the protocol',
  1007: 'the peer sent text that is not UTF-8',
  1008: 'the peer sent a message in too many fragments',
};

const MASKING_KEY = 4;

/** Size in bytes of a frame with this many bytes of payload (RFC 6455 section 5.2); clients mask. */
function frameBytes(payload: number, isMasked: boolean): number {
  return lengthBytes(payload) + (isMasked ? MASKING_KEY : 0) + payload;
}

/** A data message with a copy of its payload, as the network has one. */
export function messagePacket(
  data: string | Uint8Array,
  isBinary: boolean,
  isMasked: boolean,
): Packet & { kind: 'message' } {
  // Two calls: each overload of Buffer.from takes one of the types.
  const copy = typeof data === 'string' ? Buffer.from(data) : Buffer.from(data);
  return { kind: 'message', data: copy, isBinary, bytes: frameBytes(copy.length, isMasked) };
}

/** A Close frame; code 1005 stands for an empty one. */
export function closePacket(code: number, reason: string, isMasked: boolean): Packet {
  return {
    kind: 'close',
    code,
    reason,
    bytes: frameBytes(code === 1005 ? 0 : 2 + Buffer.byteLength(reason), isMasked),
  };
}

/** A Ping, or the Pong that answers it with the same payload. */
export function pingPacket(kind: 'ping' | 'pong', payload: Buffer, isMasked: boolean): Packet {
  return { kind, payload, bytes: frameBytes(payload.length, isMasked) };
}

export const FIN: Packet = { kind: 'fin', bytes: 0 };
export const RESET: Packet = { kind: 'reset', bytes: 0 };
