import { ListenError, OptionError } from '../../transport/errors.js';
import { describeThrown } from '../../transport/thrown.js';
import type { Acceptor, ListenTarget, Transport } from '../../transport/transport.js';
import type { Admission } from './admission.js';

/**
 * Begins to listen.
 *
 * @param admission decides the opening handshakes.
 * @param onError called with failures that cost single clients.
 * @throws {ListenError} when the port cannot be opened. {OptionError} when `server` is not a server.
 */
export async function openAcceptor(
  transport: Transport,
  target: ListenTarget,
  admission: Pick<Admission, 'wants' | 'decide' | 'diverted'>,
  onError: (error: Error) => void,
): Promise<Acceptor> {
  try {
    return await transport.listen(
      target,
      (request) => admission.wants(request),
      (upgrade) => admission.decide(upgrade),
      onError,
      (request, diversion) => admission.diverted(request, diversion),
    );
  } catch (cause) {
    if (cause instanceof OptionError) throw cause;
    const where = target.kind === 'port' ? `port ${target.port}` : 'the server given';
    throw new ListenError(`listen: ${where} cannot be had: ${describeThrown(cause)}.`, { cause });
  }
}

/** The target with the port of the last run: a port that the system chose stays the same across restarts. */
export function withPort(target: ListenTarget, port: number | undefined): ListenTarget {
  return target.kind === 'port' && port !== undefined ? { ...target, port } : target;
}
