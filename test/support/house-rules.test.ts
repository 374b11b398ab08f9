import { describe, expect, test } from 'vitest';
import {
  brokenArrows,
  brokenMirror,
  crowdedRooms,
  emitsNothing,
  forbiddenWords,
  importersOf,
  oldWords,
  packagesBehind,
  unfitLengths,
  wideLines,
} from './house-rules.js';

const tree = (files: Record<string, string>) => new Map(Object.entries(files));
const lines = (count: number) => Array.from({ length: count }, () => 'x;').join('\n');

describe('arrows run down only', () => {
  test.each([
    // file                      imports
    ['supervisor/listener.ts', '../transport/ws/ws.js'],
    ['supervisor/listener.ts', '../machines/connection.js'],
    ['supervisor/listener.ts', './clock.js'],
    ['machines/connection.ts', '../transport/wire-fact.js'],
    ['machines/connection.ts', 'xstate'],
    ['transport/ws/package/ws.ts', '@wirekeeper/plain-ws'],
    ['supervisor/supervisor-runtime.ts', './dialer/dialer-runtime.js'],
    ['supervisor/dialer/dialer-runtime.ts', '../connection/connection-actor.js'],
    ['supervisor/dialer/dialer-runtime.ts', './backoff.js'],
    ['transport/explain.ts', './close-report.js'],
    ['inspect/hub.ts', '../supervisor/supervisor.js'],
    ['testing/memory.ts', '../transport/transport.js'],
    ['cli/main.ts', '../index.js'],
    ['cli/main.ts', '../machines/index.js'],
    ['cli/main.ts', './serve.js'],
    ['index.ts', './supervisor/supervisor.js'],
  ])('src/%s may import %s', (file, specifier) => {
    expect(brokenArrows(tree({ [file]: `import { a } from '${specifier}';` }))).toEqual([]);
  });

  test.each([
    ['transport/transport.ts', '../supervisor/clock.js'],
    ['transport/ws/ws.ts', '../../machines/connection.js'],
    ['transport/frame.ts', 'rxjs'],
    ['transport/frame.ts', './transport.js'],
    ['machines/connection.ts', '../transport/transport.js'],
    ['machines/connection.ts', '../supervisor/clock.js'],
    ['machines/connection.ts', 'node:net'],
    ['supervisor/listener.ts', 'xstate'],
    ['supervisor/listener.ts', '../testing/clock.js'],
    ['supervisor/listener.ts', '../inspect/hub.js'],
    ['supervisor/listener.ts', '../index.js'],
    ['testing/memory.ts', '../cli/main.js'],
    ['cli/main.ts', '../supervisor/supervisor.js'],
    ['cli/main.ts', 'ws'],
    ['transport/ws/wire.ts', '@wirekeeper/plain-ws'],
    ['transport/ws/package/ws.ts', 'ws'],
    ['supervisor/api/dialer.ts', '../dialer/dialer-runtime.js'],
    ['supervisor/connection/inbox.ts', '../listener/admission.js'],
    ['supervisor/listener/admission.ts', '../dialer/retry.js'],
    ['supervisor/listener/admission.ts', '../drain/draining.js'],
    ['supervisor/time/wheel.ts', '../connection/inbox.js'],
    ['transport/transport.ts', './ws/transport.js'],
    ['transport/ws/socket/reads.ts', '../read/frame-reader.js'],
    ['index.ts', './cli/main.js'],
    ['index.ts', './testing/index.js'],
    ['lib/thing.ts', './other.js'],
  ])('src/%s may not import %s', (file, specifier) => {
    expect(brokenArrows(tree({ [file]: `import { a } from '${specifier}';` }))).toEqual([
      expect.stringContaining(file),
    ]);
  });

  test.each([
    "import '../cli/main.js';",
    "import type { A } from '../cli/main.js';",
    "export * from '../cli/main.js';",
    "export { type A } from '../cli/main.js';",
    "const a = await import('../cli/main.js');",
    "const a = require('../cli/main.js');",
    "type A = import('../cli/main.js').A;",
    "import {\n  a,\n  b,\n} from '../cli/main.js';",
  ])('however the import is written: %s', (text) => {
    expect(brokenArrows(tree({ 'supervisor/a.ts': text }))).toHaveLength(1);
  });

  test.each([
    "// import '../cli/main.js';",
    "/** import { a } from '../cli/main.js' */",
    'const text = \'x from "../cli/main.js"\';',
  ])('but not what only looks like one: %s', (text) => {
    expect(brokenArrows(tree({ 'supervisor/a.ts': text }))).toEqual([]);
  });
});

test('finds every importer of a package, by its own name and by a path inside it', () => {
  const src = tree({
    'a.ts': "import 'ws';",
    'b.ts': "import 'ws/lib/receiver.js';",
    'c.ts': "import './ws.js';",
    'd.ts': "import 'wsx';",
  });
  expect(importersOf(src, 'ws')).toEqual(['a.ts', 'b.ts']);
});

