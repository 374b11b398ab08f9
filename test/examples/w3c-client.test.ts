import { WebSocket as UndiciWebSocket } from 'undici';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSupervisor, type Supervisor } from 'wirekeeper';
import { priceFeed, serve, startFeed } from '../../examples/w3c-client.js';
import { eventually } from '../support/eventually.js';

let server: Supervisor;
let client: Supervisor;
let port: number;
let prices: number[];
const onPrice = (price: number) => {
  prices.push(price);
};

beforeEach(async () => {
  prices = [];
  client = createSupervisor();
  server = createSupervisor();
  port = await serve(server);
});
afterEach(async () => {
  await client.stop();
  await server.stop();
});

test('the feed goes on when the server restarts, and each connection has its report', async () => {
  const feed = startFeed(client, `ws://127.0.0.1:${port}/`, onPrice);
  await eventually(() => prices.length === 1);
  await server.stop({ code: 1012, reason: 'restart' });
  server = createSupervisor();
  await serve(server, port);
  await eventually(() => prices.length === 2);
  feed.stop();
  expect(await feed.closed).toBe(1000);
  expect(prices).toEqual([42.5, 42.5]);
  const reports = client.endings.filter(({ phase }) => phase === 'open');
  expect(reports.map(({ trigger, code }) => [trigger, code])).toEqual([
    ['peer-closed', 1012],
    ['close-called', 1000],
  ]);
});

test('the same code runs on any other W3C class', async () => {
  const feed = priceFeed(
    `ws://127.0.0.1:${port}/`,
    UndiciWebSocket as unknown as new (
      url: string,
    ) => globalThis.WebSocket,
    onPrice,
  );
  await eventually(() => prices.length === 1);
  feed.stop();
  expect(await feed.closed).toBe(1000);
});
