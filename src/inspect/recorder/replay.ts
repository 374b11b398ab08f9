import type { AnyStateMachine } from 'xstate';
import { connectionMachine } from '../../machines/connection-machine.js';
import { dialerMachine } from '../../machines/dialer-machine.js';
import type { ConnectionStateName } from '../../machines/ending.js';
import type { MachineState, Step } from '../../machines/machine-state.js';
import { createStepper, type Stepper } from '../../machines/stepper.js';
import { supervisorMachine } from '../../machines/supervisor-machine.js';
import type { CloseReport } from '../../transport/close-report.js';
import type { Timeline, TimelineExit, TimelineStep } from '../../transport/timeline.js';
import { parseTimeline } from './parse-timeline.js';
import { ReplayedEnding } from './replay-connection.js';
import { differenceOf, differenceOfReports, type ReplayDifference } from './replay-difference.js';

/**
 * Walks the machine of a timeline again, without sockets and clock: gives it the recorded events, and makes the report
 * with the code that made it then. So it shows whether this version of the machine would have done the same, and that
 * nobody has edited the timeline.
 *
 * @param given a timeline, or what `parseTimeline` reads.
 * @throws {OptionError} for what is no timeline.
 */
export function replay(given: Timeline | string): Replay {
  const timeline = parseTimeline(given);
  const walk = new Walk(timeline);
  const difference = walk.difference ?? differenceOfEnds(timeline, walk);
  return {
    timeline,
    steps: walk.steps,
    state: walk.state,
    report: walk.report,
    exit: walk.exit,
    agrees: difference === undefined,
    difference,
  };
}

/** What a machine does when it is given the events of a timeline again. */
export interface Replay {
  readonly timeline: Timeline;
  /** The steps as the machine takes them; up to the first difference, whose step is the last one. */
  readonly steps: readonly TimelineStep[];
  /** The state after these steps, as a path. */
  readonly state: string;
  /** The report of a connection that has ended, made again; `undefined` for others, and after a difference. */
  readonly report: CloseReport | undefined;
  /** Why a dialer or a supervisor has exited; `undefined` for others, and for those that have not. */
  readonly exit: TimelineExit['reason'] | undefined;
  /** Whether the machine does all that the timeline says. */
  readonly agrees: boolean;
  /** The first difference. */
  readonly difference: ReplayDifference | undefined;
}

const MACHINES: Readonly<Record<Timeline['machine'], AnyStateMachine>> = {
  connection: connectionMachine,
  dialer: dialerMachine,
  supervisor: supervisorMachine,
};

/**
 * The tables of the machines' steps, made when first used. All walks share them: they only ask for events and states
 * that the machine has, so a timeline cannot fill them.
 */
const steppers = new Map<Timeline['machine'], Stepper>();

function stepperOf(machine: Timeline['machine']): Stepper {
  const known = steppers.get(machine);
  if (known !== undefined) return known;
  const stepper = createStepper(MACHINES[machine]);
  steppers.set(machine, stepper);
  return stepper;
}

/** Where a dialer starts again after it has crashed, and what it asks for then: its runtime puts it there. */
const RESTART = { path: 'waiting.backoff', effects: ['armBackoff'] };

const EXITS: Readonly<Record<string, TimelineExit['reason']>> = {
  exitNormal: 'normal',
  exitShutdown: 'shutdown',
  exitAbnormal: 'abnormal',
};

/** One walk of a machine along a timeline, up to the first difference. */
class Walk {
  readonly steps: TimelineStep[] = [];
  readonly report: CloseReport | undefined;
  difference: ReplayDifference | undefined;
  exit: TimelineExit['reason'] | undefined;
  readonly #machine: AnyStateMachine;
  readonly #stepper: Stepper;
  readonly #ending: ReplayedEnding | undefined;
  #state: MachineState;

  constructor(timeline: Timeline) {
    this.#machine = MACHINES[timeline.machine];
    this.#stepper = stepperOf(timeline.machine);
    this.#state = this.#stepper.initial().next;
    this.#ending = timeline.machine === 'connection' ? new ReplayedEnding(timeline) : undefined;
    const start = this.#stateAt(timeline.startsIn);
    if (start === undefined) {
      this.difference = differenceOf(undefined, undefined, 'startsIn', timeline.startsIn, undefined);
      return;
    }
    this.#state = start;
    for (const [index, entry] of timeline.entries.entries()) {
      if (entry.type === 'note') this.#ending?.noted(entry.note);
      else this.difference = this.#take(entry, index);
      if (this.difference !== undefined) return;
    }
    if (timeline.machine === 'connection') this.report = this.#ending?.report(timeline);
  }

  get state(): string {
    return this.#state.path;
  }

  #take(entry: TimelineStep, index: number): ReplayDifference | undefined {
    const { at, event, from, to, effects } = entry;
    const before = this.#state;
    const step = event === undefined ? this.#start(from) : this.#step(event.type);
    this.#state = step.next;
    this.steps.push({
      ...entry,
      from: event === undefined ? step.next.path : before.path,
      to: step.next.path,
      effects: step.effects,
    });
    const walked = step as Step<ConnectionStateName>;
    if (event !== undefined) this.#ending?.stepped(before.name as ConnectionStateName, event, walked);
    this.exit = step.effects.map((effect) => EXITS[effect]).find((reason) => reason !== undefined) ?? this.exit;
    const start = event === undefined ? step.next.path : before.path;
    if (from !== start) return differenceOf(index, at, 'from', from, start);
    if (to !== step.next.path) return differenceOf(index, at, 'to', to, step.next.path);
    return differenceOf(index, at, 'effects', effects, step.effects);
  }

  /** A start is no event of the machine: it enters its initial state, or a dialer its backoff. */
  #start(from: string): Step {
    const isRestart = this.#machine.id === dialerMachine.id && from === RESTART.path;
    return isRestart ? { next: this.#stepper.at(RESTART.path), effects: RESTART.effects } : this.#stepper.initial();
  }

  /** Events that the machine does not have lead nowhere. XState would obey some of its own. */
  #step(type: string): Step {
    return this.#machine.events.includes(type)
      ? this.#stepper.step(this.#state, type)
      : { next: this.#state, effects: [] };
  }

  #stateAt(path: string): MachineState | undefined {
    try {
      return this.#stepper.at(path);
    } catch {
      return undefined;
    }
  }
}

function differenceOfEnds(timeline: Timeline, { report, exit }: Walk): ReplayDifference | undefined {
  if (timeline.end === undefined) return undefined;
  const { at } = timeline.end;
  switch (timeline.machine) {
    case 'connection':
      return differenceOfReports(at, timeline.end.report, report);
    case 'dialer':
      // One that was never started has no steps.
      return exit === undefined ? undefined : differenceOf(undefined, at, 'exit', timeline.end.exit.reason, exit);
    case 'supervisor':
      return differenceOf(undefined, at, 'exit', timeline.end.report.reason, exit);
  }
}
