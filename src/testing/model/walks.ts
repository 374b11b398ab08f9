import type { Arbitrary } from 'fast-check';
import {
  checkNumber,
  type NumberRule,
  nameOf,
  readOptions,
  show,
  wrongOption,
} from '../../supervisor/options/option-rules.js';
import type { Choice, Choices } from './choices.js';
import type { FastCheckModule } from './fast-check.js';
import type { Model, Position } from './model.js';
import { ModelTestError } from './model-test-error.js';
import { COUNT } from './resolve-test-model.js';
import { type Bench, type PlannedStep, runSteps } from './run-steps.js';
import type { WalkOptions, WalkReport } from './test-model.js';

/** Default walk options. */
export const DEFAULT_WALK = { runs: 100, maxSteps: 30, shrinkWithinMs: 10_000 } as const;

/** One step of a walk before the model is known: which of the choices, and the payloads of those that are generated. */
interface Draw {
  readonly pick: number;
  readonly payloads: Readonly<Record<string, object>>;
}

/** What the walks choose from. */
export interface Ground {
  readonly choices: Choices;
  readonly arbitraries: Readonly<Record<string, Arbitrary<object>>>;
}

/** fast-check takes 32 bits of a seed. */
const SEED: NumberRule = {
  least: -(2 ** 31),
  most: 2 ** 31 - 1,
  isWhole: true,
  allowed: 'whole numbers of 32 bits',
};

/** The options of walks, complete. */
export type ResolvedWalk = WalkOptions & Required<Pick<WalkOptions, 'runs' | 'maxSteps' | 'shrinkWithinMs'>>;

/** @throws {OptionError} for options of the wrong form. */
export function resolveWalk(given: WalkOptions): ResolvedWalk {
  const call = 'testWalks';
  const options = {
    ...DEFAULT_WALK,
    ...readOptions(given, ['runs', 'maxSteps', 'seed', 'shrinkWithinMs', 'replay'], call),
  };
  for (const option of ['runs', 'maxSteps'] as const) checkNumber(options[option], COUNT, nameOf(call, option));
  checkNumber(options.shrinkWithinMs, COUNT, nameOf(call, 'shrinkWithinMs'));
  if (options.seed !== undefined) checkNumber(options.seed, SEED, nameOf(call, 'seed'));
  return options;
}

/** @throws {ModelTestError} for the shortest walk found on which the system leaves its model, with its `replay`. */
export async function runWalks(
  fc: FastCheckModule,
  bench: Bench,
  ground: Ground,
  options: ResolvedWalk,
): Promise<WalkReport> {
  const { runs, shrinkWithinMs } = options;
  const again = options.replay === undefined ? undefined : parseReplay(options.replay);
  const maxSteps = again?.maxSteps ?? options.maxSteps;
  const report = { walks: 0, steps: 0 };
  let shrinkUntil: number | undefined;

  const draw = fc.record({ pick: fc.nat(), payloads: fc.record(ground.arbitraries) });
  const walks = fc.array<Draw>(draw, { maxLength: maxSteps, size: 'max' });
  const property = fc.asyncProperty(walks, async (draws) => {
    // What is not tried counts as passed, so shrinking ends here.
    if (shrinkUntil !== undefined && bench.clock.now() > shrinkUntil) return;
    const beginning = bench.model.start();
    const steps = walkOf(bench.model, ground, beginning.to, draws);
    report.walks += 1;
    report.steps += steps.length;
    try {
      await runSteps(bench, beginning, steps);
    } catch (error) {
      shrinkUntil ??= bench.clock.now() + shrinkWithinMs;
      throw error;
    }
  });
  const details = await fc.check(property, {
    ...(again === undefined
      ? { numRuns: runs, seed: options.seed ?? Math.floor(Math.random() * 2 ** 31) }
      : { numRuns: 1, seed: again.seed, path: again.path, endOnFailure: true }),
  });
  if (details.failed) throw failure(details.errorInstance, details, maxSteps);
  return { seed: details.seed, ...report };
}

/** The steps of a walk: each draw picks one of what can happen. */
function walkOf(
  model: Model,
  { choices, arbitraries }: Ground,
  start: Position,
  draws: readonly Draw[],
): PlannedStep[] {
  const generated = Object.keys(arbitraries);
  const steps: PlannedStep[] = [];
  let from = start;
  for (const { pick, payloads } of draws) {
    const possible: Choice[] = [
      ...choices.at(from, steps).filter(({ event }) => !generated.includes(event.type)),
      ...generated.flatMap((type) => choices.of(from, { ...payloads[type], type }) ?? []),
    ];
    const choice = possible[pick % possible.length];
    if (choice === undefined) break;
    const advance = choice.advance();
    steps.push({ event: choice.event, advance, from, to: advance.to });
    from = advance.to;
  }
  if (draws.length > 0 && steps.length === 0)
    throw new Error(`${model.machine.id}: nothing can happen in ${start.name}, so there is nothing to walk.`);
  return steps;
}

/** The error of the shortest failing walk, with what takes that walk again. */
function failure(
  error: unknown,
  {
    seed,
    counterexamplePath,
    numShrinks,
  }: { readonly seed: number; readonly counterexamplePath: string | null; readonly numShrinks: number },
  maxSteps: number,
): unknown {
  if (!(error instanceof ModelTestError)) return error;
  const replay = `${seed}:${maxSteps}:${counterexamplePath ?? '0'}`;
  const shrunk = numShrinks === 0 ? '' : `, made shorter ${numShrinks} times`;
  return new ModelTestError(
    `${error.message}\nSeed ${seed}${shrunk}. Take this walk again with testWalks({ replay: '${replay}' }).`,
    { cause: error.cause, replay },
  );
}

function parseReplay(replay: string): { readonly seed: number; readonly maxSteps: number; readonly path: string } {
  const [, seed, maxSteps, path] = /^(-?\d+):(\d+):(\d+(?::\d+)*)$/.exec(replay) ?? [];
  if (seed === undefined || maxSteps === undefined || path === undefined) {
    throw wrongOption(
      'testWalks: replay',
      `is ${show(replay)}; it must be the text that a failure has printed, such as '42:30:7:0:1'`,
    );
  }
  return { seed: Number(seed), maxSteps: Number(maxSteps), path };
}
