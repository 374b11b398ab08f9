import { expect, test } from 'vitest';
import { located } from '../../../src/cli/config/located.js';
import { ChildError, EndedError, OptionError } from '../../../src/index.js';

const fail = (error: Error) => () => {
  throw error;
};

test('returns what was done', async () => {
  expect(await located('service.json', 'listeners[0]', () => 7)).toBe(7);
});

test.each([
  ['listeners[0]', 'limits.maxFragments', 'service.json: listeners[0].limits.maxFragments is 0.'],
  ['dialers[2]', 'headers.a', 'service.json: dialers[2].headers.a is 0.'],
  ['', 'limits.maxConnections', 'service.json: limits.maxConnections is 0.'],
  ['dialers[2]', undefined, 'service.json: dialers[2] is 0.'],
  ['', undefined, 'service.json: is 0.'],
])('names the place %j in the file for the option %s', async (place, option, message) => {
  const cause = new OptionError(`listen: ${option} is 0.`, { option, problem: 'is 0.' });
  const error = await located('service.json', place, fail(cause)).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(OptionError);
  expect(error).toMatchObject({ message, problem: 'is 0.', cause });
});

test('names the place of an id that cannot be used', async () => {
  const error = new ChildError('already-started', 'feed', 'root');
  await expect(located('service.json', 'dialers[1]', fail(error))).rejects.toThrow(
    /^service\.json: dialers\[1\]\.id: "feed" is the id of another child of supervisor root/,
  );
});

test('leaves other errors unchanged', async () => {
  await expect(located(undefined, 'listeners[0]', fail(new OptionError('listen: x.')))).rejects.toThrow(
    new OptionError('listen: x.'),
  );
  await expect(located('service.json', '', fail(new EndedError('it has ended.')))).rejects.toThrow(
    new EndedError('it has ended.'),
  );
});
