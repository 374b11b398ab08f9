/**
 * What is owed keeps the process alive, in processes of their own: a dialer that waited for its next attempt, a
 * deadline, or the account of a drain used to be forgotten by Node, which exited with 0 or 13 within a second.
 */
import { readFile } from 'node:fs/promises';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { codeBlocks } from '../../scripts/documents.mjs';
import { Compiled } from '../cli/compiled.js';

const COMPILED_WITHIN_MS = 60_000;

/** How long the guides' programs are watched, in ms: none of them has a server to go to. */
const ALIVE_FOR_MS = 10_000;

let compiled: Compiled;

beforeAll(async () => {
  compiled = await Compiled.build();
}, COMPILED_WITHIN_MS);

afterAll(async () => {
  await compiled.stop();
  await compiled.remove();
});

/** Nobody listens there: port 9 is the discard service's, which nobody runs. */
const DEAD = 'ws://127.0.0.1:9/';

test.concurrent.each([
  [
    'a dialer that waits for its next attempt',
    `const feed = createSupervisor().dial({ url: '${DEAD}', restart: 'permanent', backoff: { initialMs: 300, maxMs: 300 }, handler: (c) => c.closed });
     let attempts = 0;
     for await (const { type } of feed.status()) if (type === 'waiting' && ++attempts === 3) break;
     console.log('waited', attempts);
     await feed.stop();`,
    'waited 3',
  ],
  [
    'a dialer that nobody looks at, until it has exited',
    `createSupervisor().dial({ url: '${DEAD}', backoff: { initialMs: 300, maxMs: 300 }, handler: (c) => c.closed,
       retry: (report, attempt) => { if (attempt < 3) return 'retry'; console.log('gave up at', attempt); return 'stop'; } });`,
    'gave up at 3',
  ],
  [
    'connected, until its deadline',
    `const supervisor = createSupervisor();
     const feed = supervisor.dial({ url: '${DEAD}', handler: (c) => c.closed });
     await feed.connected({ withinMs: 500 }).catch((error) => console.log(error.code));
     await supervisor.stop();`,
    'WIREKEEPER_DEADLINE',
  ],
  [
    'a dialer in the line of the dial limit',
    `const supervisor = createSupervisor({ dialLimiter: { inFlight: 1, perSecond: 1 } });
     const feeds = [1, 2].map(() => supervisor.dial({ url: '${DEAD}', retry: () => 'stop', handler: (c) => c.closed }));
     const exits = await Promise.all(feeds.map(({ ended }) => ended));
     console.log(exits.map(({ reason }) => reason).join());`,
    'shutdown,shutdown',
  ],
  [
    'a drain whose account waits for a handler',
    `const supervisor = createSupervisor();
     const { address } = await supervisor.listen({ port: 0, handler: async (c) => { await c.closed; await new Promise(() => {}); } });
     const client = createSupervisor({ keepAlive: false });
     await client.dial({ url: 'ws://127.0.0.1:' + address.port, retry: () => 'stop', handler: (c) => c.closed }).connected();
     const { total, lingering } = await supervisor.drain({ spreadMs: 0 });
     console.log(total, lingering.length);`,
    '1 1',
  ],
  [
    'a worker that is being stopped, until its budget is used up',
    `const supervisor = createSupervisor();
     let end;
     const exited = new Promise((resolve) => (end = resolve));
     await supervisor.startChild({ id: 'w', shutdown: 500, start: () => ({ handle: { kind: 'worker' }, exited, shutDown() {}, terminate: () => end({ reason: 'shutdown' }) }) });
     await supervisor.terminateChild('w');
     console.log(supervisor.whichChildren()[0].state);`,
    'stopped',
  ],
  [
    'a frame that is waited for where there is no socket',
    `const transport = createMemoryTransport();
     const supervisor = createSupervisor({ transport });
     const { address } = await supervisor.listen({ port: 0, handler: (c) => c.closed });
     const peer = ScriptedPeer.dial(transport, 'ws://memory:' + address.port + '/');
     await peer.fact('wire.opened');
     const [connection] = supervisor.connections.values();
     await connection.receive({ withinMs: 500 }).catch((error) => console.log(error.code));`,
    'WIREKEEPER_DEADLINE',
  ],
  [
    'a connection that was connected once, without a supervisor to stop',
    `const { connect } = await import('wirekeeper');
     const supervisor = createSupervisor();
     const { address } = await supervisor.listen({ port: 0, handler: async (c) => { for await (const frame of c) c.send(frame); } });
     const connection = await connect('ws://127.0.0.1:' + address.port);
     connection.send('hello');
     console.log((await connection.receive()).text());
     await connection[Symbol.asyncDispose]();
     await supervisor.stop();`,
    'hello',
  ],
])('the process lives for %s, and then ends by itself', { timeout: 20_000 }, async (_what, program, said) => {
  const child = await compiled.run(
    `import { createSupervisor } from 'wirekeeper';
     import { createMemoryTransport, ScriptedPeer } from 'wirekeeper/testing';
     process.exitCode = 3;
     ${program}
     process.exitCode = 4;`,
  );
  expect([await child.status, child.stdout.text.trim(), child.stderr.text]).toEqual([4, said, '']);
});

