import { expect, test } from 'vitest';
import { OptionError } from '../../../src/transport/errors.js';
import type { Wire } from '../../../src/transport/transport.js';
import { createWsTransport } from '../../../src/transport/ws/transport.js';
import { BytePeer, ByteServer } from '../../support/byte-peer.js';
import { eventually } from '../../support/eventually.js';
import { OPTIONS } from '../../support/wire-scene.js';

const HOST = '127.0.0.1';

/** Accepts one wire. */
async function acceptOne(transport: ReturnType<typeof createWsTransport>) {
  const wires: (Wire | undefined)[] = [];
  const acceptor = await transport.listen(
    { kind: 'port', port: 0, host: HOST, backlog: 511 },
    () => true,
    (upgrade) => wires.push(upgrade.accept(undefined, OPTIONS)),
    () => {},
  );
  const client = await BytePeer.open(acceptor.address?.port ?? 0);
  await eventually(() => wires.length === 1);
  return {
    wire: wires[0],
    async [Symbol.asyncDispose]() {
      wires[0]?.terminate();
      await client[Symbol.asyncDispose]();
      await acceptor.close();
    },
  };
}

test.each<[string, unknown, string]>([
  ['an agent', { agent: {} }, 'createWsTransport: agent is not an option; allowed are now, wallNow.'],
  ['a misspelt option', { wallnow: Date.now }, 'createWsTransport: wallnow is not an option; did you mean wallNow?'],
  [
    'a time that is a number',
    { now: 5 },
    'createWsTransport: now is 5; it must be a function that returns milliseconds.',
  ],
  [
    'a Symbol',
    { wallNow: Symbol('s') },
    'createWsTransport: wallNow is Symbol(s); it must be a function that returns milliseconds.',
  ],
  ['null', null, 'createWsTransport: options is null; it must be an object.'],
])('is not made with %s', (_what, options, message) => {
  expect(() => createWsTransport(options as object)).toThrow(new OptionError(message));
});

test('has a name', () => {
  expect(createWsTransport().name).toBe('ws');
});

test("wires note when they heard of their peer on the transport's clock", async () => {
  const transport = createWsTransport({ now: () => 1234 });
  await using scene = await acceptOne(transport);
  expect(scene.wire?.heardAt).toBe(1234);
});

test('that clock is performance.now unless another is given', async () => {
  const before = Math.floor(performance.now());
  await using scene = await acceptOne(createWsTransport());
  expect(scene.wire?.heardAt).toBeGreaterThanOrEqual(before);
  expect(scene.wire?.heardAt).toBeLessThanOrEqual(performance.now());
});

test("a date in a refusal's Retry-After is read by the transport's wall clock", async () => {
  const transport = createWsTransport({ wallNow: () => Date.UTC(2026, 0, 1) });
  await using server = await ByteServer.listen();
  const wire = transport.dial({ url: server.url, headers: {}, protocols: [], tls: {}, options: OPTIONS });
  const ends: unknown[] = [];
  wire.closed$.subscribe((end) => ends.push(end));
  (await server.nextClient()).socket.end(
    'HTTP/1.1 503 No\r\nRetry-After: Thu, 01 Jan 2026 00:00:05 GMT\r\nContent-Length: 0\r\n\r\n',
  );
  await eventually(() => ends.length === 1);
  expect(ends).toEqual([expect.objectContaining({ retryAfterMs: 5000 })]);
});
