import { expect, test } from 'vitest';
import { createMachine } from 'xstate';
import { tooManyPaths, tooManyStates } from '../../../src/testing/model/limits.js';
import { createModel } from '../../../src/testing/model/model.js';

test('names the option, and what in the context has the most values', () => {
  const model = createModel(createMachine({ id: 'cart', context: { count: 0, name: 'ann' } }), undefined);
  const { to } = model.start();
  const places = [0, 1, 2].map((count) => ({
    position: { ...to, snapshot: { ...to.snapshot, context: { count, name: 'ann' } } as typeof to.snapshot },
  }));
  expect(tooManyStates(model, places, 3)).toMatchObject({
    option: 'maxStates',
    message:
      'createTestModel: maxStates is 3, and the machine cart has more states than that (context.count has 3 values); ' +
      'raise it, or say with distinguish in what two states differ.',
  });
});

test('a context that is the same everywhere is not blamed', () => {
  const model = createModel(createMachine({ id: 'cart', context: { name: 'ann' } }), undefined);
  expect(tooManyStates(model, [{ position: model.start().to }], 1).message).not.toContain('context');
});

test('names the call whose paths are too many', () => {
  expect(tooManyPaths('simplePaths', 9)).toMatchObject({
    option: 'maxPaths',
    message: expect.stringContaining('simplePaths: maxPaths is 9, and there are more paths than that'),
  });
});
