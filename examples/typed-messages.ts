/**
 * Typed messages: a counter that clients talk to in JSON, checked by a schema. A request that is not valid gets an
 * answer, and the connection goes on; text that is not even JSON closes it.
 *
 * Run it with `npm run example -- typed-messages`, then send {"id":1,"do":"add","by":5} to ws://127.0.0.1:8080; PORT
 * chooses another port.
 */
import { fileURLToPath } from 'node:url';
import * as v from 'valibot';
import { type Connection, createSupervisor, type Listener, type Supervisor } from 'wirekeeper';
import { type MessageFault, messages, sendJson } from 'wirekeeper/messages';

const Request = v.variant('do', [
  v.object({ id: v.number(), do: v.literal('add'), by: v.optional(v.pipe(v.number(), v.safeInteger()), 1) }),
  v.object({ id: v.number(), do: v.literal('read') }),
]);

type Answer =
  | { readonly id: number; readonly count: number }
  | { readonly id: unknown; readonly problems: readonly string[] };

/** Starts the server; `supervisor.stop()` ends it and every connection. */
export async function start({
  port = 8080,
}: {
  readonly port?: number;
} = {}): Promise<{ supervisor: Supervisor; listener: Listener }> {
  const supervisor = createSupervisor({ name: 'counter' });
  let count = 0;
  const listener = await supervisor.listen({
    port,
    host: '127.0.0.1',
    handler: async (connection) => {
      const invalid = (fault: MessageFault) => refusal(connection, fault);
      for await (const request of messages(connection, Request, { invalid })) {
        if (request.do === 'add') count += request.by;
        sendJson<Answer>(connection, { id: request.id, count });
      }
    },
  });
  return { supervisor, listener };
}

/** What a request that is not valid is answered with. */
function refusal(connection: Pick<Connection, 'close'>, { kind, issues, value }: MessageFault): Answer | undefined {
  if (kind !== 'refused') {
    connection.close(1007, 'JSON, please');
    return undefined;
  }
  const id = typeof value === 'object' && value !== null && 'id' in value ? value.id : undefined;
  return { id, problems: issues.map(({ message }) => message) };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { supervisor, listener } = await start({ port: Number(process.env['PORT'] ?? 8080) });
  console.log(`Counting on ws://127.0.0.1:${listener.address?.port}. Ctrl-C stops.`);
  process.once('SIGINT', () => void supervisor.stop());
}
