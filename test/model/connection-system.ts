import { expect } from 'vitest';
import type { ConnectionEvent } from '../../src/machines/index.js';
import type { ConnectionState } from '../../src/supervisor/api/connection.js';
import type { CloseReport } from '../../src/transport/close-report.js';
import { expectedReport } from './expected-report.js';

/** One step of a walk: states as paths, `closing.awaitingPeer`. */
export interface Step {
  readonly from: string;
  readonly event: ConnectionEvent;
  readonly to: string;
}

/** What is seen of a system from outside. */
export interface Observation {
  /** What `connection.state` says. */
  readonly state: ConnectionState;
  /** Whether `connection.signal` has aborted; `undefined` where it is unknown. */
  readonly isInterrupted: boolean | undefined;
  /** What it has reported; nothing before its end. */
  readonly report: Partial<CloseReport> | undefined;
}

/** Something that behaves like a connection, or should. */
export interface ConnectionSystem extends AsyncDisposable {
  /** Makes the event happen, as far as that depends on the world around; the system may still be at work on it. */
  apply(event: ConnectionEvent): Promise<void>;
  observe(): Observation;
  /** Whether it reports how it ended; a bare machine does not. */
  readonly doesReport: boolean;
}

/** Makes a system for one walk; it gets the steps beforehand. */
export type SystemMaker = (steps: readonly Step[]) => Promise<ConnectionSystem>;

/** How long a system may take to get where its model is: far more than it needs. */
export interface Patience {
  /** Turns of the event loop: where no socket is involved they do not depend on the machine's speed. */
  readonly turns: number;
  /** Real time. */
  readonly ms: number;
}

const PATIENCE: Patience = { turns: Number.POSITIVE_INFINITY, ms: 5000 };

const isFinal = (state: string) => state === 'closed' || state === 'failed';

function differences(system: ConnectionSystem, steps: readonly Step[]): string | undefined {
  const at = steps.at(-1)?.to ?? 'connecting';
  const [state = at] = at.split('.');
  const seen = system.observe();
  if (seen.state !== state) return `it is ${seen.state}, the model is ${at}`;
  const shouldBeInterrupted = state !== 'connecting' && state !== 'open';
  if (seen.isInterrupted !== undefined && seen.isInterrupted !== shouldBeInterrupted)
    return `its signal ${seen.isInterrupted ? 'has' : 'has not'} aborted in ${at}`;
  if (!system.doesReport) return undefined;
  if (!isFinal(state)) return seen.report === undefined ? undefined : `it has reported its end in ${at}`;
  return seen.report === undefined ? `it is ${at} and has not reported` : undefined;
}

/** Waits until the system is where the model is after these steps, and compares its report with the model's. */
export async function agree(
  system: ConnectionSystem,
  steps: readonly Step[],
  { turns, ms }: Patience = PATIENCE,
): Promise<void> {
  const until = performance.now() + ms;
  let turn = 0;
  for (let different = differences(system, steps); different !== undefined; different = differences(system, steps)) {
    if (turn === turns || performance.now() > until) throw new Error(different);
    turn += 1;
    await new Promise<void>((resolve) => setImmediate(resolve));
  }
  const { report } = system.observe();
  if (report !== undefined) expect(report).toMatchObject(expectedReport(steps));
}
