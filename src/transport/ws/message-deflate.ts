import type { WireOptions } from '../transport.js';
import { type Compressor, createCompressor } from './deflate/compressor.js';
import { Inflater } from './deflate/inflater.js';
import { type DeflateParams, termsOf } from './package/deflate-terms.js';

/** Both directions of the permessage-deflate extension of one connection (RFC 7692). */
export interface MessageDeflate {
  readonly compressor: Compressor;
  readonly inflater: Inflater;
}

/**
 * Makes what compresses and inflates the messages of one connection, by what was negotiated; nothing if nothing was.
 */
export function createMessageDeflate(
  params: DeflateParams | undefined,
  isServer: boolean,
  { perMessageDeflate, maxPayloadBytes }: WireOptions,
): MessageDeflate | undefined {
  if (params === undefined) return undefined;
  const level = typeof perMessageDeflate === 'object' ? perMessageDeflate.level : undefined;
  return {
    compressor: createCompressor(termsOf(params, isServer ? 'server' : 'client'), level),
    inflater: new Inflater(termsOf(params, isServer ? 'client' : 'server'), maxPayloadBytes),
  };
}
