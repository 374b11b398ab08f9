import { expect, test } from 'vitest';
import type { CloseReport } from 'wirekeeper';
import { closeOf, errorOf, receivedClose, refusalOf } from '../../../src/adapters/ws/endings.js';

const report = (parts: Partial<CloseReport>): CloseReport => ({ phase: 'open', ...parts }) as CloseReport;
const cause = Object.assign(new Error('cause'), { code: 'CODE' });

test('the code of close is that of the Close received, or 1006', () => {
  expect(receivedClose({ received: { code: 4000, reason: 'why' } })).toEqual({
    code: 4000,
    reason: Buffer.from('why'),
  });
  expect(receivedClose({})).toEqual({ code: 1006, reason: Buffer.alloc(0) });
});

test.each([
  ['a fault of the peer', { trigger: 'protocol-error', cause }, 'cause'],
  ['a fault of the peer while it closes', { trigger: 'close-called', endedBy: 'too-big', cause }, 'cause'],
  ['a reset', { trigger: 'socket-error', cause }, undefined],
  ['a lost peer', { trigger: 'liveness-lost' }, undefined],
  ['a handler that threw', { trigger: 'handler-threw', cause }, undefined],
  ['a refusal', { phase: 'connecting', trigger: 'refused', httpStatus: 401, cause }, 'Unexpected server response: 401'],
  [
    'too many redirects',
    { phase: 'connecting', trigger: 'refused', cause: Object.assign(new Error(), { code: 'ERR_TOO_MANY_REDIRECTS' }) },
    'Maximum redirects exceeded',
  ],
  ['a dial that takes too long', { phase: 'connecting', trigger: 'open-deadline' }, 'Opening handshake has timed out'],
  ['a dial that fails', { phase: 'connecting', trigger: 'dial-failed', cause }, 'cause'],
  [
    'a dial that is called off',
    { phase: 'connecting', trigger: 'called-off' },
    'WebSocket was closed before the connection was established',
  ],
] as const)('the error of %s', (_what, parts, message) => {
  expect(errorOf(report(parts))?.message).toBe(message);
});

test('a refusal has its status with the phrase for it, header fields, and body', async () => {
  const refusal = refusalOf(
    report({ trigger: 'refused', httpStatus: 403, httpResponse: { headers: { 'x-why': 'test' }, body: 'go away' } }),
  );
  expect(refusal).toMatchObject({ statusCode: 403, statusMessage: 'Forbidden', headers: { 'x-why': 'test' } });
  expect(String((await refusal?.toArray())?.[0])).toBe('go away');
  expect(refusalOf(report({ trigger: 'dial-failed' }))).toBeUndefined();
});

test('a reason is text, or bytes, whose faults are replaced', () => {
  expect(closeOf(4000, new Uint8Array([111, 107])).reason).toBe('ok');
  expect(closeOf(4000, Buffer.from([0xff])).reason).toBe('\ufffd');
  // In bytes it has room, but not as text: that was found when the socket was closing already, and it never closed.
  expect(() => closeOf(4000, Buffer.alloc(42, 0xff))).toThrow(RangeError);
  for (const odd of [5, {}, [], Symbol('reason')]) expect(closeOf(4000, odd as never).reason).toBe('');
  for (const wrong of [null, [1], new Uint16Array(1)]) expect(() => closeOf(4000, wrong as never)).toThrow(TypeError);
});

test('a Close without a code is empty, and 1010 is for clients', () => {
  expect(closeOf(undefined)).toEqual({ code: 1005, reason: '' });
  expect(closeOf(4000, Buffer.from('why'))).toEqual({ code: 4000, reason: 'why' });
  expect(closeOf(1010, '', 'dialed').code).toBe(1010);
  expect(() => closeOf(1010, '', 'accepted')).toThrow(TypeError);
  expect(() => closeOf(1000, 'é'.repeat(62))).toThrow(RangeError);
});
