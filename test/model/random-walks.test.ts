import { describe, test } from 'vitest';
import { connectionModel } from './connection-model.js';
import { SYSTEMS } from './connection-systems.js';

/** Take the same walks again with `MODEL_SEED=... npx vitest run test/model/random-walks.test.ts`. */
const seed = Number(process.env['MODEL_SEED'] ?? Date.now() % 2 ** 31);
process.stdout.write(`random walks: MODEL_SEED=${seed}\n`);

const MAX_STEPS = 12;

describe.each(SYSTEMS)('random walks through $name', ({ makeSystem, runs, ...options }) => {
  test('agree with the model after each step, events without effect included, and in the report', async () => {
    const model = connectionModel(makeSystem, { ...options, triesIgnored: true });
    await model.testWalks({ runs, maxSteps: MAX_STEPS, seed });
  });
});
