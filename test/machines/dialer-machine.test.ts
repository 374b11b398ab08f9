import { describe, expect, test } from 'vitest';
import type { DialerEffect, DialerEvent } from '../../src/machines/index.js';
import { createStepper, dialerMachine } from '../../src/machines/index.js';

const stepper = createStepper(dialerMachine);

/** Follows events from the start; the state they lead to, and the last one's effects. */
function follow(...events: DialerEvent['type'][]): readonly [string, readonly DialerEffect[]] {
  const { next, effects } = events.reduce((before, event) => stepper.step(before.next, event), stepper.initial());
  return [next.path, effects];
}

test('begins by dialing', () => {
  expect(follow()).toEqual(['dialing', ['startDial']]);
});

type Row = readonly [events: readonly DialerEvent['type'][], state: string, effects: readonly DialerEffect[]];

describe('an attempt', () => {
  test.each<Row>([
    [['dial.opened'], 'up', []],
    [['dial.failed'], 'waiting.verdict', ['judge']],
    [['redial'], 'dialing', []],
    [['stop'], 'stopping.asked', ['callOffDial']],
    [['shutdown'], 'stopping.shutDown', ['callOffDial']],
  ])('%j: %s %j', (events, ...outcome) => {
    expect(follow(...events)).toEqual(outcome);
  });
});

describe('a connection that is up', () => {
  test.each<Row>([
    [['connection.ended'], 'waiting.verdict', ['judge']],
    [['redial'], 'dialing', ['retireConnection', 'startDial']],
    [['redial', 'redial'], 'dialing', []],
    [['redial', 'stop'], 'stopping.asked', ['callOffDial']],
    [['redial', 'shutdown'], 'stopping.shutDown', ['callOffDial']],
    [['redial', 'dial.opened', 'redial'], 'dialing', ['retireConnection', 'startDial']],
    [['stop'], 'stopping.asked', ['closeConnection']],
    [['shutdown'], 'stopping.shutDown', ['closeConnection']],
  ])('%j: %s %j', (events, ...outcome) => {
    expect(follow('dial.opened', ...events)).toEqual(outcome);
  });
});

describe('an attempt beside a connection that is up', () => {
  test.each<Row>([
    [[], 'overlapping.dialing', ['startDial']],
    [['overlap'], 'overlapping.dialing', []],
    [['dial.opened'], 'up', ['retireConnection']],
    [['dial.failed'], 'overlapping.verdict', ['judge']],
    // The attempt goes on as the ordinary one.
    [['connection.ended'], 'dialing', ['startDial']],
    [['connection.ended', 'dial.opened'], 'up', []],
    [['connection.ended', 'dial.failed'], 'waiting.verdict', ['judge']],
    [['connection.decided'], 'up', ['retireDial']],
    [['connection.decided', 'connection.ended'], 'waiting.verdict', ['judge']],
    [['redial'], 'dialing', ['retireConnection', 'startDial']],
    [['stop'], 'stopping.asked', ['retireDial', 'closeConnection']],
    [['shutdown'], 'stopping.shutDown', ['retireDial', 'closeConnection']],
    [['stop', 'connection.ended'], 'stopped', ['exitNormal']],
    [['shutdown', 'connection.ended'], 'stopped', ['exitShutdown']],
  ])('%j: %s %j', (events, ...outcome) => {
    expect(follow('dial.opened', 'overlap', ...events)).toEqual(outcome);
  });

  test('is made when the connection reaches its greatest age, too', () => {
    expect(follow('dial.opened', 'deadline.age')).toEqual(['overlapping.dialing', ['startDial']]);
  });

  test.each<Row>([
    [['verdict.retry'], 'overlapping.backoff', ['armBackoff']],
    [['verdict.stop'], 'up', []],
    // The policy has thrown.
    [['verdict.crashed'], 'failed', ['retireConnection', 'exitAbnormal']],
    [['connection.ended'], 'waiting.verdict', ['judge']],
    [['stop'], 'stopping.asked', ['retireDial', 'closeConnection']],
  ])('has failed, %j: %s %j', (events, ...outcome) => {
    expect(follow('dial.opened', 'overlap', 'dial.failed', ...events)).toEqual(outcome);
  });

  test.each<Row>([
    [['deadline.backoff'], 'overlapping.dialing', ['disarmBackoff', 'startDial']],
    [['overlap'], 'overlapping.dialing', ['disarmBackoff', 'startDial']],
    [['deadline.backoff', 'dial.opened'], 'up', ['retireConnection']],
    [['connection.ended'], 'waiting.verdict', ['disarmBackoff', 'judge']],
    [['connection.decided'], 'up', ['disarmBackoff', 'retireDial']],
    [['redial'], 'dialing', ['disarmBackoff', 'retireConnection', 'startDial']],
    [['stop'], 'stopping.asked', ['disarmBackoff', 'retireDial', 'closeConnection']],
    [['shutdown'], 'stopping.shutDown', ['disarmBackoff', 'retireDial', 'closeConnection']],
  ])('waits, %j: %s %j', (events, ...outcome) => {
    expect(follow('dial.opened', 'overlap', 'dial.failed', 'verdict.retry', ...events)).toEqual(outcome);
  });

  test.each<readonly [readonly DialerEvent['type'][], string]>([
    [[], 'dialing'],
    [['dial.failed', 'verdict.retry'], 'dialing'],
    [['stop'], 'stopping.asked'],
  ])('is an ordinary one where there is no connection, after %j: %s', (events, state) => {
    expect(follow(...events, 'overlap')[0]).toBe(state);
  });
});

