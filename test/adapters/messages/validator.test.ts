import { describe, expect, test } from 'vitest';
import type { StandardSchema } from '../../../src/adapters/messages/standard-schema.js';
import { checkedResult, validatorOf } from '../../../src/adapters/messages/validator.js';
import { OptionError } from '../../../src/transport/errors.js';
import { POINT } from './scene.js';

describe('a schema', () => {
  test('of an object validates as its own', () => {
    expect(validatorOf(POINT)({ x: 1 })).toMatchObject({ value: { x: 1, y: 0 } });
  });

  test('may be a function', () => {
    const schema = Object.assign(() => {}, POINT);
    expect(validatorOf(schema)({ x: 'one' })).toMatchObject({ issues: [{}] });
  });

  const revoked = Proxy.revocable({}, {});
  revoked.revoke();

  test.each<[() => unknown]>([
    [() => undefined],
    [() => null],
    [() => 'string'],
    [() => ({})],
    [() => () => true],
    [() => ({ '~standard': 1 })],
    [() => ({ '~standard': { version: 2, validate: () => {} } })],
    [() => ({ '~standard': { version: 1 } })],
    [() => ({ '~standard': revoked.proxy })],
    // A revoked proxy cannot be shown in a title.
    [() => revoked.proxy],
    [
      () => ({
        get '~standard'() {
          throw new Error('a getter');
        },
      }),
    ],
  ])('is refused if it is none: %#', (make) => {
    expect(() => validatorOf(make() as StandardSchema)).toThrow(OptionError);
    expect(() => validatorOf(make() as StandardSchema)).toThrow('messages: schema');
  });
});

test.each<[object]>([[{ value: 1 }], [{ value: undefined }], [{ value: 1, issues: undefined }], [{ issues: [] }]])(
  'the result %j is one',
  (result) => {
    expect(checkedResult(result as never)).toBe(result);
  },
);

test.each<[unknown]>([[undefined], [null], ['value'], [{}], [{ issues: undefined }], [{ issues: {} }]])(
  'the result %j is none',
  (result) => {
    expect(() => checkedResult(result as never)).toThrow(OptionError);
  },
);
