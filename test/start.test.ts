import { join } from 'node:path';
import { build } from 'rolldown';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { BuiltPackage } from './support/built-package.js';

/**
 * Prints what a process that has loaded a module keeps on its heap, in bytes. Once is not enough: now and then a first
 * collection leaves 0.2 MB that a later one frees.
 */
const heapWith = (name: string) => `
  await import('${name}');
  for (let i = 0; i < 5; i += 1) {
    gc();
    await new Promise((resolve) => setImmediate(resolve));
  }
  console.log(process.memoryUsage().heapUsed);`;

/** The same modules leave up to 0.2 MB more in one process than in another: the least of so many counts. */
const PROCESSES = 4;

const BUILT_WITHIN_MS = 60_000;

/** Loading the library leaves 2 MB, where ws leaves 0.8 MB. */
const MOST_MB = 1.4;

/** Prints the modules of Node and the packages that a process has loaded with a module. */
const loadedWith = (name: string) => `
  import { createRequire } from 'node:module';
  const before = new Set(process.moduleLoadList);
  await import('${name}');
  const ofNode = process.moduleLoadList.filter((entry) => !before.has(entry));
  console.log(JSON.stringify([...ofNode, ...Object.keys(createRequire(import.meta.url).cache)]));`;

/** What an observer, a stream, and an error of the package are to a program with RxJS of its own; prints what is wrong. */
const INTEROP = `
  import { filter, firstValueFrom, isObservable, map, Observable } from 'rxjs';
  import { createSupervisor, WirekeeperError } from 'wirekeeper';
  const supervisor = createSupervisor();
  const { events$ } = supervisor;
  const stopping = firstValueFrom(events$.pipe(map(({ type }) => type), filter((type) => type === 'supervisor.stopped')));
  await supervisor.stop();
  const type = await stopping;
  console.log([events$ instanceof Observable, isObservable(events$), type, new WirekeeperError('x') instanceof Error]);`;

let built: BuiltPackage;
let loaded: readonly string[];

beforeAll(async () => {
  built = await BuiltPackage.make();
  loaded = JSON.parse(await built.run(loadedWith('wirekeeper')));
}, BUILT_WITHIN_MS);

afterAll(() => built[Symbol.asyncDispose]());

async function leastHeapWith(name: string): Promise<number> {
  const kept: number[] = [];
  while (kept.length < PROCESSES) kept.push(Number(await built.run(heapWith(name), '--expose-gc')));
  return Math.min(...kept);
}

describe('a process that loads the library', () => {
  // From 8 MiB of heap on, V8 marks for the memory of buffers too, which costs large messages a third of their rate.
  test(`keeps at most ${MOST_MB} MB more on its heap than one that loads ws`, async () => {
    const [ours = 0, ws = 0] = await Promise.all(['wirekeeper', 'ws'].map(leastHeapWith));
    expect(ours).toBeGreaterThan(ws);
    expect(ours - ws).toBeLessThan(MOST_MB * 1_000_000);
  });

  test.each([
    ['XState', /[/\\]xstate[/\\]/],
    ['ws', /plain-ws/],
    ["TLS and Node's cryptography", /NativeModule (?:tls|https|crypto|internal\/crypto)/],
    ["Node's own WebSocket", /undici/],
    ['what measures the process, and what V8 is asked for by', /NativeModule (?:perf_hooks|v8)$/],
    ['what the command line needs', /[/\\](?:yargs|valibot)[/\\]/],
    ['all of RxJS', /rxjs[/\\]dist[/\\]cjs[/\\]index\.js/],
  ])('does not load %s', (_what, pattern) => {
    expect(loaded.filter((name) => pattern.test(name))).toEqual([]);
  });

  test("loads RxJS's own Observable, and Node's servers", () => {
    expect(loaded.some((name) => /rxjs[/\\]dist[/\\]cjs[/\\]internal[/\\]Observable\.js/.test(name))).toBe(true);
    expect(loaded).toContain('NativeModule http');
  });

  test('has ws loaded when a listener is there, before the first client', async () => {
    const withListener: readonly string[] = JSON.parse(
      await built.run(`
        import { createSupervisor } from 'wirekeeper';
        const supervisor = createSupervisor();
        await supervisor.listen({ port: 0, handler: () => {} });
        ${loadedWith('wirekeeper')}
        await supervisor.stop();`),
    );
    expect(withListener.some((name) => name.includes('plain-ws'))).toBe(true);
  });
});

describe('the published JavaScript', () => {
  test("shares RxJS with the program's own imports", async () => {
    expect(await built.run(INTEROP)).toContain("[ true, true, 'supervisor.stopped', true ]");
  });

  test('shares RxJS with the program when both are bundled', async () => {
    const file = join(built.folder, 'bundled.mjs');
    await build({
      input: await built.file(INTEROP),
      platform: 'node',
      external: ['bufferutil', 'utf-8-validate'],
      output: { file, codeSplitting: false },
      logLevel: 'silent',
    });
    expect(await built.runFile(file)).toContain("[ true, true, 'supervisor.stopped', true ]");
  });

  test('shares XState with the program', async () => {
    const printed = await built.run(`
      import { createActor, StateMachine } from 'xstate';
      import { connectionMachine } from 'wirekeeper/machines';
      const actor = createActor(connectionMachine).start();
      actor.send({ type: 'wire.opened' });
      console.log(connectionMachine instanceof StateMachine, actor.getSnapshot().value);`);
    expect(printed).toBe('true open\n');
  });

  // The bundler renames one of two that stand in one file.
  test.each(['ws', 'websocket'])('has a class WebSocket of that name in wirekeeper/%s', async (entry) => {
    expect(await built.run(`console.log((await import('wirekeeper/${entry}')).WebSocket.name);`)).toBe('WebSocket\n');
  });

  test('has stacks that lead to the lines of the source', async () => {
    const printed = await built.run(
      `import { createSupervisor } from 'wirekeeper';
      try { createSupervisor({ nope: 1 }); } catch (error) { console.log(error.stack); }`,
      '--enable-source-maps',
    );
    const places = [...printed.matchAll(/\((\S+\.ts):(\d+):\d+\)/g)].map(([, file, line]) => ({ file, line }));
    expect(places.length).toBeGreaterThan(2);
    for (const { file = '' } of places) expect(file).toMatch(/[/\\]src[/\\]/);
    expect(printed).toMatch(/at createSupervisor \(\S+[/\\]src[/\\]supervisor[/\\]create-supervisor\.ts:13:/);
  });
});