describe.each(['dial.failed', 'connection.ended'] as const)('the verdict on %s', (ending) => {
  const judged = ending === 'dial.failed' ? [ending] : (['dial.opened', ending] as const);
  test.each<Row>([
    [['verdict.retry'], 'waiting.backoff', ['armBackoff']],
    [['verdict.stop'], 'stopped', ['exitShutdown']],
    [['verdict.finished'], 'stopped', ['exitNormal']],
    [['verdict.crashed'], 'failed', ['exitAbnormal']],
    // A retry policy that gives orders instead of answering is obeyed, and its answer comes too late.
    [['redial'], 'dialing', ['startDial']],
    [['redial', 'verdict.retry'], 'dialing', []],
    [['stop'], 'stopped', ['exitNormal']],
    [['shutdown'], 'stopped', ['exitShutdown']],
  ])('%j: %s %j', (events, ...outcome) => {
    expect(follow(...judged, ...events)).toEqual(outcome);
  });
});

describe('the wait before the next attempt', () => {
  test.each<Row>([
    [['deadline.backoff'], 'dialing', ['disarmBackoff', 'startDial']],
    [['redial'], 'dialing', ['disarmBackoff', 'startDial']],
    [['stop'], 'stopped', ['disarmBackoff', 'exitNormal']],
    [['shutdown'], 'stopped', ['disarmBackoff', 'exitShutdown']],
  ])('%j: %s %j', (events, ...outcome) => {
    expect(follow('dial.failed', 'verdict.retry', ...events)).toEqual(outcome);
  });
});

describe('stopping', () => {
  test.each<Row>([
    [['stop', 'dial.failed'], 'stopped', ['exitNormal']],
    [['shutdown', 'dial.failed'], 'stopped', ['exitShutdown']],
    [['dial.opened', 'stop', 'connection.ended'], 'stopped', ['exitNormal']],
    [['dial.opened', 'shutdown', 'connection.ended'], 'stopped', ['exitShutdown']],
    [['stop', 'dial.opened'], 'stopping.asked', ['closeConnection']],
    [['stop', 'dial.opened', 'connection.ended'], 'stopped', ['exitNormal']],
  ])('%j: %s %j', (events, ...outcome) => {
    expect(follow(...events)).toEqual(outcome);
  });

  test.each(['redial', 'stop', 'shutdown', 'verdict.retry', 'deadline.backoff'] as const)(
    'is not turned back by %s, and its exit stays normal',
    (event) => {
      expect(follow('stop', event)).toEqual(['stopping.asked', []]);
    },
  );
});

test('never dials while a connection of its own is up, unless it leaves that one or overlaps', () => {
  for (const state of ['up', 'stopping.asked', 'stopping.shutDown']) {
    for (const event of [
      'dial.opened',
      'dial.failed',
      'verdict.retry',
      'deadline.backoff',
      'redial',
      'stop',
    ] as const) {
      const { effects } = stepper.step(stepper.at(state), event);
      expect(effects.includes('startDial'), `${state}: ${event}`).toBe(effects.includes('retireConnection'));
    }
  }
});
