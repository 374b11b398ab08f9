import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type BundledProgram, bundleProgram } from '../../support/bundle-program.js';
import { Compiled } from '../compiled.js';
import { Transcript } from '../fake-terminal.js';

const CLIENTS = 500;
const WORKERS = 4;
const WITHIN_MS = 60_000;

let wirekeeper: Compiled;
let clients: BundledProgram;

beforeAll(async () => {
  wirekeeper = await Compiled.build();
  clients = await bundleProgram(new URL('reconnecting-clients.ts', import.meta.url));
}, 60_000);
afterAll(async () => {
  await wirekeeper.stop();
  await wirekeeper.remove();
  await clients[Symbol.asyncDispose]();
});

interface Ended {
  readonly refused: boolean;
  readonly code: number | undefined;
  readonly isAdvised: boolean;
  readonly sentence: string;
}

test(`SIGHUP replaces ${WORKERS} workers under ${CLIENTS} clients: none is refused, each is closed once, with advice`, {
  timeout: 2 * WITHIN_MS,
}, async () => {
  const service = wirekeeper.start('serve', '--port', '0', '--json', '--workers', String(WORKERS));
  const [, authority = ''] = await service.stdout.said(/"http":"http:\/\/([\d.:]+)/, WITHIN_MS);
  const load = spawn(process.execPath, [clients.path, `ws://${authority}/echo`, String(CLIENTS)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const said = new Transcript();
  load.stdout.pipe(said);
  await said.said(/\{"allUp":1\}/, WITHIN_MS);
  const begun = performance.now();
  service.signal('SIGHUP');
  await service.stdout.said(/"event":"service\.reloaded"/, WITHIN_MS);
  await said.said(/\{"allUp":2\}/, WITHIN_MS);
  const tookMs = performance.now() - begun;
  load.stdin.end();
  const [line] = await said.said(/\{"ended":.*\}\n/, WITHIN_MS);
  await once(load, 'exit');
  service.signal('SIGTERM');
  expect(await service.status).toBe(0);

  const { ended, up } = JSON.parse(line) as { readonly ended: readonly Ended[]; readonly up: number };
  expect(ended.filter(({ refused }) => refused)).toEqual([]);
  expect(ended.filter(({ code, isAdvised }) => code !== 1012 || !isAdvised)).toEqual([]);
  expect([ended.length, up]).toEqual([CLIENTS, CLIENTS]);
  expect(tookMs).toBeLessThan(WITHIN_MS);
  const refusals = service.stdout.lines.filter((text) => text.includes('"event":"handshake.refused"'));
  expect(refusals).toEqual([]);
});
