/** What a service's module may say. Only compiled: against the source, and against the packed package. */
import { refuse } from 'wirekeeper';
import { defineService, route } from 'wirekeeper/service';

export const service = defineService({
  port: 8443,
  tls: { certFile: 'cert.pem', keyFile: 'key.pem' },
  supervisor: { intensity: { withinMs: 10_000 } },
  handlers: {
    '/plain/:name': async (connection) => {
      const name: string = connection.request.params.name;
      connection.send(name);
      // @ts-expect-error the path has no such parameter
      connection.send(connection.request.params.other);
    },
    '/rooms/:room': route({
      origins: 'any',
      authenticate: (request) => (request.bearerToken() === undefined ? refuse(401) : { data: { user: 'ann' } }),
      handler: async (connection) => {
        const user: string = connection.data.user;
        connection.send(`${user} in ${connection.request.params.room}`);
        // @ts-expect-error nobody has granted this
        connection.send(connection.data.password);
      },
    }),
    '/open': route({ handler: (connection) => connection.closed }),
  },
  setup: async (supervisor) => {
    supervisor.events$.subscribe(() => {});
  },
});

defineService({
  // @ts-expect-error the service listens, not its paths
  handlers: { '/a': route({ port: 1, handler: async () => {} }) },
});

// @ts-expect-error a service has handlers
defineService({ port: 1 });
