/**
 * What a consumer finds who names no types of Node's: were they missing, all this would be `any`, and nothing would be
 * an error.
 */
import { type Connection, createSupervisor, type Frame, type Listener } from 'wirekeeper';

export function mistakesAreFound(frame: Frame, connection: Connection): void {
  // @ts-expect-error bytes are no number
  const data: number = frame.data;
  // @ts-expect-error a signal is no number
  const signal: number = connection.signal;
  // @ts-expect-error a number cannot be sent
  connection.send(data + signal);
}

export function echo(): Promise<Listener> {
  return createSupervisor().listen({
    port: 0,
    handler: async (connection) => {
      for await (const frame of connection)
        connection.send(frame.isBinary ? frame.data : frame.data.toString('latin1'));
    },
  });
}
