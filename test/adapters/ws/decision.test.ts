import { EventEmitter } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { Duplex } from 'node:stream';
import { expect, test } from 'vitest';
import { decide } from '../../../src/adapters/ws/decision.js';
import type { ServerOptions } from '../../../src/adapters/ws/server-options.js';

const arrival = { request: { url: '/', headers: {} } as IncomingMessage, socket: new Duplex(), done: () => {} };

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
