import { ListenError, OptionError } from '../../transport/errors.js';
import { describeThrown } from '../../transport/thrown.js';
import type { Acceptor, ListenTarget, Transport } from '../../transport/transport.js';
import type { Listener } from '../api/listener.js';
import type { Services } from '../connection/connection-parent.js';
import type { Admission } from './admission.js';

/**
 * Begins to listen.
 *
 * @param admission decides the opening handshakes.
 * @throws {ListenError} when the port cannot be opened. {OptionError} when `server` is not a server.
 */
export async function openAcceptor(
  transport: Transport,
  target: ListenTarget,
  admission: Decider,
  owner: AcceptorOwner,
): Promise<Acceptor> {
  try {
    return await listenBy(transport, target, admission, owner);
  } catch (cause) {
    if (cause instanceof OptionError) throw cause;
    const where = target.kind === 'port' ? `port ${target.port}` : 'the server given';
    throw new ListenError(`listen: ${where} cannot be had: ${describeThrown(cause)}.`, { cause });
  }
}

/** What decides the opening handshakes. */
type Decider = Pick<Admission, 'wants' | 'decide' | 'diverted'>;

/** What reports failures that cost single clients. */
interface AcceptorOwner {
  readonly id: string;
  readonly services: Pick<Services, 'publish'>;
}

/** Begins to listen; at once where the transport can. */
export function listenBy(
  transport: Transport,
  target: ListenTarget,
  admission: Decider,
  { id: childId, services }: AcceptorOwner,
): Acceptor | Promise<Acceptor> {
  return transport.listen(
    target,
    (request) => admission.wants(request),
    (upgrade) => admission.decide(upgrade),
    (error) => services.publish({ type: 'listener.error', childId, error }),
    (request, diversion) => admission.diverted(request, diversion),
  );
}

/**
 * Has a listener take upgrades by hand at once.
 *
 * @param start begins its first run, in its turn. When there is none, what was taken is dropped.
 * @throws what `start` throws.
 */
export function openByHand(
  listener: Listener & { open(): void; neverStarted(): void },
  start: () => Promise<unknown>,
): Listener {
  listener.open();
  try {
    start().catch(() => listener.neverStarted());
  } catch (error) {
    listener.neverStarted();
    throw error;
  }
  return listener;
}

/** The target with the port of the last run: a port that the system chose stays the same across restarts. */
export function withPort(target: ListenTarget, port: number | undefined): ListenTarget {
  return target.kind === 'port' && port !== undefined ? { ...target, port } : target;
}
