import { expect, test } from 'vitest';
import { plainOutput } from '../../../src/cli/dial/plain-output.js';
import { type Connection, explain } from '../../../src/index.js';
import { MASKED, UNMASKED } from '../../../src/inspect/redaction/masked.js';
import { DataFrame } from '../../../src/transport/frame.js';
import { withHttpResponse } from '../../../src/transport/http-response.js';
import { closeReport } from '../reports.js';
import { Page, report, reportAll } from './page.js';

const BASE64 = { binaryForm: 'base64' } as const;

test('messages go to stdout as they came, binary ones marked, all else to stderr', async () => {
  const page = new Page();
  await reportAll(plainOutput(page, 'ws://h/', BASE64));
  expect(page.printed).toBe('one\ntwo\u001b[2J\nbase64:AP8=\n');
  expect(page.noted.split('\n')).toEqual([
    '* dialing ws://h/',
    '* dialing ws://h/, attempt 3',
    '* open, speaking chat.v1',
    '* dialing again in 1.6 s',
    '* not sent, the connection was lost, so it is unknown whether the peer has it: hello',
    '* not sent, too much was waiting for the peer: a binary message of 2 bytes',
    '* /x\\x07 is no command',
    '* pong after 1.3 ms',
    '* no pong within 5 s',
    `* ${explain(report).replaceAll('\u0007', '\\x07')}`,
    '',
  ]);
});

test.each([
  ['hex', 'one\ntwo\u001b[2J\nhex:00ff\n'],
  ['raw', 'one\ntwo\u001b[2J\n\u0000\u00ff'],
] as const)('shows binary messages as %s', async (binaryForm, printed) => {
  const page = new Page();
  await reportAll(plainOutput(page, 'ws://h/', { binaryForm }));
  expect(page.printed).toBe(printed);
});

test('with a clock, each line begins with the time', async () => {
  const page = new Page();
  await reportAll(plainOutput(page, 'ws://h/', { ...BASE64, wallNow: () => Date.UTC(2030, 0, 2, 3, 4, 5, 6) }));
  const time = '2030-01-02T03:04:05.006Z ';
  expect(page.printed).toBe(`${time}one\ntwo\u001b[2J\n${time}base64:AP8=\n`);
  expect(page.noted.trimEnd().split('\n')).toHaveLength(10);
  expect(
    page.noted
      .trimEnd()
      .split('\n')
      .filter((line) => !line.startsWith(`${time}* `)),
  ).toEqual([]);
});

test('on a terminal messages are marked, and their control characters shown', async () => {
  const page = new Page(true);
  await reportAll(plainOutput(page, 'ws://h/', BASE64));
  expect(page.printed).toBe('< one\n  two\\x1b[2J\n< base64:AP8=\n');
  expect(page.noted).toContain('* open, speaking chat.v1; each line typed is sent, Ctrl-D closes\n');
});

test('on a terminal nothing is obeyed, also when lines come from elsewhere: no marks, but the same care', async () => {
  const page = new Page(false, true);
  await reportAll(plainOutput(page, 'ws://h/', BASE64));
  expect(page.printed).toBe('one\n  two\\x1b[2J\nbase64:AP8=\n');
});

test.each([
  [MASKED, ['* dialing ws://***@h/?a=***', '* open, speaking bearer***']],
  [UNMASKED, ['* dialing ws://u:p@h/?a=b', '* open, speaking bearer.x']],
])('masks its own lines, and no message', async (masking, notes) => {
  const page = new Page();
  const output = plainOutput(page, 'ws://u:p@h/?a=b', BASE64, masking);
  output.status({ type: 'dialing', attempt: 1 });
  output.status({ type: 'up', connection: { protocol: 'bearer.x' } as unknown as Connection });
  await output.frame(new DataFrame(Buffer.from('token=x'), false));
  expect(page.noted.trimEnd().split('\n')).toEqual(notes);
  expect(page.printed).toBe('token=x\n');
});

test('a refusal is shown with its header fields and body, each answer once, and nothing of it is obeyed', () => {
  const page = new Page();
  const output = plainOutput(page, 'ws://h/', BASE64);
  const refused = (body: string) =>
    withHttpResponse(closeReport({ outcome: 'failed', trigger: 'refused', httpStatus: 403 }), {
      headers: { 'x-reason': 'quota', 'set-cookie': ['a=s3cret', 'b=s3cret'] },
      body,
    });
  output.ended(refused('no more\u001b[2J\r\ntoken=s3cret\n'));
  output.ended(refused('no more\u001b[2J\r\ntoken=s3cret\n'));
  output.ended(refused(''));
  const sentence = `* ${explain(refused(''))}`;
  const fields = ['*   x-reason: quota', '*   set-cookie: ***', '*   set-cookie: ***'];
  expect(page.noted.trimEnd().split('\n')).toEqual([
    sentence,
    ...fields,
    '*',
    '*   no more\\x1b[2J',
    '*   token=***',
    sentence,
    sentence,
    ...fields,
  ]);
});
