import { EventEmitter } from 'node:events';
import type { AddressInfo } from 'node:net';
import { filter, firstValueFrom } from 'rxjs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Service, start } from '../../examples/graceful-service.js';
import { RawPeer } from '../support/raw-peer.js';
import { UndiciClient } from '../support/undici-client.js';

let signals: EventEmitter;
let service: Service;
let host: string;

beforeEach(async () => {
  signals = new EventEmitter();
  service = await start({ port: 0, signals });
  host = `127.0.0.1:${(service.server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  signals.emit('SIGTERM');
  signals.emit('SIGTERM');
  await service.finished;
});

const statusOf = async (path: string) => (await fetch(`http://${host}${path}`)).status;

test('is alive and ready, and echoes', async () => {
  expect([await statusOf('/healthz'), await statusOf('/readyz'), await statusOf('/other')]).toEqual([200, 200, 404]);
  await using client = await UndiciClient.connect(`ws://${host}/live`);
  client.socket.send('a');
  expect(await client.next()).toBe('a');
});

test.each(['SIGTERM', 'SIGINT'])('on %s asks every client to come back, ends, and frees the port', async (signal) => {
  const clients = await Promise.all([1, 2, 3].map(() => UndiciClient.connect(`ws://${host}/live`)));
  signals.emit(signal);
  for (const client of clients)
    expect(await client.closed).toMatchObject({ code: 1012, reason: 'restarting', wasClean: true });
  await service.finished;
  expect(service.server.listening).toBe(false);
  expect(service.supervisor.stats().ended).toEqual({ 'supervisor-stopped': 3 });
  expect(signals.eventNames()).toEqual([]);
});

test('is alive but not ready while it waits for a client that does not answer the Close; a second signal terminates it', async () => {
  await using peer = await RawPeer.connect(`ws://${host}/live`);
  signals.emit('SIGTERM');
  expect(await peer.nextFrame()).toMatchObject({ opcode: 8, code: 1012 });
  expect([await statusOf('/healthz'), await statusOf('/readyz')]).toEqual([200, 503]);
  const ended = firstValueFrom(service.supervisor.events$.pipe(filter(({ type }) => type === 'connection.ended')));
  signals.emit('SIGTERM');
  await expect(ended).resolves.toMatchObject({
    report: { outcome: 'failed', code: 1012, trigger: 'supervisor-stopped', endedBy: 'supervisor-stopped' },
  });
  await service.finished;
  expect(await peer.nextFrame()).toBeUndefined();
});
