/**
 * The parameters of a path are known by name. Only compiled: against the source, and against the packed package.
 */
import type { AcceptedConnection, Listener, ListenOptions, Supervisor } from 'wirekeeper';

export async function named(supervisor: Supervisor): Promise<Listener> {
  return supervisor.listen({
    path: '/rooms/:room/seats/:seat',
    authenticate: ({ params }) => ({ data: { room: params.room.toUpperCase() } }),
    handler: (connection) => {
      const { room, seat } = connection.request.params;
      connection.send(`${room.trim()} ${seat.trim()} ${connection.data.room.trim()}`);
      // @ts-expect-error there is no such parameter
      void connection.request.params.row;
    },
  });
}

export async function unnamed(supervisor: Supervisor): Promise<void> {
  await supervisor.listen({
    path: '/rooms/*',
    handler: ({ request }) => {
      const room: string | undefined = request.params[0];
      // @ts-expect-error it has no name
      void request.params.room;
      void room;
    },
  });
}

/** Of what is not known when the program is compiled, any parameter may be missing. */
export async function computed(supervisor: Supervisor, path: string): Promise<void> {
  const handler = ({ request }: AcceptedConnection): void => {
    const room: string | undefined = request.params['room'];
    // @ts-expect-error it may be undefined
    void request.params['room'].length;
    void room;
  };
  await supervisor.listen({ path, handler });
  await supervisor.listen({ path: ['/rooms/:room', '/lobby'], handler });
  await supervisor.listen({ path: '/rooms/:room', handler });
}

export const options: ListenOptions<{ name: string }> = {
  path: '/rooms/:room',
  authenticate: ({ params }) => ({ data: { name: params['room'] ?? '' } }),
  handler: ({ data }) => void data.name,
};

/** The type of the data may be given as before; the names of the parameters are not known then. */
export async function typedData(supervisor: Supervisor): Promise<void> {
  await supervisor.listen<{ name: string }>({
    path: '/rooms/:room',
    authenticate: () => ({ data: { name: 'Ada' } }),
    handler: ({ data, request }) => void (data.name + (request.params['room'] ?? '')),
  });
}
