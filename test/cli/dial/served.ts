import { createSupervisor, type Handler, type ListenOptions, type Supervisor } from '../../../src/index.js';

/** A server on a free port of loopback. */
export interface Served extends AsyncDisposable {
  readonly url: string;
  readonly supervisor: Supervisor;
}

export async function served(
  handler: Handler<unknown>,
  options: Partial<ListenOptions<unknown>> = {},
): Promise<Served> {
  const supervisor = createSupervisor();
  const { address } = await supervisor.listen<unknown>({ port: 0, host: '127.0.0.1', handler, ...options });
  return {
    url: `ws://127.0.0.1:${address?.port}/`,
    supervisor,
    [Symbol.asyncDispose]: () => supervisor[Symbol.asyncDispose](),
  };
}

export const echo: Handler<unknown> = async (connection) => {
  for await (const frame of connection) connection.send(frame);
};
