import type { RedisClientOptions, RedisClientType } from '@redis/client';
import type { Broker, BrokerLink, BrokerRequest } from '../../cluster/port/broker.js';
import { loadRedis, type Redis } from './load-redis.js';
import { RedisLine } from './redis-line.js';
import { RedisLink } from './redis-link.js';
import { type RedisSettings, resolveRedis } from './resolve-redis.js';

/** How a cluster finds Redis, and what it asks of it. */
export interface RedisBrokerOptions {
  /** One server, `redis:` or with TLS `rediss:`. Default `redis://127.0.0.1:6379`. */
  readonly url?: string | undefined;
  /**
   * Credentials, certificates, and so on, as `createClient` of `@redis/client` takes them. Whether and when to connect
   * again is the cluster's to decide. Default: none.
   */
  readonly connection?: Pick<RedisClientOptions, ConnectionOption> | undefined;
  /**
   * Whether Redis has everything that it has confirmed after a restart, and after another server has taken its place:
   * with `appendonly yes`, and `appendfsync always` where the machine may lose its power. If it has not, each restart
   * begins new histories: a position of before is not complete then. All nodes say the same. Default false.
   */
  readonly survivesRestart?: boolean | undefined;
  /**
   * How often Redis is pinged, in ms, from 100 on. When two Pings in a row have no answer the link is lost, so a broker
   * that is silent is found within three times this. Default 2,000.
   */
  readonly pingIntervalMs?: number | undefined;
  /** How many bytes may be on their way to Redis before `publish` says `down`, from 1 on. Default 16 MiB. */
  readonly maxBufferedBytes?: number | undefined;
  /** The longest message, in bytes, from 1 to 64 MiB. Default 1 MiB, as with NATS. */
  readonly maxPayloadBytes?: number | undefined;
}

/** What users decide about a connection. */
export type ConnectionOption = 'username' | 'password' | 'credentialsProvider' | 'database' | 'name' | 'socket';

/**
 * Makes the broker of a cluster from Redis, 7.0 or later, by the package `@redis/client`. Topics without history use
 * its pub/sub; those with history have a stream each, and a script that appends to it and publishes in one step.
 *
 * @throws {OptionError} for a wrong option; {PlatformError} where the package is not installed.
 */
export function redisBroker(options: RedisBrokerOptions = {}): Broker {
  const settings = resolveRedis(options);
  const redis = loadRedis();
  return { name: 'redis', connect: (request) => connect(redis, settings, request) };
}

async function connect(redis: Redis, settings: RedisSettings, { node, signal, clock }: BrokerRequest) {
  signal.throwIfAborted();
  const { connection, url } = settings;
  const client = redis.createClient({
    ...connection,
    name: connection.name ?? `wirekeeper-${node}`,
    url,
    // One connection for commands and messages, so that a message comes that was published after a subscription.
    RESP: 3,
    disableOfflineQueue: true,
    // It would move to another socket, and nobody would know of the messages that are lost meanwhile.
    maintNotifications: 'disabled',
    socket: { ...connection.socket, reconnectStrategy: false },
  }) as RedisClientType;
  // A client without it throws what goes wrong.
  client.on('error', () => {});
  // A socket that has not connected yet is not ended with its client.
  client.on('connect', () => signal.aborted && client.destroy());
  let giveUp = (): void => {};
  const givenUp = new Promise<never>((_, reject) => {
    giveUp = () => {
      client.destroy();
      reject(signal.reason);
    };
  });
  signal.addEventListener('abort', giveUp);
  try {
    await Promise.race([client.connect(), givenUp]);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
  return new RedisLink(new RedisLine(client, redis, settings.pingIntervalMs, clock), settings) satisfies BrokerLink;
}
