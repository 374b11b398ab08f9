import type { AnyStateMachine } from 'xstate';
import type { StepTable } from '../src/machines/step-table.js';
import type { Stepper } from '../src/machines/stepper.js';

export function tablesOf(
  machines: readonly AnyStateMachine[],
  createStepper: (machine: AnyStateMachine) => Stepper,
): readonly StepTable[];
export function stepsFile(tables: readonly StepTable[]): string;
