import { expect, test } from 'vitest';
import { OptionError } from '../../../src/index.js';
import { type LogEventsOptions, resolveLog } from '../../../src/inspect/logging/log-options.js';

const nothing = () => {};
const logger = { debug: nothing, info: nothing, warn: nothing, error: nothing };

test('has defaults', () => {
  expect(resolveLog({ console: logger })).toMatchObject({ to: { console: logger }, json: false, least: 0 });
});

test('takes a logger that is a function with methods, and the console of Node', () => {
  const callable = Object.assign(() => {}, logger);
  expect(resolveLog({ pino: callable }).to).toEqual({ pino: callable });
  expect(resolveLog({ console }).to).toEqual({ console });
});

test.each<[unknown, string]>([
  [{}, 'logEvents: options name no logger; give pino or console.'],
  [{ pino: logger, console: logger }, 'logEvents: options name two loggers; give pino or console, not both.'],
  [{ pino: logger, json: true }, 'logEvents: json is for a console; pino has a format of its own.'],
  [{ pino: 1 }, 'logEvents: pino is 1; it must be an object.'],
  [
    { console: { ...logger, warn: 1 } },
    'logEvents: console has no method warn; it must be a logger with debug, info, warn, error.',
  ],
  [{ console: logger, level: 'loud' }, 'logEvents: level is "loud"; it must be one of debug, info, warn, error.'],
  [{ console: logger, json: 'yes' }, 'logEvents: json is "yes"; it must be true or false.'],
  [{ console: logger, showSecrets: 1 }, 'logEvents: showSecrets is 1; it must be true or false.'],
  [{ console: logger, jsn: true }, 'logEvents: jsn is not an option; did you mean json?'],
  [undefined, 'logEvents: options is undefined; it must be an object.'],
])('refuses %j', (options, message) => {
  expect(() => resolveLog(options as LogEventsOptions)).toThrow(new OptionError(message));
});
