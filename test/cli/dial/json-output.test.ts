import { expect, test } from 'vitest';
import { jsonOutput } from '../../../src/cli/dial/json-output.js';
import { explain } from '../../../src/index.js';
import { withHttpResponse } from '../../../src/transport/http-response.js';
import { closeReport } from '../reports.js';
import { Page, report, reportAll } from './page.js';

const objectsOf = (page: Page) =>
  page.printed
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);

test('everything goes to stdout, one object a line', async () => {
  const page = new Page();
  await reportAll(jsonOutput(page, { binaryForm: 'base64' }));
  expect(objectsOf(page)).toEqual([
    { type: 'status', status: 'dialing', attempt: 1 },
    { type: 'status', status: 'dialing', attempt: 3 },
    { type: 'status', status: 'up', connection: { id: 'c7' } },
    { type: 'status', status: 'waiting', attempt: 2, delayMs: 1_550 },
    { type: 'status', status: 'stopping' },
    { type: 'status', status: 'stopped', reason: 'normal' },
    { type: 'frame', text: 'one\ntwo\u001b[2J' },
    { type: 'frame', base64: 'AP8=' },
    { type: 'not-sent', fate: 'unknown', text: 'hello' },
    { type: 'not-sent', fate: 'dropped', base64: 'AQI=' },
    { type: 'mistake', problem: '/x\u0007 is no command' },
    { type: 'pong', latencyMs: 1.26 },
    { type: 'no-pong', withinMs: 5_000 },
    { type: 'report', sentence: explain(report), report },
  ]);
  expect(page.noted).toBe('');
});

test('shows binary messages as hex, and the time of each line', async () => {
  const page = new Page();
  await reportAll(jsonOutput(page, { binaryForm: 'hex', wallNow: () => Date.UTC(2030, 0, 2) }));
  const objects = objectsOf(page);
  expect(objects).toContainEqual({ time: '2030-01-02T00:00:00.000Z', type: 'frame', hex: '00ff' });
  expect(objects.filter(({ time }) => time !== '2030-01-02T00:00:00.000Z')).toEqual([]);
});

test('a report of a refusal has the response beside it, credentials hidden', () => {
  const page = new Page();
  const refused = withHttpResponse(closeReport({ outcome: 'failed', trigger: 'refused', httpStatus: 401 }), {
    headers: { 'www-authenticate': 'Bearer realm="x"', 'set-cookie': ['a=s3cret'] },
    body: 'password=s3cret',
  });
  jsonOutput(page, { binaryForm: 'base64' }).ended(refused);
  expect(objectsOf(page)).toMatchObject([
    { type: 'report', response: { headers: { 'set-cookie': ['***'] }, body: 'password=***' } },
  ]);
  expect(page.printed).not.toContain('s3cret');
});
