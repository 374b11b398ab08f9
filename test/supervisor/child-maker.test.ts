import { expect, test } from 'vitest';
import { aSupervisor } from '../support/a-supervisor.js';

const handler = (connection: { readonly closed: Promise<unknown> }) => connection.closed as Promise<never>;

test('generated ids say what the child is, and avoid those given', async () => {
  const { supervisor } = aSupervisor();
  supervisor.dial({ id: 'dialer-1', url: 'ws://example.com/', handler });
  const made = [
    supervisor.dial({ url: 'ws://example.com/', handler }).id,
    (await supervisor.listen({ port: 0, handler })).id,
    (await supervisor.supervise()).id,
    (await supervisor.startChild({ start: (child) => child.dial({ url: 'ws://example.com/', handler }) })).id,
  ];
  expect(made.map((id) => id.replace(/\d+$/, ''))).toEqual(['dialer-', 'listener-', 'supervisor-', 'child-']);
  expect(new Set(['dialer-1', ...made]).size).toBe(5);
});

test('a restart by a spec takes the options that its start has then, for the same handle', async () => {
  const { supervisor, transport, clock } = aSupervisor();
  const urls = ['ws://first.example/', 'ws://second.example/'];
  const feed = await supervisor.startChild({
    id: 'feed',
    start: (child) =>
      child.dial({
        url: urls.shift() ?? '',
        retry: () => {
          throw new Error('a bug');
        },
        handler,
      }),
  });
  transport.lastWire.emitClosed({ kind: 'dial-failed' });
  await clock.advanceAsync(5_500);
  expect(transport.dials.map(({ request }) => request.url)).toEqual(['ws://first.example/', 'ws://second.example/']);
  expect(supervisor.child('feed')).toBe(feed);
});
