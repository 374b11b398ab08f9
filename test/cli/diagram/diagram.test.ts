import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { diagram, FORMAT_NAMES, MACHINE_NAMES } from '../../../src/cli/diagram/diagram.js';
import { toDot, toMermaid } from '../../../src/inspect/index.js';
import { connectionMachine } from '../../../src/machines/index.js';
import { start } from '../fake-terminal.js';

let folder: string;
let file: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'wirekeeper-diagram-'));
  file = join(folder, 'lamp.mjs');
  const xstate = new URL('../../../node_modules/xstate/dist/xstate.cjs.mjs', import.meta.url).href;
  writeFileSync(
    file,
    `import { createMachine } from ${JSON.stringify(xstate)};
export const lamp = createMachine({ id: 'lamp', initial: 'off', states: { off: { on: { press: 'on' } }, on: {} } });
export default 1;`,
  );
  writeFileSync(join(folder, 'wrong.mjs'), 'export const = 1;');
  writeFileSync(join(folder, 'empty.mjs'), '');
});
afterAll(() => rmSync(folder, { recursive: true }));

const written = async (...args: string[]) => {
  const { terminal, status } = start('diagram', ...args);
  return { status: await status, stdout: terminal.stdout.text, stderr: terminal.stderr.text };
};

test('draws one machine without anything around it', async () => {
  const options = { format: 'mermaid', name: 'connection', file: undefined } as const;
  expect(await diagram(options)).toBe(toMermaid(connectionMachine));
});

test.each(FORMAT_NAMES)('writes all machines as one text in the format %s', async (format) => {
  const { status, stdout } = await written('--format', format);
  expect(status).toBe(0);
  for (const name of MACHINE_NAMES) expect(stdout).toContain(name);
  const heads = /^(?:stateDiagram-v2|digraph .*|<scxml .*|@startuml|\{|export const machine = .*)$/gm;
  expect(stdout.match(heads)).toHaveLength(1);
});

test('writes one machine in the format that is asked for', async () => {
  expect((await written('connection', '--format', 'dot')).stdout).toBe(toDot(connectionMachine));
});

test('writes the machine of a module', async () => {
  const { status, stdout } = await written('--machine', `${file}#lamp`);
  expect(status).toBe(0);
  expect(stdout).toContain('off --> on: press');
});

test.each([
  [
    () => [`${file}#lantern`],
    /asks for "lantern" of ".*", which is no machine of XState 5; its machines are lamp\. \[WIREKEEPER_OPTION\]$/,
  ],
  [
    () => [file],
    /asks for "default" of ".*lamp\.mjs", which is no machine of XState 5; its machines are lamp\. \[WIREKEEPER_OPTION\]$/,
  ],
  [
    () => [join(folder, 'empty.mjs')],
    /which is no machine of XState 5; it exports no machine\. \[WIREKEEPER_OPTION\]$/,
  ],
  [() => [join(folder, 'none.mjs')], /^--machine names ".*none\.mjs", which does not exist\. \[WIREKEEPER_OPTION\]$/],
  [() => [join(folder, 'wrong.mjs')], /^--machine names ".*wrong\.mjs", which cannot be loaded: /],
  [() => [`${file}#lamp`, '--format', 'png'], /^format is "png"; it must be one of "mermaid", "dot", "scxml", /],
  [() => [`${file}#lamp`, 'dialer'], /^diagram takes a name or --machine, not both\. \[WIREKEEPER_OPTION\]$/],
])('ends with status 2 and one sentence on a wrong file, export, or format (%#)', async (args, sentence) => {
  const { status, stdout, stderr } = await written('--machine', ...args());
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' });
  expect(stderr.trim().replace(/^wirekeeper: /, '')).toMatch(sentence);
  expect(stderr.trim()).not.toContain('\n');
});
