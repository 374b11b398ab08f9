import { expect, test } from 'vitest';
import type { SupervisorEffect, SupervisorMachineEvent } from '../../src/machines/index.js';
import { createStepper, supervisorMachine } from '../../src/machines/index.js';

const stepper = createStepper(supervisorMachine);

type Row = readonly [
  state: string,
  event: SupervisorMachineEvent['type'],
  next: string,
  effects: readonly SupervisorEffect[],
];

test.each<Row>([
  ['running', 'drain', 'draining', ['startDrain']],
  ['running', 'resume', 'running', []],
  ['running', 'stop', 'stopping.asked', ['stopChildren']],
  ['running', 'terminate', 'stopping.asked', ['terminateChildren', 'stopChildren']], // no child is asked to close first
  ['running', 'shutdown', 'stopping.shutDown', ['stopChildren']],
  ['running', 'child.escalated', 'stopping.escalated', ['stopChildren']],
  ['running', 'children.gone', 'running', []], // a supervisor without children is not over
  ['draining', 'drain', 'draining', []],
  ['draining', 'drained', 'stopping.asked', ['endDrain', 'stopChildren']],
  ['draining', 'resume', 'running', ['endDrain']],
  ['draining', 'stop', 'stopping.asked', ['endDrain', 'stopChildren']],
  ['draining', 'terminate', 'stopping.asked', ['endDrain', 'terminateChildren', 'stopChildren']],
  ['draining', 'shutdown', 'stopping.shutDown', ['endDrain', 'stopChildren']],
  ['draining', 'child.escalated', 'stopping.escalated', ['endDrain', 'stopChildren']],
  ['stopping.asked', 'stop', 'stopping.asked', []], // a second stop joins the first
  ['stopping.asked', 'terminate', 'stopping.asked', ['terminateChildren']],
  ['stopping.asked', 'shutdown', 'stopping.asked', []],
  ['stopping.asked', 'child.escalated', 'stopping.asked', []],
  ['stopping.asked', 'resume', 'stopping.asked', []], // a stop is not undone
  ['stopping.asked', 'drain', 'stopping.asked', []],
  ['stopping.asked', 'children.gone', 'stopped', ['exitNormal']],
  ['stopping.shutDown', 'stop', 'stopping.shutDown', []],
  ['stopping.shutDown', 'terminate', 'stopping.shutDown', ['terminateChildren']],
  ['stopping.shutDown', 'children.gone', 'stopped', ['exitShutdown']],
  ['stopping.escalated', 'stop', 'stopping.escalated', []],
  ['stopping.escalated', 'terminate', 'stopping.escalated', ['terminateChildren']],
  ['stopping.escalated', 'children.gone', 'failed', ['exitShutdown']], // as in OTP: too many restarts exit with shutdown
])('%s, %s: %s %j', (state, event, ...outcome) => {
  const { next, effects } = stepper.step(stepper.at(state), event);
  expect([next.path, effects]).toEqual(outcome);
});

test('starts running, with nothing to do', () => {
  expect(stepper.initial()).toMatchObject({ next: { path: 'running' }, effects: [] });
});
