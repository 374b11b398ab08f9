import type { WireOptions } from '../../transport/transport.js';
import type { Limits } from '../api/limits.js';

/** The options of wires that follow from limits. */
export function wireOptionsOf(limits: Limits, perMessageDeflate: WireOptions['perMessageDeflate']): WireOptions {
  const { maxPayloadBytes, maxFragments, maxMessagesPerSecond: messages, maxBytesPerSecond: bytes } = limits;
  return { maxPayloadBytes, maxFragments, perMessageDeflate, allowance: { messages, bytes } };
}
