import { expect, test } from 'vitest';
import { checkConfig, DEFAULT_CONFIG } from '../../../src/cli/config/config.js';
import { OptionError } from '../../../src/index.js';
import { dialer, FULL, listener, WRONG_SHAPES, WRONG_WHOLES } from './samples.js';

test('takes a configuration as it is', () => {
  expect(checkConfig(FULL)).toEqual(FULL);
});

test.each([
  [{ listeners: [listener] }, { listeners: [listener], dialers: [] }],
  [
    { dialers: [{ url: 'ws+unix:/run/feed.sock:/rooms/tea', behaviour: 'log' }] },
    { listeners: [], dialers: [{ url: 'ws+unix:/run/feed.sock:/rooms/tea', behaviour: 'log' }] },
  ],
  [
    { listeners: [listener], dashboard: { actions: true } },
    { listeners: [listener], dialers: [], dashboard: { actions: true } },
  ],
  [
    { listeners: [listener], trustProxy: 2 },
    { listeners: [listener], dialers: [], trustProxy: 2 },
  ],
  [
    { listeners: [listener], trustProxy: ['10.0.0.0/8'] },
    { listeners: [listener], dialers: [], trustProxy: ['10.0.0.0/8'] },
  ],
  [{ dialers: [dialer] }, { listeners: [], dialers: [dialer] }],
  [DEFAULT_CONFIG, DEFAULT_CONFIG],
])('takes what has a listener or a dialer: %j', (given, config) => {
  expect(checkConfig(given)).toEqual(config);
});

test('reads over $schema, which is for editors', () => {
  expect(checkConfig({ $schema: 'x', listeners: [listener] })).toEqual({ listeners: [listener], dialers: [] });
});

test.each([...WRONG_SHAPES, ...WRONG_WHOLES])(
  'refuses %j with the place, the value, and what is allowed',
  (given, message) => {
    expect(() => checkConfig(given)).toThrow(new OptionError(message));
  },
);
