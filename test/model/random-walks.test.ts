import { describe, test } from 'vitest';
import { seed } from '../support/seed.js';
import { connectionModel } from './connection-model.js';
import { SYSTEMS } from './connection-systems.js';

process.stdout.write(`random walks: WIREKEEPER_SEED=${seed}\n`);

const MAX_STEPS = 12;

describe.each(SYSTEMS)('random walks through $name', ({ makeSystem, runs, ...options }) => {
  test('agree with the model after each step, events without effect included, and in the report', async () => {
    const model = connectionModel(makeSystem, { ...options, triesIgnored: true });
    await model.testWalks({ runs, maxSteps: MAX_STEPS, seed });
  });
});
