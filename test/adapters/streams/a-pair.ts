import { type Connection, connect, createSupervisor, type SupervisorOptions } from '../../../src/index.js';
import { deferred } from '../../../src/supervisor/time/deferred.js';

/** Two ends of one connection over loopback, with handlers that only wait. */
export interface Ends extends AsyncDisposable {
  readonly near: Connection<unknown>;
  readonly far: Connection<unknown>;
}

/** Connects a client (`near`) to a listener (`far`). */
export async function aPair(options: SupervisorOptions = {}): Promise<Ends> {
  const supervisor = createSupervisor(options);
  const { promise, resolve } = deferred<Connection<unknown>>();
  const listener = await supervisor.listen({
    port: 0,
    host: '127.0.0.1',
    handler: (connection) => {
      resolve(connection);
      return connection.closed;
    },
  });
  const near = await connect(`ws://127.0.0.1:${listener.address?.port}/`, { supervisor });
  return {
    near,
    far: await promise,
    async [Symbol.asyncDispose]() {
      await supervisor.terminate();
    },
  };
}