test.each([
  ['supervisor/connection-manager.ts', ''],
  ['transport/utils.ts', ''],
  ['a.ts', 'const resumeSession = 1;'],
  ['a.ts', 'class HTTPSession {}'],
  ['a.ts', 'const MAX_SESSIONS = 1;'],
  ['a.ts', 'wire.disconnect();'],
  ['a.ts', 'child.killed = true;'],
])('finds a forbidden word in %s: %s', (file, text) => {
  expect(forbiddenWords(tree({ [file]: text }))).toHaveLength(1);
});

test.each(["const a = 'disconnect';", '// kills the session', 'const skill = obsession;', 'const a = `utils`;'])(
  'lets %s pass',
  (text) => {
    expect(forbiddenWords(tree({ 'a.ts': text }))).toEqual([]);
  },
);

test.each([
  '// Tells the peer.',
  "throw new Error('nobody was told');",
  '/** Whoever reads it. */',
  'const tell = send;',
])('finds an old word in %s', (text) => {
  expect(oldWords(tree({ 'a.ts': text }))).toHaveLength(1);
});

test('does not take a part of a word for an old word', () => {
  expect(oldWords(tree({ 'a.ts': '// The teller intellect is untold.' }))).toEqual([]);
});

test('finds lines of more than 120 characters', () => {
  expect(wideLines(tree({ 'a.ts': `${'x'.repeat(120)}\n// ${'x'.repeat(118)}\n` }))).toEqual([
    'a.ts:2 has 121 characters, more than 120',
  ]);
});

test('finds a file that is too long', () => {
  expect(unfitLengths(tree({ 'a.ts': lines(251), 'b.ts': lines(80), 'c.ts': lines(80) }))).toEqual([
    'a.ts has 251 lines, more than 250',
  ]);
});

test.each([
  ['supervisor', 12],
  ['transport', 30],
])('finds more than the files that %s may have, which are %d', (room, most) => {
  const files = (count: number) =>
    tree(Object.fromEntries([...Array(count).keys()].map((n) => [`${room}/f${n}.ts`, ''])));
  expect(crowdedRooms(files(most))).toEqual([]);
  expect(crowdedRooms(files(most + 1))).toEqual([`${room} has ${most + 1} files, more than ${most}`]);
});

test.each([39, 151])('finds a median of %d lines unfit', (length) => {
  expect(unfitLengths(tree({ 'a.ts': lines(length) }))).toHaveLength(1);
});

test.each([40, 150])('finds a median of %d lines fit', (length) => {
  expect(unfitLengths(tree({ 'a.ts': lines(length) }))).toEqual([]);
});

test.each([
  ['export {};\n//# sourceMappingURL=a.js.map', true],
  ['/** Types only. */\nexport {};', true],
  ["import './a.js';\nexport {};", false],
  ['export const a = 1;', false],
])('%j emits nothing: %s', (javaScript, expected) => {
  expect(emitsNothing(javaScript)).toBe(expected);
});

describe('test/ mirrors src/', () => {
  const src = tree({ 'transport/frame.ts': '', 'transport/types.ts': '', 'index.ts': '', 'machines/index.ts': '' });
  const emitted = tree({
    'transport/frame.js': 'export const a = 1;',
    'transport/types.js': 'export {};',
    'index.js': 'export {};',
    'machines/index.js': 'x;',
  });

  test('finds a file with logic that has no test', () => {
    expect(brokenMirror(src, [], emitted)).toEqual(['src/transport/frame.ts has no test']);
  });

  test('is content with one test file or several', () => {
    expect(brokenMirror(src, ['transport/frame.test.ts'], emitted)).toEqual([]);
    expect(brokenMirror(src, ['transport/frame.text.test.ts', 'transport/frame.measure.test.ts'], emitted)).toEqual([]);
  });

  test('asks for the test of a file that was not compiled', () => {
    expect(brokenMirror(tree({ 'transport/new.ts': '' }), [], tree({}))).toHaveLength(1);
  });
});

describe("the packages behind an entry's declarations", () => {
  test('are found through files, types and reference marks, with the way there', () => {
    const declarations = tree({
      'index.d.ts': "export { A } from './a/a.js';\nexport type { B } from './b.js';",
      'a/a.d.ts': "export declare const a: import('xstate').AnyActor;",
      'b.d.ts':
        "/// <reference types=\"ws\" />\nimport type { Observable } from 'rxjs';\nimport './index.js';\nimport 'node:net';",
    });
    expect([...packagesBehind(declarations, 'index.d.ts')]).toEqual([
      ['xstate', 'index.d.ts -> a/a.d.ts -> xstate'],
      ['rxjs', 'index.d.ts -> b.d.ts -> rxjs'],
      ['ws', 'index.d.ts -> b.d.ts -> ws'],
    ]);
  });

  test('are not those of files it does not lead to', () => {
    expect([...packagesBehind(tree({ 'index.d.ts': '', 'a.d.ts': "import 'xstate';" }), 'index.d.ts')]).toEqual([]);
  });

  test('is unknown when a declaration is missing', () => {
    expect(() => packagesBehind(tree({ 'index.d.ts': "import './a.js';" }), 'index.d.ts')).toThrow(
      'index.d.ts -> a.d.ts leads to no declaration',
    );
  });
});
