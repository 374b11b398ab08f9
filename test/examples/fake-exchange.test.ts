import { afterEach, beforeEach, expect, test } from 'vitest';
import { type FakeExchange, moveMarkets, start } from '../../examples/fake-exchange.js';
import { refusalOf, UndiciClient } from '../support/undici-client.js';

let exchange: FakeExchange;

beforeEach(async () => {
  exchange = await start({ port: 0, apiKey: 'key' });
});
afterEach(() => exchange[Symbol.asyncDispose]());

const askForToken = (apiKey: string) =>
  fetch(exchange.endpoint.replace(/^ws(.*)\/v1\/stream$/, 'http$1/tokens'), {
    method: 'POST',
    headers: { 'x-api-key': apiKey },
  });

async function enter(): Promise<UndiciClient> {
  const { token } = (await (await askForToken('key')).json()) as { token: string };
  return UndiciClient.connect(exchange.endpoint, { headers: { authorization: `Bearer ${token}` } });
}

test('gives tokens to clients with the API key, and to nobody else', async () => {
  expect((await askForToken('key')).status).toBe(201);
  expect((await askForToken('guess')).status).toBe(401);
  expect(exchange.tokensGiven).toBe(1);
});

test('refuses a client without a good token with 401', async () => {
  expect(await refusalOf(exchange.endpoint)).toMatchObject({
    status: 401,
    headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
  });
});

test('sends a subscriber the last price, and every later one, of its symbols only', async () => {
  exchange.publish('AAPL', 1);
  await using client = await enter();
  client.socket.send(JSON.stringify({ type: 'subscribe', symbols: ['AAPL'] }));
  expect(await client.next()).toBe('{"type":"tick","symbol":"AAPL","price":1}');
  exchange.publish('MSFT', 2);
  exchange.publish('AAPL', 3);
  expect(await client.next()).toBe('{"type":"tick","symbol":"AAPL","price":3}');
});

test('moves prices until it is stopped', async () => {
  await using client = await enter();
  client.socket.send(JSON.stringify({ type: 'subscribe', symbols: ['AAPL'] }));
  const stop = new AbortController();
  moveMarkets(exchange, ['AAPL'], stop.signal);
  expect(await client.next()).toContain('"symbol":"AAPL"');
  stop.abort();
});

test('drops its clients without a Close when it crashes', async () => {
  await using client = await enter();
  exchange.crash();
  expect(await client.closed).toMatchObject({ code: 1006, wasClean: false });
});
