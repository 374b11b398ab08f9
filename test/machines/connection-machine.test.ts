import { describe, expect, test } from 'vitest';
import type { ConnectionEffect, ConnectionEvent } from '../../src/machines/index.js';
import { connectionMachine, createStepper } from '../../src/machines/index.js';

const stepper = createStepper(connectionMachine);

function step(state: string, event: ConnectionEvent['type']): readonly [string, readonly ConnectionEffect[]] {
  const { next, effects } = stepper.step(stepper.at(state), event);
  return [next.path, effects];
}

type Row = readonly [state: string, event: ConnectionEvent['type'], next: string, effects: readonly ConnectionEffect[]];

describe('opening handshake', () => {
  test.each<Row>([
    ['connecting', 'wire.opened', 'open', ['disarmDeadline', 'startHandler']],
    ['connecting', 'wire.closed', 'failed', ['disarmDeadline', 'interruptHandler']],
    ['connecting', 'wire.failed', 'failed', ['disarmDeadline', 'dropWire', 'interruptHandler']],
    ['connecting', 'deadline.open', 'failed', ['disarmDeadline', 'dropWire', 'interruptHandler']],
    ['connecting', 'close', 'closed', ['disarmDeadline', 'callOff', 'interruptHandlerOnceRead']],
    ['connecting', 'terminate', 'closed', ['disarmDeadline', 'callOff', 'interruptHandlerOnceRead']],
  ])('%s, %s: %s %j', (state, event, ...outcome) => {
    expect(step(state, event)).toEqual(outcome);
  });

  test('begins with its deadline armed', () => {
    expect(stepper.initial()).toMatchObject({ next: { path: 'connecting' }, effects: ['armOpenDeadline'] });
  });
});

describe('open', () => {
  test.each<Row>([
    ['open', 'close', 'closing.awaitingPeer', ['sendClose', 'interruptHandler', 'armCloseDeadline']],
    ['open', 'wire.closing', 'closing.crossed', ['echoClose', 'interruptHandlerOnceRead', 'armCloseDeadline']],
    ['open', 'handler.returned', 'closing.awaitingPeer', ['sendClose', 'interruptHandler', 'armCloseDeadline']],
    [
      'open',
      'handler.threw',
      'closing.awaitingPeer',
      ['keepHandlerError', 'sendClose', 'interruptHandler', 'armCloseDeadline'],
    ],
    ['open', 'wire.closed', 'failed', ['interruptHandler']],
    ['open', 'wire.failed', 'failed', ['endWire', 'interruptHandler']],
    ['open', 'liveness.lost', 'failed', ['dropWire', 'interruptHandler']],
    ['open', 'terminate', 'failed', ['dropWire', 'interruptHandler']],
  ])('%s, %s: %s %j', (state, event, ...outcome) => {
    expect(step(state, event)).toEqual(outcome);
  });

  test.each(['deadline.open', 'deadline.close', 'wire.opened'] as const)('a stray %s changes nothing', (event) => {
    expect(step('open', event)).toEqual(['open', []]);
  });
});

describe('closing handshake that awaits the peer', () => {
  test.each<Row>([
    ['closing.awaitingPeer', 'wire.closing', 'closing.crossed', []],
    ['closing.awaitingPeer', 'wire.closed', 'failed', ['disarmDeadline', 'interruptHandler']],
    ['closing.awaitingPeer', 'wire.failed', 'failed', ['disarmDeadline', 'dropWire', 'interruptHandler']],
    ['closing.awaitingPeer', 'deadline.close', 'failed', ['disarmDeadline', 'dropWire', 'interruptHandler']],
    ['closing.awaitingPeer', 'liveness.lost', 'failed', ['disarmDeadline', 'dropWire', 'interruptHandler']],
    ['closing.awaitingPeer', 'terminate', 'failed', ['disarmDeadline', 'dropWire', 'interruptHandler']],
  ])('%s, %s: %s %j', (state, event, ...outcome) => {
    expect(step(state, event)).toEqual(outcome);
  });
});

describe('closing handshake whose Close frames have crossed', () => {
  test.each<Row>([
    ['closing.crossed', 'wire.closed', 'closed', ['disarmDeadline', 'interruptHandlerOnceRead']],
    ['closing.crossed', 'wire.failed', 'closed', ['disarmDeadline', 'dropWire', 'interruptHandlerOnceRead']],
    ['closing.crossed', 'deadline.close', 'closed', ['disarmDeadline', 'dropWire', 'interruptHandlerOnceRead']],
    ['closing.crossed', 'liveness.lost', 'closed', ['disarmDeadline', 'dropWire', 'interruptHandlerOnceRead']],
    [
      'closing.crossed',
      'terminate',
      'closed',
      ['disarmDeadline', 'dropWire', 'interruptHandler', 'interruptHandlerOnceRead'],
    ],
  ])('%s, %s: %s %j', (state, event, ...outcome) => {
    expect(step(state, event)).toEqual(outcome);
  });
});

describe.each(['closing.awaitingPeer', 'closing.crossed'])('in %s the verdict stands', (state) => {
  test.each<readonly [ConnectionEvent['type'], readonly ConnectionEffect[]]>([
    ['close', []],
    ['handler.returned', []],
    ['handler.threw', ['keepHandlerError']],
    ['deadline.open', []],
  ])('after %s, with effects %j', (event, effects) => {
    expect(step(state, event)).toEqual([state, effects]);
  });
});

test('arms the closing deadline once, and does not start it again when the Close frames cross', () => {
  expect(step('closing.awaitingPeer', 'wire.closing')[1]).not.toContain('armCloseDeadline');
});

test('sends no second Close', () => {
  const afterClosing = ['closing.awaitingPeer', 'closing.crossed', 'closed', 'failed'];
  const events: ConnectionEvent['type'][] = ['close', 'handler.returned', 'handler.threw', 'wire.closing'];
  const effects = afterClosing.flatMap((state) => events.flatMap((event) => step(state, event)[1]));
  expect(effects).not.toContain('sendClose');
  expect(effects).not.toContain('echoClose');
});
