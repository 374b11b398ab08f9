import { expect, test } from 'vitest';
import { Census } from '../../../../src/inspect/dashboard/counts/census.js';
import type { Dialer } from '../../../../src/supervisor/api/dialer.js';
import type { Subject } from '../../../../src/supervisor/api/observer.js';

const connection = { machine: 'connection', connection: {}, supervisor: {} } as Subject;
const dialer = { machine: 'dialer', dialer: { state: 'failed' } as Dialer, supervisor: {} } as Subject;
const step = (event: string | undefined, from: string, to: string) => ({
  event: event === undefined ? undefined : { type: event },
  from,
  to,
  effects: [],
});

function aCensus() {
  const census = new Census();
  census.isAttaching = false;
  return census;
}

test('an accepted connection has opened when it begins, a dialed one when it comes to open', () => {
  const census = aCensus();
  census.began(connection, 'open');
  census.began(connection, 'connecting');
  expect(census.opened).toBe(1);
  census.stepped(connection, step('wire.opened', 'connecting', 'open'));
  expect(census.opened).toBe(2);
});

test('connections that were there before have not opened, but stand where they stand', () => {
  const census = new Census();
  census.began(connection, 'open');
  expect([census.opened, census.toJSON().connection.states]).toEqual([0, { open: { now: 1, entered: 0 } }]);
});

test('an ended connection stands nowhere', () => {
  const census = aCensus();
  census.began(connection, 'open');
  census.stepped(connection, step('wire.closed', 'open', 'failed'));
  census.ended(connection, { outcome: 'failed' } as never);
  expect(census.toJSON().connection.states).toMatchObject({ open: { now: 0 }, failed: { now: 0, entered: 1 } });
});

test('a restarted dialer stands in one state only', () => {
  const census = aCensus();
  census.began(dialer, 'dialing');
  census.stepped(dialer, step(undefined, 'dialing', 'dialing'));
  census.stepped(dialer, step('verdict.crashed', 'dialing', 'failed'));
  census.stepped(dialer, step(undefined, 'dialing', 'dialing'));
  expect(census.toJSON().dialer.states).toMatchObject({ dialing: { now: 1 }, failed: { now: 0 } });
  census.stepped(dialer, step('stop', 'dialing', 'stopped'));
  census.ended(dialer, {} as never);
  expect(census.toJSON().dialer.states).toMatchObject({ dialing: { now: 0 }, stopped: { now: 0, entered: 1 } });
});

test('whatever may change the order of the table is a change, and a step that leads nowhere is none', () => {
  const census = aCensus();
  census.began(connection, 'open');
  census.stepped(connection, step('close', 'closing.awaitingPeer', 'closing.awaitingPeer'));
  expect(census.changes).toBe(1);
});
