import type { Limits, Liveness, PerMessageDeflateOptions, Supervisor } from '../../index.js';

/** Options that clients and servers share: those of ws, and what wirekeeper adds to them. */
export interface CommonOptions {
  /** The supervisor of the sockets. Default: `sharedSupervisor()`. */
  readonly supervisor?: Supervisor | undefined;
  /** Limits of the sockets that ws has no option for; they win over the options of ws. Default: the supervisor's. */
  readonly limits?: Partial<Limits> | undefined;
  /** How often the peer is pinged; `false` sends no Pings of its own. Default: the supervisor's. */
  readonly liveness?: Partial<Liveness> | false | undefined;
  /** The largest message that is received, in bytes; 0 for 2 GiB. Default 100 MiB, as ws has it. */
  readonly maxPayload?: number | undefined;
  /** How many fragments a received message may have; 0 for as many as can be counted. Default 65,536. */
  readonly maxFragments?: number | undefined;
  /** How long a closing handshake may take, in ms. Default: the supervisor's, 5 s; that of ws is 30 s. */
  readonly closeTimeout?: number | undefined;
  /**
   * Whether messages are compressed, and from which size on, at which level. The other settings of ws have no effect:
   * a server always asks for no context takeover. Default: `true` for clients, `false` for servers.
   */
  readonly perMessageDeflate?: boolean | DeflateOptions | undefined;
  /** Has no effect: messages are always emitted as they come. */
  readonly allowSynchronousEvents?: boolean | undefined;
  /** Has no effect: Pings are always answered. */
  readonly autoPong?: boolean | undefined;
  /** Has no effect: what is kept of a message is bounded by `maxPayload`. */
  readonly maxBufferedChunks?: number | undefined;
  /** Has no effect: texts are always checked. */
  readonly skipUTF8Validation?: boolean | undefined;
}

/** The settings of permessage-deflate that have an effect. */
export interface DeflateOptions {
  /** Messages smaller than this many bytes go out uncompressed. Default 1024. */
  readonly threshold?: number | undefined;
  readonly zlibDeflateOptions?: { readonly level?: number | undefined } | undefined;
}

const DEFAULT_MAX_PAYLOAD = 100 * 1024 * 1024;
const MOST = 2 ** 31 - 1;

/** 0 is no bound. */
const bound = (given: number): number => (given === 0 ? MOST : Math.min(given, MOST));

/** The limits that options of ws ask for. */
export function limitsOf({ maxPayload, maxFragments, closeTimeout }: CommonOptions): Partial<Limits> {
  return {
    maxPayloadBytes: bound(maxPayload ?? DEFAULT_MAX_PAYLOAD),
    ...(maxFragments === undefined ? {} : { maxFragments: bound(maxFragments) }),
    ...(closeTimeout === undefined ? {} : { closeWithinMs: closeTimeout }),
  };
}

export function deflateOf(given: boolean | DeflateOptions): boolean | PerMessageDeflateOptions {
  if (typeof given === 'boolean') return given;
  const { threshold, zlibDeflateOptions } = given;
  const level = zlibDeflateOptions?.level;
  return { ...(threshold === undefined ? {} : { threshold }), ...(level === undefined || level < 0 ? {} : { level }) };
}
