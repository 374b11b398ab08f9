import { loadPeer } from '../../peer/load-peer.js';

/** The packages that speak with NATS. */
export type Nats = typeof import('@nats-io/transport-node') & typeof import('@nats-io/jetstream');

/**
 * Loads the packages of NATS, which are there where the user has installed them.
 *
 * @throws {PlatformError} when they are not, with the command that installs them.
 */
export function loadNats(load?: (name: string) => unknown): Nats {
  const [transport, jetstream] = ['@nats-io/transport-node', '@nats-io/jetstream'].map(
    (name) => loadPeer(name, '3', 'natsBroker', load) as object,
  );
  return { ...transport, ...jetstream } as Nats;
}
