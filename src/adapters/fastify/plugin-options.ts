import type { FastifyReply, FastifyRequest } from 'fastify';
import type { DrainOptions, Grant, Limits, ListenerLimits, ListenOptions, Refusal, Supervisor } from '../../index.js';
import { resolveDrain } from '../../supervisor/drain/resolve-drain.js';
import { checkFunction, checkMethods, readOptions } from '../../supervisor/options/option-rules.js';

/**
 * What a route grants to a client that all hooks have let through: `data`, `expiresAt`, `identity`, and `headers`, as
 * `authenticate` of a listener does; or what `refuse` returns. What it throws is answered by Fastify's error handler.
 */
export type GrantOfRoute = (
  request: FastifyRequest,
  reply: FastifyReply,
) => Grant<unknown> | Refusal | Promise<Grant<unknown> | Refusal>;

/** What `ListenOptions` has for every listener. */
type ListenerOptions = Pick<
  ListenOptions<unknown>,
  'origins' | 'hosts' | 'protocols' | 'liveness' | 'perMessageDeflate' | 'trustProxy'
>;

/** The option `wirekeeper` of one route. What it does not give is as the plugin has it. */
export interface WebSocketRouteOptions extends ListenerOptions {
  /** Its own limits: with them, or with any of the options above, the route has a listener of its own. */
  readonly limits?: Partial<ListenerLimits> | undefined;
  /** Decides what is known of the client. Default: `data` is undefined. */
  readonly grant?: GrantOfRoute | undefined;
}

/**
 * Options of the plugin. Those of `ListenOptions` hold for all routes; `origins` is `same-origin` by default, which
 * refuses browsers of other sites before any hook runs.
 */
export interface FastifyWirekeeperOptions extends ListenerOptions {
  /** The parent of the plugin's supervisor. Default: it has none, and ends with the application. */
  readonly supervisor?: Supervisor | undefined;
  /**
   * The limits of the plugin's supervisor, which are the defaults of its listeners. `authenticateWithinMs` bounds the
   * time that hooks may take. Default: those of the parent, or of `createSupervisor`.
   */
  readonly limits?: Partial<Limits> | undefined;
  /** Decides what is known of a client, for routes without a `grant`. Default: `data` is undefined. */
  readonly grant?: GrantOfRoute | undefined;
  /**
   * How the connections are drained when the application closes. Default: all are closed at once (`spreadMs: 0`), each
   * with 1012 and a random delay of up to 5 s before it should come back.
   */
  readonly drain?: Omit<DrainOptions, 'where' | 'share' | 'signal'> | undefined;
}

const ROUTE_KEYS = [
  'origins',
  'hosts',
  'protocols',
  'liveness',
  'perMessageDeflate',
  'trustProxy',
  'limits',
  'grant',
] as const satisfies readonly (keyof WebSocketRouteOptions)[];
const PLUGIN_KEYS = [...ROUTE_KEYS, 'supervisor', 'drain'] as const;

/** Where the options of the plugin stand in errors. */
const WHERE = 'fastifyWirekeeper';

/** The options of the plugin or of a route, checked as far as the listener does not check them. */
export interface RouteSettings {
  /** Those of its listener. Without any, the plugin's listener takes the route's clients. */
  readonly listener: ListenerOptions & Pick<WebSocketRouteOptions, 'limits'>;
  readonly grant: GrantOfRoute | undefined;
}

export interface PluginSettings extends RouteSettings {
  readonly supervisor: Supervisor | undefined;
  readonly limits: Partial<Limits> | undefined;
  readonly drain: DrainOptions;
}

function settingsOf({ grant, ...listener }: WebSocketRouteOptions, where: string): RouteSettings {
  if (grant !== undefined) checkFunction(grant, `${where}.grant`);
  return { listener, grant };
}

/** Checks the options of the plugin. @throws {OptionError} */
export function resolvePlugin(given: FastifyWirekeeperOptions): PluginSettings {
  const { supervisor, limits, drain = {}, ...options } = readOptions(given, PLUGIN_KEYS, WHERE);
  if (supervisor !== undefined) checkMethods(supervisor, ['supervise'], `${WHERE}: supervisor`);
  const settings = { spreadMs: 0, ...readOptions(drain, DRAIN_KEYS, `${WHERE}: drain`) };
  resolveDrain(settings);
  return { ...settingsOf(options, `${WHERE}: options`), supervisor, limits, drain: settings };
}

const DRAIN_KEYS = [
  'notReadyFirstMs',
  'finishFirstMs',
  'spreadMs',
  'withinMs',
  'adviseReconnectMs',
  'code',
  'reason',
] as const;

/** Checks the option `wirekeeper` of a route. @throws {OptionError} */
export function resolveRoute(given: unknown): RouteSettings {
  const where = 'route: wirekeeper';
  return settingsOf(readOptions((given ?? {}) as WebSocketRouteOptions, ROUTE_KEYS, where), where);
}
