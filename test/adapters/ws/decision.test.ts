import { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { Duplex } from 'node:stream';
import { expect, test } from 'vitest';
import { decide } from '../../../src/adapters/ws/decision.js';
import type { ServerOptions } from '../../../src/adapters/ws/server-options.js';

const headers = {
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
};
const arrival = {
  request: { method: 'GET', url: '/', headers } as unknown as IncomingMessage,
  socket: new Duplex(),
  done: () => {},
};

function server(options: ServerOptions, isWanted: boolean | Promise<boolean> = true) {
  return Object.assign(new EventEmitter(), { options, shouldHandle: () => isWanted });
}

const statusOf = (decision: object) => (decision as { answer?: { status: number } }).answer?.status ?? 'granted';

test('without functions of the user a client is let in at once', () => {
  expect(decide(server({}), arrival)).toEqual({ data: { ...arrival, protocol: undefined } });
});

test('a promise of shouldHandle is awaited', async () => {
  expect(statusOf(await decide(server({}, Promise.resolve(false)), arrival))).toBe(400);
  expect(statusOf(await decide(server({}, Promise.resolve(true)), arrival))).toBe('granted');
});

test('verifyClient refuses with 401 unless it names a status', async () => {
  expect(statusOf(decide(server({ verifyClient: () => false }), arrival))).toBe(401);
  const later: ServerOptions = {
    verifyClient: (_info, done: (isVerified: boolean, code?: number) => void) => done(false, 429),
  };
  expect(statusOf(await decide(server(later), arrival))).toBe(429);
});

// A promise is true: with ws an async function lets everybody in.
test('a promise of verifyClient is awaited', async () => {
  for (const [verdict, status] of [
    [false, 401],
    [true, 'granted'],
  ] as const)
    expect(statusOf(await decide(server({ verifyClient: async () => verdict }), arrival))).toBe(status);
});

test('a verifyClient with a callback that rejects decides by its error', async () => {
  const verifyClient = async (_info: unknown, _done: unknown) => {
    throw new Error('bug');
  };
  await expect(decide(server({ verifyClient }), arrival)).rejects.toThrow('bug');
});

test('nobody is asked about a request that is no opening handshake', () => {
  const asked = () => {
    throw new Error('asked');
  };
  const request = { method: 'POST', url: '/', headers } as unknown as IncomingMessage;
  const deciding = Object.assign(server({ verifyClient: asked }), { shouldHandle: asked });
  expect(statusOf(decide(deciding, { ...arrival, request }))).toBe(400);
});

test('what a function of the user throws comes out', () => {
  const verifyClient = () => {
    throw new Error('bug');
  };
  expect(() => decide(server({ verifyClient }), arrival)).toThrow('bug');
});

test('lines that a listener of headers adds are fields of the grant', () => {
  const adding = server({}).on('headers', (lines: string[]) => lines.push('X-Added: yes'));
  expect(decide(adding, arrival)).toMatchObject({ headers: { 'X-Added': ['yes'] } });
});
