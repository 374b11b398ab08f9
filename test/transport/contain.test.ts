import { describe, expect, test } from 'vitest';
import { checkAtOnce, checkSettled, contain, containRejection } from '../../src/transport/contain.js';
import { OptionError } from '../../src/transport/errors.js';
import { ODD_VALUES } from '../support/odd-values.js';
import { settled } from '../support/settled.js';

describe.each(Object.entries(ODD_VALUES))('%s', (_name, make) => {
  test.each(['thrown', 'rejected'])('is handed over as it is when it is %s', async (how) => {
    const value = make();
    const threw: unknown[] = [];
    contain(
      () => {
        if (how === 'thrown') throw value;
        return Promise.reject(value);
      },
      (error) => threw.push(error),
    );
    await settled();
    expect(threw).toHaveLength(1);
    expect(Object.is(threw[0], value)).toBe(true);
  });

  test('may be returned, and counts for nothing unless it cannot even be looked at', async () => {
    const threw: unknown[] = [];
    contain(make, (error) => threw.push(error));
    await settled();
    expect(threw.length).toBe(_name.startsWith('a revoked proxy') || _name === 'an object whose then throws' ? 1 : 0);
  });
});

test('leaves what is no promise alone', () => {
  const threw = () => {
    throw new Error('nothing was thrown');
  };
  for (const value of [undefined, null, 5, 'text', {}]) containRejection(value, threw);
});

test('a promise is no answer at once, and its rejection no unhandled one', async () => {
  expect(() => checkAtOnce(Promise.reject(new Error('later')), 'listen: origins')).toThrow(
    'listen: origins returned a promise; it must return its result at once.',
  );
  for (const answer of [true, false, undefined, null, {}]) checkAtOnce(answer, 'it');
  await settled();
});

test('settled values may be anything but promises', () => {
  const odd = Object.entries(ODD_VALUES)
    .filter(([name]) => name !== 'a thenable')
    .map(([name, make]) => [name, make()] as const);
  expect(() => checkSettled(odd)).not.toThrow();
  expect(() =>
    checkSettled([...odd, ['data', Promise.reject(new Error('bug'))], ['end', Promise.reject(new Error('bug'))]]),
  ).toThrow(new OptionError('data is a promise; await it first.'));
});
