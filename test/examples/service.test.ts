import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { type Child, Compiled } from '../cli/compiled.js';
import { UndiciClient } from '../support/undici-client.js';

const COMPILED_WITHIN_MS = 60_000;
let wirekeeper: Compiled;
let service: Child;
let host: string;

beforeAll(async () => {
  wirekeeper = await Compiled.build();
  const module = await wirekeeper.module(new URL('../../examples/service.ts', import.meta.url));
  service = wirekeeper.start('serve', module, '--port', '0');
  [, host = ''] = await service.stdout.said(/listens on http:\/\/(\S+)/);
}, COMPILED_WITHIN_MS);
afterEach(() => expect(service.stderr.text).toBe(''));
afterAll(async () => {
  service.signal('SIGTERM');
  expect(await service.status).toBe(0);
  await wirekeeper.remove();
});

test('echoes, and is ready', async () => {
  await using client = await UndiciClient.connect(`ws://${host}/echo`);
  client.socket.send('a');
  expect(await client.next()).toBe('a');
  expect((await fetch(`http://${host}/readyz`)).status).toBe(200);
});

test('passes messages on to the others of a room, with the name of who sent them', async () => {
  await using ann = await UndiciClient.connect(`ws://${host}/rooms/tea?name=ann`);
  await using ben = await UndiciClient.connect(`ws://${host}/rooms/tea?name=ben`);
  await using eve = await UndiciClient.connect(`ws://${host}/rooms/coffee?name=eve`);
  await service.stdout.said(/(?:opened +c\d+ \/rooms\/:room .*\n[\s\S]*){3}/);
  eve.socket.send('anyone?');
  ann.socket.send('hello');
  expect(await ben.next()).toBe('ann: hello');
});

test('refuses clients without a name with 401', async () => {
  await expect(UndiciClient.connect(`ws://${host}/rooms/tea`)).rejects.toThrow();
  await service.stdout.said(/refused .*\/rooms\/tea from 127\.0\.0\.1 with 401 \(authenticate\)/);
});
