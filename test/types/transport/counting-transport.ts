/**
 * A transport that counts what another one dials. Only compiled: against the source, and against the packed package.
 */
import { createSupervisor, type Supervisor } from 'wirekeeper';
import { createWsTransport, type DialRequest, type Transport, type Wire, type WireFact } from 'wirekeeper/transport';

export class CountingTransport implements Transport {
  readonly name = 'counting';
  readonly listen: Transport['listen'];
  readonly #transport: Transport;
  dials = 0;

  constructor(transport: Transport = createWsTransport()) {
    this.#transport = transport;
    this.listen = transport.listen;
  }

  dial(request: DialRequest): Wire {
    this.dials += 1;
    return this.#transport.dial(request);
  }
}

export const supervisor: Supervisor = createSupervisor({ transport: new CountingTransport() });

export const isEnd = (fact: WireFact): boolean => fact.type === 'wire.closed';
