import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Grant, ListenerLimits, Refusal } from '../../index.js';
import { checkFunction, readOptions } from '../../supervisor/options/option-rules.js';
import {
  FRAMEWORK_KEYS,
  type FrameworkOptions,
  type FrameworkSettings,
  ROUTED_LISTEN_KEYS,
  type RoutedListenOptions,
  resolveFramework,
} from '../framework/framework-options.js';

/**
 * What a route grants to a client that all hooks have let through: `data`, `expiresAt`, `identity`, and `headers`, as
 * `authenticate` of a listener does; or what `refuse` returns. What it throws is answered by Fastify's error handler.
 */
export type GrantOfRoute = (
  request: FastifyRequest,
  reply: FastifyReply,
) => Grant<unknown> | Refusal | Promise<Grant<unknown> | Refusal>;

/** The option `wirekeeper` of one route. What it does not give is as the plugin has it. */
export interface WebSocketRouteOptions extends RoutedListenOptions {
  /** Its own limits: with them, or with any of the options above, the route has a listener of its own. */
  readonly limits?: Partial<ListenerLimits> | undefined;
  /** Decides what is known of the client. Default: `data` is undefined. */
  readonly grant?: GrantOfRoute | undefined;
}

/**
 * Options of the plugin. `origins` is `same-origin` by default, which refuses browsers of other sites before any hook
 * runs. `limits.authenticateWithinMs` bounds the time that hooks may take.
 */
export interface FastifyWirekeeperOptions extends FrameworkOptions {
  /** Decides what is known of a client, for routes without a `grant`. Default: `data` is undefined. */
  readonly grant?: GrantOfRoute | undefined;
}

/** The options of the plugin or of a route, checked as far as the listener does not check them. */
export interface RouteSettings {
  /** Those of its listener. Without any, the plugin's listener takes the route's clients. */
  readonly listener: RoutedListenOptions & Pick<WebSocketRouteOptions, 'limits'>;
  readonly grant: GrantOfRoute | undefined;
}

/** The options of the plugin, checked. */
export interface PluginSettings extends RouteSettings, FrameworkSettings {}

/** Where the options of the plugin stand in errors. */
const PLUGIN = 'fastifyWirekeeper';

/** Where the options of a route stand in errors. */
const ROUTE = 'route: wirekeeper';

/** Checks the options of the plugin. @throws {OptionError} */
export function resolvePlugin(given: FastifyWirekeeperOptions): PluginSettings {
  const { supervisor, limits, drain, ...options } = readOptions(given, [...FRAMEWORK_KEYS, 'grant'], PLUGIN);
  return {
    ...settingsOf(options, `${PLUGIN}: grant`),
    ...resolveFramework({ supervisor, limits, drain }, PLUGIN),
  };
}

/** Checks the option `wirekeeper` of a route. @throws {OptionError} */
export function resolveRoute(given: unknown): RouteSettings {
  const options = readOptions(
    (given ?? {}) as WebSocketRouteOptions,
    [...ROUTED_LISTEN_KEYS, 'limits', 'grant'],
    ROUTE,
  );
  return settingsOf(options, `${ROUTE}.grant`);
}

function settingsOf({ grant, ...listener }: WebSocketRouteOptions, where: string): RouteSettings {
  if (grant !== undefined) checkFunction(grant, where);
  return { listener, grant };
}
