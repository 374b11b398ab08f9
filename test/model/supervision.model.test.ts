import fc from 'fast-check';
import { afterAll, expect, test } from 'vitest';
import { seed } from '../support/seed.js';
import { runScenario, type Tally } from './supervision-run.js';
import { scenarios } from './supervision-scenario.js';

const RUNS = Number(process.env['WIREKEEPER_RUNS'] ?? 5_000);
const WITHIN_MS = Math.max(60_000, RUNS * 20);

const tally: Tally = { verdicts: {}, steps: 0, races: 0 };

test(
  `${RUNS} random scenarios of trees, crashes, and calls go as OTP's documents have it (WIREKEEPER_SEED=${seed})`,
  async () => {
    await fc.assert(
      fc.asyncProperty(scenarios, async (scenario) => fc.pre(await runScenario(scenario, tally))),
      { numRuns: RUNS, seed },
    );
  },
  WITHIN_MS,
);

test('a child whose restart failed twice before its turn came, and which its user has stopped, is forgotten once', async () => {
  const worker = {
    kind: 'worker',
    id: 'a',
    restart: 'permanent',
    shutdown: 'brutal',
    stops: ['ok'],
    endsTogether: false,
  } as const;
  const inner = { kind: 'supervisor', restart: 'permanent', shutdown: 'brutal', withinMs: 20 } as const;
  const b = {
    ...inner,
    id: 'b',
    strategy: 'one_for_one',
    maxRestarts: 0,
    children: [{ ...worker, starts: ['ok', 'slow'] }],
  } as const;
  const a = {
    ...inner,
    id: 'a',
    strategy: 'one_for_all',
    maxRestarts: 1,
    children: [{ ...worker, starts: ['ok'] }, b],
  } as const;
  const isDone = await runScenario(
    {
      root: { strategy: 'one_for_one', maxRestarts: 0, withinMs: 20 },
      steps: [
        { do: 'start', target: 0, node: a },
        { do: 'exit', target: 0, reason: 'abnormal' },
        { do: 'exit', target: 0, reason: 'abnormal' },
        { do: 'advance', ms: 100 },
        { do: 'endStart', target: 0, ok: false },
        { do: 'stop', target: 2 },
        { do: 'endStart', target: 0, ok: false },
      ],
    },
    { verdicts: {}, steps: 0, races: 0 },
  );
  expect(isDone).toBe(true);
});

test('and they came by every verdict', () => {
  expect(Object.keys(tally.verdicts)).toEqual(
    expect.arrayContaining(['restarting', 'kept', 'forgotten', 'escalated', 'start-failed', 'terminated', 'concluded']),
  );
});

afterAll(() => {
  const verdicts = Object.entries(tally.verdicts)
    .map(([word, times]) => `${times} ${word}`)
    .join(', ');
  process.stdout.write(
    `supervision: ${RUNS} scenarios with ${tally.steps} steps agree (and ${tally.races} up to a race), seed ${seed}: ${verdicts}\n`,
  );
});
