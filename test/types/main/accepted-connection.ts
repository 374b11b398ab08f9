/**
 * What a listener's handler knows of its connection. Only compiled: against the source, and against the packed package.
 */
import {
  type AcceptedConnection,
  type Connection,
  type Handler,
  type Listener,
  refuse,
  type Supervisor,
} from 'wirekeeper';

export async function requestIsThere(supervisor: Supervisor): Promise<Listener> {
  return supervisor.listen({
    authenticate: (request) => {
      const name = request.query.get('name');
      return name === null ? refuse(401) : { data: { name } };
    },
    handler: async (connection) => {
      const path: string = connection.request.path;
      const role: 'accepted' = connection.role;
      connection.send(`${connection.data.name} is ${role} at ${path}`);
    },
  });
}

export const inAFunctionOfItsOwn = ({ request, data }: AcceptedConnection<{ name: string }>): string =>
  `${data.name} at ${request.path}`;

/** One handler for both: what is written for any connection serves listeners as well. */
export async function anyHandlerServes(supervisor: Supervisor, handler: Handler): Promise<void> {
  await supervisor.listen({ handler });
  supervisor.dial({ url: 'ws://localhost/', handler });
}

export function dialedConnectionsHaveNone(supervisor: Supervisor, connection: Connection): void {
  // @ts-expect-error it may be a dialed one
  void connection.request.path;
  // @ts-expect-error what dials gets no request
  supervisor.dial({ url: 'ws://localhost/', handler: async ({ request }: AcceptedConnection) => void request.path });
}
