import { createWebSocketReceiver, type StatelyInspectionEvent } from '@statelyai/inspect';
import { afterEach, expect, test } from 'vitest';
import { start } from '../../examples/inspected-chat.js';
import { connect } from '../../src/index.js';
import { eventually } from '../support/eventually.js';

let chat: Awaited<ReturnType<typeof start>>;

afterEach(async () => {
  await chat.supervisor.stop();
  await chat.server.stop();
});

test('a member is seen from name to farewell, by a client of @statelyai/inspect and in the diagram', async () => {
  chat = await start({ port: 0, inspectionPort: 0 });
  const messages: StatelyInspectionEvent[] = [];
  createWebSocketReceiver({ server: chat.server.url ?? '' }).subscribe((message) => messages.push(message));
  await eventually(() => messages.length > 0, 'the present');
  const member = await connect(chat.url);
  for (const line of ['ann', 's3cret', '/quit']) member.send(line);
  expect((await member.closed).code).toBe(1000);
  const states = () =>
    messages.flatMap((message) => (message.type === '@xstate.snapshot' ? [JSON.stringify(message.snapshot)] : []));
  await eventually(() => states().some((state) => /"status":"done".*"value":"closed"/.test(state)), 'the end');
  expect(messages.map((message) => (message.type === '@xstate.actor' ? message.name : ''))).toContain('chatter');
  expect(chat.diagram.text).toMatch(/^sequenceDiagram\n {2}listener_\w+->>connection_c\d+: xstate\.init\n/);
  expect(chat.diagram.text).toMatch(/connection_c\d+->>actor_x_\d+: line\n/);
  expect(chat.diagram.text).toMatch(/Note over connection_c\d+: closed\n/);
  expect(chat.diagram.text + JSON.stringify(messages)).not.toContain('s3cret');
});
