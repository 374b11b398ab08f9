import { expect, test } from 'vitest';
import { ModelTestError } from '../../../src/testing/model/model-test-error.js';

test('has a code, its cause, and what takes the walk again', () => {
  const cause = new Error('why');
  const error = new ModelTestError('left', { cause, replay: '1:30:0' });
  expect(error).toMatchObject({ name: 'ModelTestError', code: 'WIREKEEPER_MODEL', cause, replay: '1:30:0' });
  expect(new ModelTestError('left').replay).toBeUndefined();
});
