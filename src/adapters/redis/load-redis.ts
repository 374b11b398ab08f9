import { loadPeer } from '../../peer/load-peer.js';

/** The package that speaks with Redis. */
export type Redis = typeof import('@redis/client');

/**
 * Loads the client of Redis, which is there where the user has installed it.
 *
 * @throws {PlatformError} when it is not, with the command that installs it.
 */
export function loadRedis(load?: (name: string) => unknown): Redis {
  return loadPeer('@redis/client', '6', 'redisBroker', load) as Redis;
}
