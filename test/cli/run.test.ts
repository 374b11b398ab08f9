import { expect, test } from 'vitest';
import { start } from './fake-terminal.js';

test.each([['--version'], ['--help'], ['diagram', 'supervisor']])(
  '%j prints to stdout and is status 0',
  async (...args) => {
    const { terminal, status } = start(...args);
    expect(await status).toBe(0);
    expect(terminal.stdout.text).not.toBe('');
    expect(terminal.stderr.text).toBe('');
  },
);

test.each([
  [[]],
  [['serve', '--port', 'x']],
  [['dial', 'http://h/']],
  [['dial', 'h']],
  [['dial', 'ws://h/', '--header', 'x']],
  [['dial', 'ws://h/', '--protocol', 'a b']],
])('%j says what is wrong in one line and is status 2', async (args) => {
  const { terminal, status } = start(...args);
  expect(await status).toBe(2);
  expect(terminal.stderr.lines).toEqual([expect.stringMatching(/^wirekeeper: .* \[WIREKEEPER_OPTION\]$/)]);
  expect(terminal.stdout.text).toBe('');
  expect(terminal.hasListeners).toBe(false);
});

test.each([
  [['dial', 'http://ann:sesame@h/?token=sesame'], '***@h/'],
  [['dial', 'ws://ann:sesame@'], 'ws://'],
  [['dial', 'ws://ann:sesame@h h/'], 'ws://'],
  [['dial', 'ws://h/', '--header', 'Authorization Bearer sesame'], 'Authorization***'],
  [['dial', 'ws://h/', '--header', 'a b: sesame'], 'a***'],
  [['dial', 'ws://h/', 'ws://ann:sesame@i/'], '***@i/'],
])('an error shows no secret: %j', async (args, shown) => {
  const { terminal, status } = start(...args);
  expect(await status).toBe(2);
  expect(terminal.stderr.text).toContain(shown);
  expect(terminal.stderr.text).not.toContain('sesame');
});

test('an error steers no terminal', async () => {
  const { terminal, status } = start('serve', '--\u001b[2J\u202e');
  expect(await status).toBe(2);
  expect(terminal.stderr.text).toMatch(/^[ -~]*\n$/);
});
