/** The broker of a cluster on NATS. Only compiled: against the source, and against the packed package. */
import type { Broker } from 'wirekeeper/cluster';
import { type NatsBrokerOptions, natsBroker } from 'wirekeeper/nats';

const options: NatsBrokerOptions = { servers: ['a:4222', 'b:4222'], connection: { token: 'x' }, replicas: 3 };
export const broker: Broker = natsBroker(options);

// @ts-expect-error the cluster decides about it
natsBroker({ connection: { reconnect: true } });
// @ts-expect-error there is no such storage
natsBroker({ storage: 'disk' });
