import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CloseReport } from '../../src/transport/close-report.js';
import { isCloseCode, isUnexpectedClose } from '../../src/transport/predicates.js';
import { aReport } from '../support/reports.js';

const looselyEchoed = aReport({
  trigger: 'close-called',
  startedBy: 'local',
  code: 4001,
  reason: 'token stale',
  sent: { code: 4001, reason: 'token stale' },
  received: { code: 1000, reason: '' },
});

describe.each<[string, CloseReport, readonly number[], boolean, boolean]>([
  // report                                                    codes         is one of them, is unexpected
  //
  ['a close by the peer', aReport({ code: 1001 }), [1000, 1001], true, false],
  ['a close by the peer, with another code', aReport({ code: 1008 }), [1000, 1001], false, true],
  ['a close whose code the peer echoed as 1000', looselyEchoed, [4001], true, false],
  ['the code of a loose echo', looselyEchoed, [1000], false, true],
  ['a Close without a code', aReport({ code: 1005 }), [1005], true, false],
  [
    'a loss of the connection',
    aReport({ outcome: 'failed', trigger: 'socket-error', startedBy: 'network' }),
    [1006],
    true,
    false,
  ],
  [
    'a loss of the connection, not expected',
    aReport({ outcome: 'failed', trigger: 'socket-ended', startedBy: 'network' }),
    [1000],
    false,
    true,
  ],
  ['a handler that threw', aReport({ trigger: 'handler-threw', startedBy: 'local', code: 1011 }), [1000], false, true],
  ['no codes at all', aReport({ code: 1000 }), [], false, true],
  [
    'a dial that never opened',
    aReport({ phase: 'connecting', trigger: 'refused', httpStatus: 503 }),
    [1000],
    false,
    false,
  ],
  [
    'a dial that never opened, for 1006',
    aReport({ phase: 'connecting', trigger: 'dial-failed' }),
    [1006],
    false,
    false,
  ],
])('%s', (_, report, codes, isOne, isUnexpected) => {
  test(`ends with one of [${codes.join()}]: ${isOne}`, () => {
    expect(isCloseCode(report, ...codes)).toBe(isOne);
  });

  test(`is unexpected where [${codes.join()}] is expected: ${isUnexpected}`, () => {
    expect(isUnexpectedClose(report, ...codes)).toBe(isUnexpected);
  });
});

test('a connection that was open ended either as expected or not, and one that never was did neither', () => {
  const codes = fc.integer({ min: 1000, max: 1015 });
  fc.assert(
    fc.property(codes, fc.array(codes), fc.constantFrom('open', 'connecting' as const), (code, expected, phase) => {
      const report = aReport({ code, phase });
      const verdicts = [isCloseCode(report, ...expected), isUnexpectedClose(report, ...expected)];
      expect(verdicts.filter(Boolean)).toHaveLength(phase === 'open' ? 1 : 0);
    }),
  );
});
