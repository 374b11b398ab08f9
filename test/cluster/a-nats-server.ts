import { type BrokerServer, isMissing, type ServerPlace, sayIfMissing, startServer } from './broker-server.js';

export type NatsServer = BrokerServer;

/** Whether there is no nats-server: then tests with it are skipped. */
export const isNatsMissing = isMissing('nats-server');

export const sayIfNatsIsMissing = (): void => sayIfMissing('nats-server', 'nats');

/**
 * Starts a nats-server with JetStream.
 *
 * @param at where it was before; default: a free port, and a new folder.
 * @param others arguments besides those. Default: it listens on 127.0.0.1.
 */
export const startNats = (at?: ServerPlace, others: readonly string[] = ['-a', '127.0.0.1']): Promise<NatsServer> =>
  startServer('nats-server', at, ({ port, folder }) => [...others, '-p', String(port), '-js', '-sd', folder]);
