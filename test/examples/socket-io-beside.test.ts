import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { start } from '../../examples/socket-io-beside.js';
import type { ConnectionRequest } from '../../src/index.js';
import { deferred } from '../../src/supervisor/time/deferred.js';
import { refusalOf, UndiciClient } from '../support/undici-client.js';

let service: Awaited<ReturnType<typeof start>>;
let host: string;

const begun = deferred<void>();
const decided = deferred<void>();

beforeAll(async () => {
  const authenticate = async ({ query }: ConnectionRequest) => {
    if (query.has('slow')) {
      begun.resolve();
      await decided.promise;
    }
    return { data: query.get('user') ?? 'nobody' };
  };
  service = await start(0, authenticate, 1_500);
  host = `127.0.0.1:${(service.server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await service.supervisor.stop();
  await service.io.close();
});

test('a client of socket.io talks to socket.io, and one of ours to us', async () => {
  await using theirs = await UndiciClient.connect(`ws://${host}/socket.io/?EIO=4&transport=websocket`);
  expect(String(await theirs.next())).toMatch(/^0\{"sid":/);
  await using ours = await UndiciClient.connect(`ws://${host}/live?user=ann`);
  expect(await ours.next()).toBe('hello ann');
});

test('socket.io leaves a client alone whose look-up takes more than a second, and ends those of nobody', async () => {
  const connecting = UndiciClient.connect(`ws://${host}/live?user=ann&slow`);
  await begun.promise;
  // Longer than its default.
  const timer = setTimeout(() => decided.resolve(), 1_200);
  await using ours = await connecting;
  clearTimeout(timer);
  expect(await ours.next()).toBe('hello ann');
  await expect(refusalOf(`ws://${host}/other`)).rejects.toMatchObject({ code: 'ECONNRESET' });
});
