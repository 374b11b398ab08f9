import { describe, expect, test } from 'vitest';
import { type StepTable, tableStepper } from '../../src/machines/step-table.js';

describe('a stepper of a table', () => {
  const doors: StepTable<'shut' | 'ajar' | 'gone', 'light' | 'alarm'> = {
    id: 'door',
    initial: ['shut'],
    states: {
      shut: { open: ['ajar.dark', 'light', 'alarm'] },
      'ajar.dark': { close: ['shut'], take: ['gone'] },
      gone: 'final',
    },
  };
  const stepper = tableStepper(doors);

  test('has one object for a state, however it was reached', () => {
    const { next } = stepper.step(stepper.at('shut'), 'open');
    expect(next).toBe(stepper.at('ajar.dark'));
    expect(stepper.step(next, 'close').next).toBe(stepper.initial().next);
  });

  test('names a state by its first part as well, and knows final ones', () => {
    expect(stepper.at('ajar.dark')).toMatchObject({ path: 'ajar.dark', name: 'ajar', isFinal: false });
    expect(stepper.at('gone')).toMatchObject({ path: 'gone', name: 'gone', isFinal: true });
  });

  test('stays where it is, without effects, at an event that a state does not take', () => {
    const shut = stepper.at('shut');
    expect(stepper.step(shut, 'close')).toEqual({ next: shut, effects: [] });
    expect(stepper.step(shut, 'close')).toBe(stepper.step(shut, 'close'));
    const gone = stepper.at('gone');
    expect(stepper.step(gone, 'open')).toEqual({ next: gone, effects: [] });
  });

  test.each(['nowhere', 'ajar', 'ajar.nowhere', ''])('refuses a path that the table does not have: "%s"', (path) => {
    expect(() => stepper.at(path)).toThrow(`door has no state ${path}`);
  });

  test('refuses a table that leads to a state it does not have', () => {
    expect(() => tableStepper({ ...doors, states: { shut: { open: ['ajar.dark'] } } })).toThrow('ajar.dark');
  });
});
