import { expect, test } from 'vitest';
import { located } from '../../src/cli/located.js';
import { EndedError, OptionError } from '../../src/index.js';

const fail = (error: Error) => () => {
  throw error;
};

test('returns what was done', async () => {
  expect(await located('service.json', 'listeners[0]', () => 7)).toBe(7);
});

test.each([
  ['listeners[0]', 'listen: limits.maxFragments is 0.', 'service.json: listeners[0].limits.maxFragments is 0.'],
  ['dialers[2]', 'dial: headers: "a b" is no name.', 'service.json: dialers[2].headers: "a b" is no name.'],
  ['listeners[1]', 'path: "x" is no path.', 'service.json: listeners[1].path: "x" is no path.'],
  ['', 'createSupervisor: limits.maxConnections is 0.', 'service.json: limits.maxConnections is 0.'],
])('says that the fault lies at %j: %j', async (place, message, said) => {
  await expect(located('service.json', place, fail(new OptionError(message)))).rejects.toThrow(new OptionError(said));
});

test('leaves alone what is no fault of a file', async () => {
  await expect(located(undefined, 'listeners[0]', fail(new OptionError('listen: x.')))).rejects.toThrow(
    new OptionError('listen: x.'),
  );
  await expect(located('service.json', '', fail(new EndedError('it has ended.')))).rejects.toThrow(
    new EndedError('it has ended.'),
  );
});
