import { expect, test } from 'vitest';
import { maskedResponse, responseLines } from '../../../src/cli/dial/refusal.js';
import { MASKED, UNMASKED } from '../../../src/inspect/redaction/masked.js';
import { withHttpResponse } from '../../../src/transport/http-response.js';
import { closeReport } from '../reports.js';

const headers = { server: 'x', 'set-cookie': ['a=1', 'b=2'], location: 'https://u:p@h/?token=t' };
const refused = withHttpResponse(closeReport(), { headers, body: 'first\r\nsecond, token=t\n\n' });

test('a report without a response shows none', () => {
  expect(maskedResponse(closeReport(), MASKED)).toEqual({});
  expect(responseLines(closeReport(), MASKED)).toEqual([]);
});

test('header fields that carry credentials are hidden, and so is what looks like a secret elsewhere', () => {
  expect(responseLines(refused, MASKED)).toEqual([
    'server: x',
    'set-cookie: ***',
    'set-cookie: ***',
    'location: https://***@h/?token=***',
    '',
    'first',
    'second, token=***',
  ]);
});

test('nothing is hidden when it is not asked for', () => {
  expect(maskedResponse(refused, UNMASKED)).toEqual({ response: { headers, body: 'first\r\nsecond, token=t\n\n' } });
});

test('an empty body adds no line', () => {
  expect(responseLines(withHttpResponse(closeReport(), { headers: { a: 'b' }, body: '\n' }), MASKED)).toEqual(['a: b']);
});
