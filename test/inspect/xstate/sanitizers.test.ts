import { expect, test } from 'vitest';
import { resolveSanitizers, type SanitizeOptions } from '../../../src/inspect/xstate/sanitizers.js';
import { anActor } from './actors.js';

const actor = anActor('actor', 'chat');
const event = { type: 'said', text: 's3cret' };
const context = { token: 's3cret' };

test('by default types and keys are shown, and no value', () => {
  const sanitizers = resolveSanitizers({}, 'inspect');
  expect(sanitizers.event(event, actor)).toEqual({ type: 'said', text: '[string]' });
  expect(sanitizers.context(context, actor)).toEqual({ token: '[string]' });
});

test('what the user makes of them is shown instead', () => {
  const sanitizers = resolveSanitizers(
    { sanitizeEvent: (given, { id }) => ({ ...given, id }), sanitizeContext: (given) => given },
    'inspect',
  );
  expect(sanitizers.event(event, actor)).toEqual({ ...event, id: 'chat' });
  expect(sanitizers.context(context, actor)).toBe(context);
});

test('when it throws, or makes no event, the default is shown', () => {
  const bad = () => {
    throw new Error('bad');
  };
  const throwing = resolveSanitizers({ sanitizeEvent: bad, sanitizeContext: bad }, 'inspect');
  expect(throwing.event(event, actor)).toEqual({ type: 'said', text: '[string]' });
  expect(throwing.context(context, actor)).toEqual({ token: '[string]' });
  const promising = resolveSanitizers({ sanitizeEvent: (async () => event) as never }, 'inspect');
  expect(promising.event(event, actor)).toEqual({ type: 'said', text: '[string]' });
});

test('anything but a function is refused', () => {
  expect(() => resolveSanitizers({ sanitizeEvent: true } as unknown as SanitizeOptions, 'inspect')).toThrow(
    'inspect: sanitizeEvent is of type boolean; it must be a function.',
  );
});
