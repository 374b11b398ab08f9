import type { Authenticate, Frame, ListenerLimits } from '../../index.js';
import { checkFunction, checkNumber, type NumberRule, readOptions } from '../../supervisor/options/option-rules.js';
import {
  FRAMEWORK_KEYS,
  type FrameworkOptions,
  type FrameworkSettings,
  ROUTED_LISTEN_KEYS,
  type RoutedListenOptions,
  resolveFramework,
} from '../framework/framework-options.js';
import { readMessage } from './read-message.js';

/** A message that gateways handle: `event` is that of `@SubscribeMessage`, `data` is what `@MessageBody` gets. */
export interface GatewayMessage {
  readonly event: string;
  readonly data?: unknown;
}

/** Options of `@WebSocketGateway`. What it does not give is as the adapter has it. */
export interface GatewayOptions extends RoutedListenOptions {
  /**
   * The paths of the gateway: see `path` of `ListenOptions`. Default: `/` on the port of the application, and every
   * path on a port of its own.
   */
  readonly path?: string | readonly string[] | undefined;
  /** Decides who may connect: see `authenticate` of `ListenOptions`. Default: every client. */
  readonly authenticate?: Authenticate<unknown> | undefined;
  /** The limits of the gateway. Default: those of the adapter. */
  readonly limits?: Partial<ListenerLimits> | undefined;
}

/** Options of the adapter. */
export interface NestAdapterOptions extends FrameworkOptions {
  /** Decides who may connect to gateways without an `authenticate`. Default: every client. */
  readonly authenticate?: Authenticate<unknown> | undefined;
  /**
   * Reads a message; `undefined` ignores it. What it throws ends the connection with 1011. Default: JSON with `event`
   * and `data`; other messages are ignored.
   */
  readonly readMessage?: ((frame: Frame) => GatewayMessage | undefined) | undefined;
  /**
   * How many messages of one client are handled at the same time, from 1 on; while so many are, no more are read. A
   * message is handled until the promise of its handler is settled. Default 16.
   */
  readonly maxMessagesAtOnce?: number | undefined;
}

/** How messages are read and handled. */
export interface MessageSettings {
  readonly readMessage: NonNullable<NestAdapterOptions['readMessage']>;
  readonly maxMessagesAtOnce: number;
}

/** The options of the adapter, checked as far as listeners do not check them. */
export interface AdapterSettings extends FrameworkSettings, MessageSettings {
  /** Of all gateways. */
  readonly listener: RoutedListenOptions & Pick<NestAdapterOptions, 'authenticate'>;
}

const WHERE = 'createNestAdapter';
const KEYS = [...FRAMEWORK_KEYS, 'authenticate', 'readMessage', 'maxMessagesAtOnce'] as const;

const DEFAULTS = { readMessage, maxMessagesAtOnce: 16 } as const;

const count: NumberRule = {
  least: 1,
  most: Number.POSITIVE_INFINITY,
  isWhole: true,
  allowed: 'whole numbers from 1 on, and Infinity',
};

/** Checks the options of the adapter. @throws {OptionError} */
export function resolveAdapter(given: NestAdapterOptions): AdapterSettings {
  const {
    supervisor,
    limits,
    drain,
    readMessage: read = DEFAULTS.readMessage,
    maxMessagesAtOnce = DEFAULTS.maxMessagesAtOnce,
    ...listener
  } = readOptions(given, KEYS, WHERE);
  checkFunction(read, `${WHERE}: readMessage`);
  checkNumber(maxMessagesAtOnce, count, `${WHERE}: maxMessagesAtOnce`);
  return {
    ...resolveFramework({ supervisor, limits, drain }, WHERE),
    readMessage: read,
    maxMessagesAtOnce,
    listener,
  };
}

/** Checks the options of a gateway as far as its listener does not. @throws {OptionError} */
export function resolveGateway(given: GatewayOptions): GatewayOptions {
  return readOptions(given, [...ROUTED_LISTEN_KEYS, 'authenticate', 'limits', 'path'], 'WebSocketGateway');
}
