import { expect, test } from 'vitest';
import { shownEvent } from '../../../src/inspect/xstate/shown-event.js';

test.each([
  [{ type: 'stop' }, { type: 'stop' }],
  [
    { type: 'close', code: 4001, reason: 's3cret', trigger: 'close-called' },
    { type: 'close', code: 4001, reason: '***', trigger: 'close-called' },
  ],
  [
    { type: 'wire.opened', protocol: 's3cret', remoteAddress: '127.0.0.1' },
    { type: 'wire.opened', protocol: '***', remoteAddress: '127.0.0.1' },
  ],
  [
    { type: 'wire.closing', received: { code: 1000, reason: 's3cret' } },
    { type: 'wire.closing', received: { code: 1000, reason: '***' } },
  ],
  [
    { type: 'wire.failed', fault: 'too-big', sent: { code: 1009, reason: '' }, cause: new RangeError('s3cret') },
    { type: 'wire.failed', fault: 'too-big', sent: { code: 1009, reason: '' }, cause: { name: 'RangeError' } },
  ],
  [
    { type: 'wire.closed', end: { kind: 'refused', httpStatus: 401, unconfirmed: { frames: 0, bytes: 0 } } },
    { type: 'wire.closed', end: { kind: 'refused', httpStatus: 401, unconfirmed: { frames: 0, bytes: 0 } } },
  ],
  [
    { type: 'handler.threw', error: 's3cret' },
    { type: 'handler.threw', error: '***' },
  ],
  [
    { type: 'handler.threw', error: new Error('s3cret', { cause: 's3cret' }) },
    { type: 'handler.threw', error: { name: 'Error' } },
  ],
  [
    { type: 'redial', reason: 's3cret' },
    { type: 'redial', reason: '***' },
  ],
  [
    { type: 'overlap', reason: 's3cret', code: 4000, url: 'wss://example.com/?token=s3cret' },
    { type: 'overlap', reason: '***', code: 4000, url: '***' },
  ],
])('%o is shown without what anybody has written', (event, shown) => {
  expect(shownEvent(event)).toEqual(shown);
});
