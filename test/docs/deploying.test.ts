import { readFileSync } from 'node:fs';
import { WebSocket } from 'undici';
import { afterEach, expect, test, vi } from 'vitest';
import { codeBlocks } from '../../scripts/documents.mjs';
import { type Connection, createSupervisor, type Supervisor } from '../../src/index.js';
import { bundledPage } from '../support/bundled-page.js';

const page = readFileSync(new URL('../../docs/deploying.md', import.meta.url), 'utf8');

/** The module for browsers that the page shows. */
interface PageModule {
  stayConnected(url: string, onMessage: (message: unknown) => void, signal: AbortSignal): (body: unknown) => void;
}

async function pageModule(): Promise<PageModule> {
  const shown = codeBlocks(page).find(({ language, code }) => language === 'js' && code.includes('stayConnected'));
  const { code, warnings } = await bundledPage(shown?.code ?? '');
  expect(warnings).toEqual([]);
  vi.stubGlobal('WebSocket', WebSocket);
  return (await import(`data:text/javascript,${encodeURIComponent(code)}`)) as PageModule;
}

const supervisors: Supervisor[] = [];
afterEach(async () => {
  vi.unstubAllGlobals();
  for (const supervisor of supervisors.splice(0)) await supervisor.stop();
});

async function serve(port: number, handler: (connection: Connection) => Promise<void>) {
  const supervisor = createSupervisor();
  supervisors.push(supervisor);
  const { address } = await supervisor.listen({ port, host: '127.0.0.1', handler, origins: 'any' });
  return { supervisor, port: address?.port ?? 0 };
}

/** The handler of the page, with a store and an act of the test. */
const handlerWith = (done: Set<string>, acts: unknown[]) => async (connection: Connection) => {
  for await (const frame of connection) {
    const { id, body } = frame.json() as { id: string; body: unknown };
    if (!done.has(id)) {
      acts.push(body);
      done.add(id);
    }
    connection.send(JSON.stringify({ ack: id }));
  }
};

test('the module for pages comes back after a drain, sends again what was not acknowledged, and it is done once', async () => {
  const { stayConnected } = await pageModule();
  const done = new Set<string>();
  const acts: unknown[] = [];
  // It has done the first message and no other, and acknowledges none.
  const old = await serve(0, async (connection) => {
    for await (const frame of connection) {
      const { id, body } = frame.json() as { id: string; body: unknown };
      if (acts.length > 0) continue;
      acts.push(body);
      done.add(id);
    }
  });
  const over = new AbortController();
  const send = stayConnected(`ws://127.0.0.1:${old.port}/`, () => undefined, over.signal);
  send('one');
  await expect.poll(() => acts).toEqual(['one']);
  const drained = old.supervisor.drain({ spreadMs: 0, adviseReconnectMs: 10 });
  send('two');
  await drained;
  const fresh = await serve(old.port, handlerWith(done, acts));
  await expect.poll(() => acts, { timeout: 10_000 }).toEqual(['one', 'two']);
  await expect
    .poll(() => [...fresh.supervisor.connections.values()].map((connection) => connection.toJSON().framesOut))
    .toEqual([2]);
  over.abort();
  await expect.poll(() => fresh.supervisor.endings.map(({ code }) => code)).toEqual([1000]);
});

test('the module for pages hands on messages that are no acknowledgements', async () => {
  const { stayConnected } = await pageModule();
  const { port } = await serve(0, async (connection) => {
    connection.send('{"news":1}');
    await connection.closed;
  });
  const heard: unknown[] = [];
  const over = new AbortController();
  stayConnected(`ws://127.0.0.1:${port}/`, (message) => heard.push(message), over.signal);
  await expect.poll(() => heard).toEqual([{ news: 1 }]);
  over.abort();
});

test('the module for pages does not come back once it is over, also while it waits to', async () => {
  const { stayConnected } = await pageModule();
  const made: IdleSocket[] = [];
  class IdleSocket {
    onclose: ((event: { readonly reason: string }) => void) | undefined;
    constructor() {
      made.push(this);
    }
    close(): void {}
  }
  vi.stubGlobal('WebSocket', IdleSocket);
  vi.useFakeTimers();
  const over = new AbortController();
  stayConnected('ws://127.0.0.1/', () => undefined, over.signal);
  made[0]?.onclose?.({ reason: '' });
  vi.runAllTimers();
  expect(made).toHaveLength(2);
  made[1]?.onclose?.({ reason: '' });
  over.abort();
  vi.runAllTimers();
  expect(made).toHaveLength(2);
  vi.useRealTimers();
});

test('each time that a process supervisor waits on this page is longer than the drain that it waits for', () => {
  const within = (block: string) => Number(/--drain-within[" ,]+(\d+)/.exec(block)?.[1]);
  const blockOf = (language: string, part: string) =>
    codeBlocks(page).find((block) => block.language === language && block.code.includes(part))?.code ?? '';
  const grace = (language: string, pattern: RegExp, unitMs: number) => {
    const block = blockOf(language, 'drain-within');
    const [, time] = pattern.exec(block) ?? [];
    return { within: within(block), grace: Number(time?.replaceAll('_', '')) * unitMs };
  };
  for (const each of [
    grace('yaml', /terminationGracePeriodSeconds: (\d+)/, 1_000),
    grace('ini', /TimeoutStopSec=(\d+)/, 1_000),
    grace('js', /kill_timeout: ([\d_]+)/, 1),
  ]) {
    expect(each.within).toBeGreaterThan(0);
    expect(each.grace).toBeGreaterThan(each.within);
  }
  expect(within(blockOf('dockerfile', 'ENTRYPOINT'))).toBeLessThan(10_000);
});
