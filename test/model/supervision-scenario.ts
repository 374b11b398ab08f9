import fc from 'fast-check';

/** What a worker's start does: succeed at once, fail at once, or wait until a step decides. */
export type StartScript = 'ok' | 'fail' | 'slow';

/** What a worker does when it is shut down: end at once, crash, or go on until it exits or is terminated. */
export type StopScript = 'ok' | 'crash' | 'linger';

export type RestartType = 'permanent' | 'transient' | 'temporary';

/** ms, `'brutal'`, or `Infinity`. */
export type Budget = number | 'brutal';

interface SpecNode {
  readonly id: string;
  readonly restart: RestartType;
  readonly shutdown: Budget;
}

/** A worker; its scripts are used up run by run, and the last one goes on. */
export interface WorkerNode extends SpecNode {
  readonly kind: 'worker';
  readonly starts: readonly StartScript[];
  readonly stops: readonly StopScript[];
  /** Whether it may be shut down together with its neighbours, as dialers and listeners may. */
  readonly endsTogether: boolean;
}

/** How a supervisor supervises. */
export interface Regime {
  readonly strategy: 'one_for_one' | 'one_for_all' | 'rest_for_one';
  readonly maxRestarts: number;
  readonly withinMs: number;
}

/** A child supervisor, with its first children. */
export interface SupervisorNode extends SpecNode, Regime {
  readonly kind: 'supervisor';
  readonly children: readonly ChildNode[];
}

export type ChildNode = WorkerNode | SupervisorNode;

/** What happens next. Targets are numbers: whom they mean depends on who there is. */
export type Step =
  | { readonly do: 'exit'; readonly target: number; readonly reason: 'normal' | 'shutdown' | 'abnormal' }
  | { readonly do: 'endStart'; readonly target: number; readonly ok: boolean }
  | { readonly do: 'start'; readonly target: number; readonly node: ChildNode }
  | { readonly do: 'terminate' | 'restart' | 'delete' | 'stop' | 'cut'; readonly target: number }
  | { readonly do: 'advance'; readonly ms: number };

export interface Scenario {
  readonly root: Regime;
  readonly steps: readonly Step[];
}

const restart = fc.constantFrom<RestartType[]>('permanent', 'transient', 'temporary');
const budget = fc.constantFrom<Budget[]>('brutal', 10, 50, 50, Number.POSITIVE_INFINITY);
const starts = fc.array(fc.constantFrom<StartScript[]>('ok', 'ok', 'ok', 'fail', 'slow'), {
  minLength: 1,
  maxLength: 4,
});
const stops = fc.array(fc.constantFrom<StopScript[]>('ok', 'ok', 'crash', 'linger'), { minLength: 1, maxLength: 3 });
const regime = {
  strategy: fc.constantFrom<Regime['strategy'][]>('one_for_one', 'one_for_all', 'rest_for_one'),
  maxRestarts: fc.integer({ min: 0, max: 3 }),
  withinMs: fc.constantFrom(20, 100, 5_000),
};

const worker: fc.Arbitrary<WorkerNode> = fc.record({
  kind: fc.constant('worker'),
  id: fc.constantFrom('a', 'b', 'c'),
  restart,
  shutdown: budget,
  starts,
  stops,
  endsTogether: fc.boolean(),
});

function supervisor(child: fc.Arbitrary<ChildNode>): fc.Arbitrary<SupervisorNode> {
  const children = fc.uniqueArray(child, { selector: ({ id }) => id, maxLength: 3 });
  return fc.record({
    kind: fc.constant('supervisor'),
    id: fc.constantFrom('a', 'b', 'c'),
    restart,
    shutdown: budget,
    ...regime,
    children,
  });
}

const depth3 = supervisor(worker);
const depth2 = supervisor(fc.oneof({ weight: 3, arbitrary: worker }, { weight: 1, arbitrary: depth3 }));
const child: fc.Arbitrary<ChildNode> = fc.oneof({ weight: 3, arbitrary: worker }, { weight: 2, arbitrary: depth2 });

const target = fc.nat({ max: 1_000 });

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('exit'),
      target,
      reason: fc.constantFrom('abnormal', 'abnormal', 'abnormal', 'normal', 'shutdown'),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('endStart'), target, ok: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('start'), target, node: child }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constantFrom('terminate', 'terminate', 'restart', 'delete', 'stop', 'cut'), target }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('advance'), ms: fc.constantFrom(1, 10, 30, 100, 5_000) }) },
);

/** A tree up to three supervisors deep, built by its first steps, and what happens to it. */
export const scenarios: fc.Arbitrary<Scenario> = fc
  .record({
    root: fc.record(regime),
    first: fc.uniqueArray(child, { selector: ({ id }) => id, minLength: 1, maxLength: 3 }),
    later: fc.array(step, { minLength: 1, maxLength: 30, size: 'max' }),
  })
  .map(({ root, first, later }) => ({
    root,
    steps: [...first.map((node): Step => ({ do: 'start', target: 0, node })), ...later],
  }));
