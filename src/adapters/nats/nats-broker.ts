import type { NodeConnectionOptions } from '@nats-io/transport-node';
import type { Broker, BrokerLink, BrokerRequest } from '../../cluster/port/broker.js';
import { loadNats, type Nats } from './load-nats.js';
import { NatsLink } from './nats-link.js';
import { resolveNats } from './resolve-nats.js';

/** How a cluster finds NATS, and what it asks of it. */
export interface NatsBrokerOptions {
  /** One server or several of them: `nats.internal:4222`. Default `127.0.0.1:4222`. */
  readonly servers?: string | readonly string[] | undefined;
  /**
   * Everything else of a connection: credentials, TLS, and so on, as `connect` of `@nats-io/transport-node` takes it.
   * Whether and when to connect again is the cluster's to decide. Default: none.
   */
  readonly connection?: Omit<NodeConnectionOptions, OwnConnectionOption> | undefined;
  /** Where JetStream keeps histories: on disk, where they survive its restart, or in memory. Default `file`. */
  readonly storage?: 'file' | 'memory' | undefined;
  /** How many servers of a NATS cluster keep each history: 1 to 5. Default 1. */
  readonly replicas?: number | undefined;
  /**
   * How often NATS is pinged, in ms, from 100 on. When two Pings in a row have no answer the link is lost, so a broker
   * that is silent is found within three times this. Default 2,000.
   */
  readonly pingIntervalMs?: number | undefined;
  /** How many bytes may be on their way to NATS before `publish` says `down`, from 1 on. Default 16 MiB. */
  readonly maxBufferedBytes?: number | undefined;
}

/** What the cluster decides about a connection. */
export type OwnConnectionOption =
  | 'servers'
  | 'reconnect'
  | 'maxReconnectAttempts'
  | 'waitOnFirstConnect'
  | 'noEcho'
  | 'pingInterval'
  | 'maxPingOut';

/**
 * Makes the broker of a cluster from NATS, by the packages `@nats-io/transport-node` and `@nats-io/jetstream`. Topics
 * without history need a `nats-server` only; topics with history need JetStream, from 2.9 on, and use one stream for
 * all topics that keep equally much: it republishes what it has stored, so that there is no consumer for each topic.
 *
 * @throws {OptionError} for a wrong option; {PlatformError} where the packages are not installed.
 */
export function natsBroker(options: NatsBrokerOptions = {}): Broker {
  const settings = resolveNats(options);
  const nats = loadNats();
  return { name: 'nats', connect: (request) => connect(nats, settings, request) };
}

async function connect(nats: Nats, settings: ReturnType<typeof resolveNats>, request: BrokerRequest) {
  const { signal, node } = request;
  signal.throwIfAborted();
  const connection = await nats.connect({
    ...settings.connection,
    name: settings.connection.name ?? `wirekeeper ${node}`,
    servers: settings.servers.slice(),
    reconnect: false,
    pingInterval: settings.pingIntervalMs,
    maxPingOut: 2,
  });
  if (signal.aborted) {
    await connection.close();
    throw signal.reason;
  }
  return new NatsLink(connection, nats, settings) satisfies BrokerLink;
}
