import { type BrokerServer, isMissing, type ServerPlace, sayIfMissing, startServer } from './broker-server.js';

/** Whether there is no redis-server: then tests with it are skipped. */
export const isRedisMissing = isMissing('redis-server');

export const sayIfRedisIsMissing = (): void => sayIfMissing('redis-server', 'redis');

/** Starts a redis-server that writes down what it does. @param at where it was before; default: a new folder and port. */
export const startRedis = (at?: ServerPlace): Promise<BrokerServer> =>
  startServer('redis-server', at, ({ port, folder }) => [
    ...['--bind', '127.0.0.1', '--port', String(port), '--dir', folder],
    ...['--save', '', '--appendonly', 'yes', '--appendfsync', 'no'],
  ]);
