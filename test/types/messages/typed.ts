/** Typed messages. Only compiled: against the source, and against the packed package. */
import type { Connection, Frame, SendResult } from 'wirekeeper';
import { type MessageFault, type MessageOf, messages, type StandardSchema, sendJson } from 'wirekeeper/messages';

declare const connection: Connection;
declare const schema: StandardSchema<{ readonly x: number }>;

for await (const { x } of messages(connection, schema)) {
  const isNumber: number = x;
  void isNumber;
}

const message: MessageOf<typeof schema> = { x: 1 };
void message;

messages(connection, schema, { invalid: 'skip', binary: true });
messages(connection, schema, {
  invalid: ({ kind, issues, frame, value }: MessageFault) => {
    const of: Frame = frame;
    return { kind, first: issues[0]?.message, of: of.text(), value };
  },
});
messages(connection, schema, { invalid: async () => undefined });
messages(connection, schema, { invalid: () => connection.close(4000) });

// @ts-expect-error no schema
messages(connection, { type: 'object' });
// @ts-expect-error no such policy
messages(connection, schema, { invalid: 'reply' });

interface Answer {
  readonly id: number;
}
const result: SendResult = sendJson<Answer>(connection, { id: 1 });
void result;
// @ts-expect-error not an answer
sendJson<Answer>(connection, { id: 'one' });
// @ts-expect-error JSON has no text for it
sendJson(connection, undefined);
// @ts-expect-error JSON has no text for it
sendJson(connection, 5n);
