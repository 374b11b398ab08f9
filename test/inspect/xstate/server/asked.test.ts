import { expect, test } from 'vitest';
import { askedFor, sentEvent } from '../../../../src/inspect/xstate/server/asked.js';

test.each([
  ['', { connection: undefined, child: undefined, share: undefined }],
  ['connection=c1&child=feed&share=0.5', { connection: 'c1', child: 'feed', share: 0.5 }],
  ['share=', undefined],
  ['share=2', undefined],
  ['share=-1', undefined],
  ['share=half', undefined],
])('the query %s asks for %o', (query, asked) => {
  expect(askedFor(new URLSearchParams(query))).toEqual(asked);
});

test.each([
  [
    '{"type":"@xstate.event","sessionId":"x:1","event":{"type":"go","to":1}}',
    { sessionId: 'x:1', event: { type: 'go', to: 1 } },
  ],
  ['{"type":"@xstate.event","sessionId":"x:1","event":{"type":"xstate.stop"}}', undefined],
  ['{"type":"@xstate.event","sessionId":"x:1","event":{"type":"xstate.done.actor.child"}}', undefined],
  ['{"type":"@xstate.event","sessionId":"x:1","event":{}}', undefined],
  ['{"type":"@xstate.event","sessionId":"x:1","event":"go"}', undefined],
  ['{"type":"@xstate.event","event":{"type":"go"}}', undefined],
  ['{"type":"@xstate.actor","sessionId":"x:1","event":{"type":"go"}}', undefined],
  ['[]', undefined],
  ['null', undefined],
  ['garbage', undefined],
])('the message %s is the event %o', (text, event) => {
  expect(sentEvent(text)).toEqual(event);
});
