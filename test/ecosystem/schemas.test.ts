import { type } from 'arktype';
import { afterEach, expect, test } from 'vitest';
import { createSupervisor, type Handler, type Supervisor } from 'wirekeeper';
import { messages, sendJson } from 'wirekeeper/messages';
import { WebSocket } from 'ws';
import { z } from 'zod';

let supervisor: Supervisor;
afterEach(() => supervisor.stop());

/** Sends texts to a handler, one after the other, and returns its answers and the code that closed it. */
async function talk(handler: Handler, texts: readonly string[]) {
  supervisor = createSupervisor();
  const { address } = await supervisor.listen({ port: 0, handler });
  const client = new WebSocket(`ws://127.0.0.1:${address?.port}`);
  const answers: unknown[] = [];
  client.on('message', (data: Buffer) => answers.push(JSON.parse(data.toString())));
  client.on('open', () => texts.forEach((text) => client.send(text)));
  const code = await new Promise((resolve) => client.on('close', resolve));
  return { answers, code };
}

const VALID = '{"x":1,"tags":["a"]}';
const INVALID = '{"x":"one","tags":[]}';

test('schemas of zod give typed messages, asynchronous ones included', async () => {
  const schema = z.object({ x: z.number(), tags: z.array(z.string()) }).refine(async ({ x }) => x < 10);
  const handler: Handler = async (connection) => {
    for await (const { x, tags } of messages(connection, schema)) {
      const sum: number = x + tags.length;
      sendJson(connection, sum);
    }
  };
  expect(await talk(handler, [VALID, '{"x":10,"tags":[]}'])).toEqual({ answers: [2], code: 1008 });
});

test('schemas of arktype give typed messages, and issues of its own', async () => {
  const schema = type({ x: 'number', tags: 'string[]' });
  const handler: Handler = async (connection) => {
    const answered = messages(connection, schema, {
      invalid: ({ kind, issues }) => ({ kind, paths: issues.map(({ path }) => path?.map(String)) }),
    });
    for await (const { x, tags } of answered) {
      const sum: number = x + tags.length;
      sendJson(connection, sum);
      if (x === 2) return;
    }
  };
  expect(await talk(handler, [INVALID, VALID, '{"x":2,"tags":[]}'])).toEqual({
    answers: [{ kind: 'refused', paths: [['x']] }, 2, 2],
    code: 1000,
  });
});
