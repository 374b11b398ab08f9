import { expect, test } from 'vitest';
import { diagram, MACHINE_NAMES } from '../../src/cli/diagram.js';
import { connectionMachine, toMermaid } from '../../src/machines/index.js';
import { start } from './fake-terminal.js';

test('draws one machine without anything around it', () => {
  expect(diagram(['connection'])).toBe(toMermaid(connectionMachine));
});

test('separates several machines by their titles', () => {
  const text = diagram(MACHINE_NAMES);
  expect(text.match(/^title: .*$/gm)).toEqual(['title: connection', 'title: dialer', 'title: supervisor']);
  expect(text.match(/^stateDiagram-v2$/gm)).toHaveLength(3);
});

test.each([
  [[], 3],
  [['dialer'], 1],
])('the command draws what it is asked for: %j', async (args, drawings) => {
  const { terminal, status } = start('diagram', ...args);
  expect(await status).toBe(0);
  expect(terminal.stdout.text.match(/^stateDiagram-v2$/gm)).toHaveLength(drawings);
});
