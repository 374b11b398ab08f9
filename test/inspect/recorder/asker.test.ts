import { expect, test } from 'vitest';
import { askerOf } from '../../../src/inspect/recorder/asker.js';

test.each([
  ['connection', undefined, 'supervisor'],
  ['connection', { type: 'wire.opened' }, 'peer'],
  ['connection', { type: 'wire.closing' }, 'peer'],
  ['connection', { type: 'wire.failed' }, 'peer'],
  ['connection', { type: 'wire.closed', end: { kind: 'refused' } }, 'peer'],
  ['connection', { type: 'wire.closed', end: { kind: 'socket-error' } }, 'network'],
  ['connection', { type: 'deadline.open' }, 'clock'],
  ['connection', { type: 'deadline.close' }, 'clock'],
  ['connection', { type: 'liveness.lost' }, 'clock'],
  ['connection', { type: 'handler.returned' }, 'handler'],
  ['connection', { type: 'handler.threw' }, 'handler'],
  ['connection', { type: 'close', trigger: 'close-called' }, 'user'],
  ['connection', { type: 'close', trigger: 'idle' }, 'clock'],
  ['connection', { type: 'close', trigger: 'expired' }, 'clock'],
  ['connection', { type: 'close', trigger: 'slow-handler' }, 'clock'],
  ['connection', { type: 'close', trigger: 'slow-peer' }, 'supervisor'],
  ['connection', { type: 'close', trigger: 'drained' }, 'supervisor'],
  ['connection', { type: 'terminate', trigger: 'terminated' }, 'user'],
  ['connection', { type: 'terminate', trigger: 'supervisor-stopped' }, 'supervisor'],
  ['dialer', { type: 'redial' }, 'user'],
  ['dialer', { type: 'overlap' }, 'user'],
  ['dialer', { type: 'deadline.age' }, 'clock'],
  ['dialer', { type: 'connection.decided' }, 'handler'],
  ['dialer', { type: 'dial.failed' }, 'network'],
  ['dialer', { type: 'deadline.backoff' }, 'clock'],
  ['dialer', { type: 'shutdown' }, 'supervisor'],
  ['dialer', { type: 'verdict.crashed' }, 'handler'],
  ['supervisor', { type: 'drain' }, 'user'],
  ['supervisor', { type: 'children.gone' }, 'supervisor'],
  ['supervisor', { type: 'an event of another version' }, 'supervisor'],
] as const)('of a %s, %j: the %s asked', (machine, event, asker) => {
  expect(askerOf(machine, event)).toBe(asker);
});
