import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { WebSocketClientTransport } from '@modelcontextprotocol/sdk/client/websocket.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { Connection } from 'wirekeeper';
import { asWebSocket } from 'wirekeeper/websocket';
import { z } from 'zod';
import { eventually } from '../support/eventually.js';
import { endingsOf, W3cPlace } from './w3c-place.js';

/** The server's end of the protocol, which the SDK has for clients only. */
class ConnectionTransport implements Transport {
  readonly #socket: ReturnType<typeof asWebSocket>;
  onmessage?: (message: JSONRPCMessage) => void;
  onclose?: () => void;

  constructor(connection: Connection) {
    this.#socket = asWebSocket(connection);
  }

  async start(): Promise<void> {
    this.#socket.onmessage = ({ data }) => this.onmessage?.(JSON.parse(data as string) as JSONRPCMessage);
    this.#socket.onclose = () => this.onclose?.();
  }
  async send(message: JSONRPCMessage): Promise<void> {
    this.#socket.send(JSON.stringify(message));
  }
  async close(): Promise<void> {
    this.#socket.close(1000);
  }
}

async function serve(connection: Connection) {
  const server = new McpServer({ name: 'adder', version: '1.0.0' });
  server.registerTool('add', { inputSchema: { a: z.number(), b: z.number() } }, ({ a, b }) => ({
    content: [{ type: 'text', text: String(a + b) }],
  }));
  await server.connect(new ConnectionTransport(connection));
  return connection.closed;
}

let place: W3cPlace;
beforeEach(async () => {
  place = await W3cPlace.build(serve, ['mcp']);
  // The SDK's transport takes the global class.
  vi.stubGlobal('WebSocket', place.classWith());
});
afterEach(async () => {
  vi.unstubAllGlobals();
  await place[Symbol.asyncDispose]();
});

async function connected(): Promise<Client> {
  const client = new Client({ name: 'test', version: '1.0.0' });
  await client.connect(new WebSocketClientTransport(new URL(place.url)));
  return client;
}

test('a client calls tools, and closes without a code, as the SDK does', async () => {
  const client = await connected();
  expect(await client.callTool({ name: 'add', arguments: { a: 1, b: 2 } })).toMatchObject({
    content: [{ text: '3' }],
  });
  await client.close();
  await eventually(() => place.endings.length === 1 && place.server.endings.length === 1);
  expect(place.endings).toEqual(['close-called 1005']);
  expect(endingsOf(place.server.endings)).toEqual(['peer-closed 1005']);
});

test('a client learns of a deploy, and connects again', async () => {
  const client = await connected();
  const closed = new Promise<void>((resolve) => {
    client.onclose = resolve;
  });
  await place.restart();
  await closed;
  const next = await connected();
  expect(await next.callTool({ name: 'add', arguments: { a: 3, b: 4 } })).toMatchObject({ content: [{ text: '7' }] });
  expect(place.endings).toEqual(['peer-closed 1012']);
});

test('a server that is away is an error with the reason', async () => {
  const { url } = place;
  await place.server.stop();
  const transport = new WebSocketClientTransport(new URL(url));
  await expect(transport.start()).rejects.toMatchObject({
    code: 'WIREKEEPER_ENDED',
    report: { trigger: 'dial-failed' },
  });
});
