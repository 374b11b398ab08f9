import { once } from 'node:events';
import { createServer, type Server as HttpServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import nodeAdapter from 'crossws/adapters/node';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { connect, createSupervisor, type Supervisor } from 'wirekeeper';
import { WebSocketServer } from 'wirekeeper/ws';
import { endingsOf } from './w3c-place.js';

let client: Supervisor;
let supervisor: Supervisor;
let http: HttpServer;
let adapter: ReturnType<typeof nodeAdapter>;
let closes: unknown[];

beforeEach(() => {
  client = createSupervisor();
});
afterEach(async () => {
  await client.stop();
  await end();
});

/** Ends the server, with the timer of its adapter. */
async function end(): Promise<void> {
  await adapter.close();
  await supervisor.stop();
  await new Promise((resolve) => http.close(resolve));
}

/** The adapter for Node, whose sockets are wirekeeper's by its option `wss`: each peer hears what the others say. */
async function serve(port = 0): Promise<string> {
  supervisor = createSupervisor();
  closes = [];
  adapter = nodeAdapter({
    wss: new WebSocketServer({ noServer: true, handleProtocols: () => false, supervisor }) as never,
    hooks: {
      upgrade: (request) =>
        request.headers.get('authorization') === null
          ? new Response('who are you?', { status: 401 })
          : { headers: { 'x-room': 'tea' }, context: { name: request.headers.get('authorization') } },
      open: (peer) => peer.subscribe('tea'),
      message: (peer, message) => peer.publish('tea', `${String(peer.context['name'])}: ${message.text()}`),
      close: (peer, details) => void closes.push([peer.context['name'], details.code, details.reason]),
    },
  });
  http = createServer();
  http.on('upgrade', (request, socket, head) => void adapter.handleUpgrade(request, socket, head));
  http.listen(port, '127.0.0.1');
  await once(http, 'listening');
  return `ws://127.0.0.1:${(http.address() as AddressInfo).port}/`;
}

const join = (url: string, name: string) =>
  client.dial({ url, headers: { authorization: name }, retry: () => ({ afterMs: 20 }), handler: (c) => c.closed });

test('peers of crossws publish, are refused, and come back after a drain', async () => {
  const url = await serve();
  await expect(connect(url, { supervisor: client })).rejects.toMatchObject({ report: { httpStatus: 401 } });
  const [ada, bob] = [join(url, 'ada'), join(url, 'bob')];
  const [one, other] = await Promise.all([ada.connected(), bob.connected()]);
  expect(one.response?.headers['x-room']).toBe('tea');
  one.send('hello');
  expect((await other.receive())?.text()).toBe('ada: hello');

  await supervisor.drain({ notReadyFirstMs: 0, finishFirstMs: 0, spreadMs: 0, withinMs: 5_000, reason: 'deploy' });
  expect(endingsOf(supervisor.endings)).toEqual(['drained 1012', 'drained 1012']);
  expect(closes).toEqual(
    expect.arrayContaining([
      ['ada', 1012, expect.stringContaining('deploy')],
      ['bob', 1012, expect.stringContaining('deploy')],
    ]),
  );
  await end();

  await serve(Number(new URL(url).port));
  const [again, listening] = await Promise.all([ada.connected(), bob.connected()]);
  again.send('me again');
  expect((await listening.receive())?.text()).toBe('ada: me again');
  again.close(4001, 'bye');
  await expect.poll(() => closes).toEqual([['ada', 4001, 'bye']]);
  expect(endingsOf(supervisor.endings)).toEqual(['peer-closed 4001']);
});
