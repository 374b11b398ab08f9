import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { WebSocketClientTransport } from '@modelcontextprotocol/sdk/client/websocket.js';
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js';
import type { Transport } from '@modelcontextprotocol/sdk/shared/transport.js';
import type { JSONRPCMessage } from '@modelcontextprotocol/sdk/types.js';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createSupervisor, type Supervisor } from 'wirekeeper';
import type { WebSocket } from 'wirekeeper/ws';
import { z } from 'zod';
import { classOf, type Served, serve } from './served.js';
import { endingsOf } from './w3c-place.js';

/** The server's end of the protocol, which the SDK has for clients only. */
class SocketTransport implements Transport {
  readonly #socket: WebSocket;
  onmessage?: (message: JSONRPCMessage) => void;
  onclose?: () => void;

  constructor(socket: WebSocket) {
    this.#socket = socket;
  }

  async start(): Promise<void> {
    this.#socket.on('message', (data: Buffer) => this.onmessage?.(JSON.parse(data.toString()) as JSONRPCMessage));
    this.#socket.on('close', () => this.onclose?.());
  }
  send(message: JSONRPCMessage): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#socket.send(JSON.stringify(message), (error) => (error === undefined ? resolve() : reject(error)));
    });
  }
  async close(): Promise<void> {
    this.#socket.close(1000);
  }
}

async function serveTools(socket: WebSocket): Promise<void> {
  const server = new McpServer({ name: 'adder', version: '1.0.0' });
  server.registerTool('add', { inputSchema: { a: z.number(), b: z.number() } }, ({ a, b }) => ({
    content: [{ type: 'text', text: String(a + b) }],
  }));
  await server.connect(new SocketTransport(socket));
}

let client: Supervisor;
let served: Served;
beforeEach(() => {
  client = createSupervisor();
  // The SDK's transport takes the global class.
  vi.stubGlobal('WebSocket', classOf(client));
});
afterEach(async () => {
  vi.unstubAllGlobals();
  await client.stop();
  await served.supervisor.stop();
});

async function start(port = 0): Promise<string> {
  served = await serve({ handleProtocols: (offered) => offered.has('mcp') && 'mcp' }, port);
  served.server.on('connection', (socket) => void serveTools(socket));
  return `ws://127.0.0.1:${served.port}`;
}

async function connected(url: string): Promise<Client> {
  const tools = new Client({ name: 'test', version: '1.0.0' });
  await tools.connect(new WebSocketClientTransport(new URL(url)));
  return tools;
}

test('a client calls tools over sockets of ws, learns of a drain, and connects again', async () => {
  const url = await start();
  const tools = await connected(url);
  expect(await tools.callTool({ name: 'add', arguments: { a: 1, b: 2 } })).toMatchObject({ content: [{ text: '3' }] });
  const closed = new Promise<void>((resolve) => {
    tools.onclose = resolve;
  });
  await served.drain();
  await closed;
  expect(served.endings()).toEqual([['drained', 1012]]);

  await start(served.port);
  const next = await connected(url);
  expect(await next.callTool({ name: 'add', arguments: { a: 3, b: 4 } })).toMatchObject({ content: [{ text: '7' }] });
  await next.close();
  await expect.poll(() => served.endings()).toEqual([['peer-closed', 1005]]);
  await expect.poll(() => endingsOf(client.endings)).toEqual(['peer-closed 1012', 'close-called 1005']);
  served.server.close();
});
