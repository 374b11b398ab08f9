import { afterEach, expect, test, vi } from 'vitest';
import { UnheardThrows, warn } from '../../../src/supervisor/reporting/process-warning.js';
import { EndedError } from '../../../src/transport/errors.js';
import { closeReport } from '../../cli/reports.js';

afterEach(() => void vi.restoreAllMocks());

function detailOf(error: unknown): string | undefined {
  const emitWarning = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  warn('WIREKEEPER_HANDLER_THREW', 'a message', error);
  const [, options] = emitWarning.mock.calls[0] ?? [];
  return (options as { readonly detail?: string } | undefined)?.detail;
}

function thrownBy(code: () => unknown): unknown {
  try {
    return code();
  } catch (error) {
    return error;
  }
}

test('the detail is the error with its stack', () => {
  expect(detailOf(new TypeError('x is not a function'))).toMatch(
    /^TypeError: x is not a function\n +at .*process-warning/,
  );
});

test.each([
  ['what JSON.parse quotes of a message', thrownBy(() => JSON.parse('s3cret and more'))],
  ['a message that was thrown', 's3cret'],
  [
    'the reason of a close',
    new EndedError('the peer closed with 4001 "s3cret"', { report: closeReport({ reason: 's3cret' }) }),
  ],
])('the detail does not show %s', (_what, error) => {
  expect(detailOf(error)).not.toContain('s3cret');
  expect(detailOf(error)).not.toBe('');
});

test('no error, no detail', () => {
  expect(detailOf(undefined)).toBeUndefined();
});

test.each([
  [true, 1],
  [false, 0],
])('handlers that throw unheard are warned of once, if at all: %s', (warns, times) => {
  const emitWarning = vi.spyOn(process, 'emitWarning').mockImplementation(() => {});
  const unheard = new UnheardThrows(warns);
  unheard.threw(closeReport({ childId: 'chat', trigger: 'handler-threw', cause: new Error('a bug') }));
  unheard.threw(closeReport({ childId: 'chat', trigger: 'handler-threw', cause: new Error('a bug') }));
  expect(emitWarning).toHaveBeenCalledTimes(times);
});
