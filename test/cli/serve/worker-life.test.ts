import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Life } from '../../../src/cli/serve/life.js';
import { workerLife } from '../../../src/cli/serve/worker-life.js';
import { createSupervisor, type Supervisor } from '../../../src/index.js';
import type { FromWorker, ToWorker } from '../../../src/service/pool/messages.js';
import type { PrimaryLink } from '../../../src/service/pool/worker-process.js';
import { eventually } from '../../support/eventually.js';
import { settled } from '../../support/settled.js';
import { FakeTerminal } from '../fake-terminal.js';

class FakeLink implements PrimaryLink {
  readonly worker = 3;
  readonly sent: FromWorker[] = [];
  readonly gone: Promise<void>;
  leave = (): void => {};
  #listener: ((message: ToWorker, socket: Socket | undefined) => void) | undefined;

  constructor() {
    this.gone = new Promise((resolve) => {
      this.leave = resolve;
    });
  }

  send(message: FromWorker): void {
    this.sent.push(message);
  }

  onMessage(listener: (message: ToWorker, socket: Socket | undefined) => void): () => void {
    this.#listener = listener;
    return () => {
      this.#listener = undefined;
    };
  }

  say(message: ToWorker): void {
    this.#listener?.(message, undefined);
  }
}

let terminal: FakeTerminal;
let link: FakeLink;
let life: Life;
let supervisor: Supervisor;
let server: Server;
let release: () => Promise<void>;

beforeEach(async () => {
  terminal = new FakeTerminal();
  link = new FakeLink();
  life = workerLife(link, terminal);
  supervisor = createSupervisor();
  server = createServer();
  release = life.obey(supervisor, { notReadyFirstMs: 60_000, withinMs: 120_000 });
  await life.open(server, { host: '127.0.0.1', port: 8080 });
});
afterEach(async () => {
  await supervisor.terminate();
  await life.close(server);
  await release();
});

test('says when it is ready, and where the service wants to listen', () => {
  const place = { host: '127.0.0.1', port: 8080, isSecure: false };
  const plan = { listeners: [{ paths: ['/a'], does: 'echoes' }], dialers: [] };
  life.announce({ plan, place, metrics: '/metrics' });
  expect(link.sent).toEqual([{ kind: 'ready', ...place, listeners: plan.listeners, metrics: '/metrics' }]);
});

test('leaves signals to the primary', async () => {
  expect(terminal.hasListeners).toBe(true);
  terminal.raise();
  await settled();
  expect(supervisor.state).toBe('running');
});

test('retires without being reported as not ready first: nobody sends it clients any more', async () => {
  link.say({ kind: 'retire' });
  await supervisor.ended;
  expect(link.sent).toEqual([]);
});

test('a stop drains as a signal does for a process by itself', async () => {
  link.say({ kind: 'stop' });
  expect([supervisor.state, supervisor.isReady]).toEqual(['draining', false]);
  link.say({ kind: 'terminate' });
  expect((await supervisor.ended).outcome).toBe('stopped');
});

test('drains when the primary has gone', async () => {
  link.leave();
  await eventually(() => supervisor.state === 'draining');
});

test('a service that ends by itself says so once', async () => {
  await supervisor.stop();
  expect(link.sent).toEqual([{ kind: 'leaving' }]);
});

test('measures for the primary, and what cannot be measured is missing', async () => {
  life.answer?.(async () => [{ name: 'a' }]);
  link.say({ kind: 'measure', request: 5 });
  life.answer?.(() => Promise.reject(new Error('no')));
  link.say({ kind: 'measure', request: 6 });
  await settled();
  expect(link.sent).toEqual([
    { kind: 'measured', request: 5, metrics: [{ name: 'a' }] },
    { kind: 'measured', request: 6, metrics: [] },
  ]);
});

test('gathers the measurements of all', async () => {
  const gathered = life.gather?.();
  expect(link.sent).toEqual([{ kind: 'gather', request: 1 }]);
  link.say({ kind: 'gathered', request: 1, metrics: [[{ name: 'a' }], [{ name: 'b' }]] });
  expect(await gathered).toEqual([[{ name: 'a' }], [{ name: 'b' }]]);
});
