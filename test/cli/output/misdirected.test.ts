import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { misdirected } from '../../../src/cli/output/misdirected.js';
import { MASKED } from '../../../src/inspect/redaction/masked.js';

test('a request for a host that is not served here is a line with the host, and without the values of the query', () => {
  const request = {
    url: '/healthz?token=x',
    headers: { host: 'evil.example' },
    socket: { remoteAddress: '::1' },
  } as IncomingMessage;
  const { event, level, text, fields } = misdirected(request, MASKED);
  expect({ event, level, text }).toEqual({
    event: 'request.refused',
    level: 'info',
    text: '/healthz?token=*** from ::1 with 421 (host "evil.example" is not served here; see --host-name)',
  });
  expect(fields).toMatchObject({ status: 421, why: 'host', host: 'evil.example', remoteAddress: '::1' });
});
