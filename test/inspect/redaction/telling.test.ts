import { expect, test } from 'vitest';
import { aboutEvent, factsOf } from '../../../src/inspect/redaction/telling.js';
import { aReport } from '../../support/reports.js';

const SECRET = 'hunter2 secret';

test.each([
  [{ type: 'close', code: 4001, reason: SECRET, trigger: 'close-called' }, 'close-called 4001'],
  [{ type: 'wire.closing', received: { code: 1001, reason: SECRET } }, '1001'],
  [{ type: 'wire.closed', end: { kind: 'refused', httpStatus: 503, cause: new Error(SECRET) } }, 'refused 503'],
  [{ type: 'wire.failed', fault: 'too-big', cause: new Error(SECRET) }, 'too-big'],
  [{ type: 'wire.opened', protocol: SECRET }, ''],
  [{ type: 'handler.threw', error: { code: SECRET, kind: { nested: 1 } } }, ''],
])('of the event %j it shows %j', (event, about) => {
  expect(aboutEvent(event)).toBe(about);
});

test('of a note it shows numbers, words of ours, and of a report its trigger and code', () => {
  const report = aReport({ reason: SECRET, code: 4001 });
  const note = { type: 'dialer.judged', verdict: 'retry', delayMs: 500, report, error: SECRET };
  expect(factsOf(note)).toEqual({ verdict: 'retry', delayMs: 500, trigger: 'peer-closed', code: 4001 });
  expect(factsOf({ type: 'dial.begun', attempt: 1, connectionId: 'c12' })).toEqual({ attempt: 1, connectionId: 'c12' });
});