test.concurrent('a supervisor that fails without observers warns once', { timeout: 20_000 }, async () => {
  const child = await compiled.run(
    `import { createSupervisor } from 'wirekeeper';
     const start = () => ({ handle: { kind: 'worker' }, exited: Promise.reject(new Error('a bug')), shutDown() {}, terminate() {} });
     await createSupervisor({ name: 'service' }).startChild({ id: 'w', start });`,
  );
  expect(await child.status).toBe(0);
  expect(child.stderr.text).toContain(
    '[WIREKEEPER_SUPERVISOR_FAILED] WirekeeperWarning: supervisor service has failed: the exit of child w (abnormal) exceeded its intensity',
  );
  expect(child.stderr.text.match(/WIREKEEPER_SUPERVISOR_FAILED/g)).toHaveLength(1);
  expect(child.stderr.text).toContain('Error: a bug');
});

test.concurrent('what only watches lets the process end, and so does keepAlive: false', {
  timeout: 20_000,
}, async () => {
  const watching = await compiled.run(
    `import { createSupervisor } from 'wirekeeper';
     import { createMemoryTransport, ScriptedPeer } from 'wirekeeper/testing';
     const transport = createMemoryTransport();
     const supervisor = createSupervisor({ transport, limits: { idleWithinMs: 60_000 } });
     const { address } = await supervisor.listen({ port: 0, handler: (c) => c.closed });
     await ScriptedPeer.dial(transport, 'ws://memory:' + address.port + '/').fact('wire.opened');
     for (const connection of supervisor.connections.values()) connection.renew(Date.now() + 60_000);`,
  );
  const letGo = await compiled.run(
    `import { createSupervisor } from 'wirekeeper';
     createSupervisor({ keepAlive: false }).dial({ url: '${DEAD}', restart: 'permanent', backoff: { initialMs: 60_000, maxMs: 60_000 }, handler: (c) => c.closed });`,
  );
  expect([await watching.status, await letGo.status]).toEqual([0, 0]);
});

/** The first program of a guide that makes a call, which dials a port where nobody listens. */
async function programOf(guide: string, call: string): Promise<string> {
  const text = await readFile(new URL(`../../docs/${guide}.md`, import.meta.url), 'utf8');
  const program = codeBlocks(text).find(({ language, code }) => language === 'ts' && code.includes(call));
  if (program === undefined) throw new Error(`docs/${guide}.md has no program with ${call}`);
  return program.code.replaceAll('wss://example.com/', DEAD);
}

test.concurrent("the guides' programs that dial, run without a server to go to, are alive after ten seconds", {
  timeout: ALIVE_FOR_MS + 10_000,
}, async () => {
  const programs = await Promise.all([programOf('dialing', '.dial({'), programOf('supervision', '.supervise({')]);
  const children = await Promise.all(programs.map((code) => compiled.run(code)));
  const ends = children.map(({ status, stderr }) => status.then((code) => `exited with ${code}: ${stderr.text}`));
  expect(await Promise.race([...ends, setTimeout(ALIVE_FOR_MS, 'alive')])).toBe('alive');
  for (const child of children) child.signal('SIGTERM');
  await Promise.all(children.map(({ status }) => status));
});
