import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CloseReport, CloseTrigger, EndedBy } from '../../src/transport/close-report.js';
import { explain } from '../../src/transport/explain.js';
import { errorFrom } from '../../src/transport/thrown.js';
import { ODD_VALUES } from '../support/odd-values.js';
import { aReport } from '../support/reports.js';

/** An error as Node makes them of a failed system call. */
function systemError(message: string, errno: number, code: string, syscall: string): Error {
  return Object.assign(new Error(message), { errno, code, syscall });
}

const reset = systemError('read ECONNRESET', -104, 'ECONNRESET', 'read');
const refused = systemError('connect ECONNREFUSED 192.0.2.1:443', -111, 'ECONNREFUSED', 'connect');
const boom = new TypeError('boom');

const ours = (overrides: Partial<CloseReport>) =>
  aReport({ startedBy: 'local', trigger: 'close-called', ...overrides });
const lost = (overrides: Partial<CloseReport>) => aReport({ outcome: 'failed', startedBy: 'network', ...overrides });
const neverOpened = (overrides: Partial<CloseReport>) =>
  aReport({ phase: 'connecting', startedBy: 'local', ...overrides });

/** Failed by this side with a Close frame that nobody waits to have answered. */
function faulted(trigger: CloseTrigger, code: number): CloseReport {
  return ours({ outcome: 'failed', trigger, code, sent: { code, reason: '' } });
}

/** Closed by this side with 4001, and cut short before the peer's Close came. */
function cutShort(endedBy: EndedBy, overrides: Partial<CloseReport> = {}): CloseReport {
  const close = { code: 4001, reason: 'token stale' };
  return ours({ outcome: 'failed', endedBy, ...close, sent: close, ...overrides });
}

const BY_TRIGGER: Readonly<Record<CloseTrigger, readonly [CloseReport, string]>> = {
  'close-called': [
    ours({ trigger: 'close-called', reason: 'bye' }),
    'This side closed the connection with 1000 (normal closure) and the reason "bye"; both Close frames crossed; see RFC 6455 section 7.1.2.',
  ],
  'handler-returned': [
    ours({ trigger: 'handler-returned' }),
    'The handler returned, so this side closed the connection with 1000 (normal closure); both Close frames crossed; see RFC 6455 section 7.1.2.',
  ],
  'handler-threw': [
    ours({ trigger: 'handler-threw', code: 1011, cause: boom, handlerError: boom }),
    'The handler threw, so this side closed the connection with 1011 (internal error); both Close frames crossed; error: TypeError: boom; ' +
      'see RFC 6455 section 7.1.2.',
  ],
  'peer-closed': [
    aReport({ trigger: 'peer-closed', code: 1001, reason: 'page left' }),
    'The peer closed the connection with 1001 (going away) and the reason "page left"; both Close frames crossed; see RFC 6455 section 5.5.1.',
  ],
  refused: [
    neverOpened({
      trigger: 'refused',
      startedBy: 'peer',
      httpStatus: 503,
      retryAfterMs: 5000,
      cause: new Error('answered with 503'),
    }),
    'The server refused the opening handshake with HTTP 503; the peer advises to come back after 5000 ms; see RFC 6455 section 4.1.',
  ],
  'proxy-refused': [
    neverOpened({
      trigger: 'proxy-refused',
      startedBy: 'network',
      httpStatus: 407,
      cause: new Error('the proxy http://proxy:3128 answered CONNECT with 407'),
    }),
    'The proxy, not the server, refused with HTTP 407; see RFC 6455 section 4.1.',
  ],
  'dial-failed': [
    neverOpened({ trigger: 'dial-failed', startedBy: 'network', cause: refused }),
    'No opening handshake could be made; error: connect ECONNREFUSED 192.0.2.1:443 (errno -111); see RFC 6455 section 4.1.',
  ],
  'called-off': [
    neverOpened({ trigger: 'called-off', outcome: 'closed' }),
    'The dial was called off before it opened; see RFC 6455 section 7.2.1.',
  ],
  'open-deadline': [
    neverOpened({ trigger: 'open-deadline' }),
    'The opening handshake did not end in time, so this side gave it up; see RFC 6455 section 7.2.1.',
  ],
  'ready-deadline': [
    ours({ trigger: 'ready-deadline', code: 3008, reason: 'not ready in time' }),
    'The handler did not call ready in time, so this side closed the connection with 3008 (timeout) and the reason "not ready in time"; ' +
      'both Close frames crossed; see RFC 6455 section 7.1.2.',
  ],
  'liveness-lost': [
    lost({ trigger: 'liveness-lost', lastHeardAt: 1_000, endedAt: 41_000 }),
    'A Ping went unanswered for too long, so this side dropped TCP without a Close frame (1006, abnormal closure); ' +
      'the peer was last heard 40000 ms before the end; see RFC 6455 section 5.5.2.',
  ],
  idle: [
    ours({ trigger: 'idle' }),
    'No data frame had passed for too long, so this side closed the connection with 1000 (normal closure); both Close frames crossed; ' +
      'see RFC 6455 section 7.1.2.',
  ],
  quiet: [
    ours({ trigger: 'quiet', code: 1008 }),
    'The peer had sent no data frame for too long, so this side closed the connection with 1008 (policy violation); ' +
      'both Close frames crossed; see RFC 6455 section 7.1.2.',
  ],
  expired: [
    ours({ trigger: 'expired', code: 3000 }),
    'The credential given at the opening handshake had ended, so this side closed the connection with 3000 (unauthorized); ' +
      'both Close frames crossed; see RFC 6455 section 7.1.2.',
  ],
  'slow-peer': [
    ours({ trigger: 'slow-peer', code: 1013, unconfirmed: { frames: 12, bytes: 4096 } }),
    'The peer did not read what was waiting for it, so this side closed the connection with 1013 (try again later); both Close frames crossed; ' +
      '12 frames of 4096 bytes in all are not known to have been read; see RFC 6455 section 7.1.2.',
  ],
  'slow-handler': [
    ours({ trigger: 'slow-handler', code: 1011 }),
    'The handler left received frames waiting for too long, so this side closed the connection with 1011 (internal error); ' +
      'both Close frames crossed; see RFC 6455 section 7.1.2.',
  ],
  'frame-deadline': [
    ours({ trigger: 'frame-deadline', code: 1008 }),
    'A message had not come completely in time, so this side closed the connection with 1008 (policy violation); ' +
      'both Close frames crossed; see RFC 6455 section 10.4.',
  ],
  'too-fast': [
    ours({ trigger: 'too-fast', code: 1008 }),
    'The peer sent too much in each second, so this side closed the connection with 1008 (policy violation); ' +
      'both Close frames crossed; see RFC 6455 section 10.4.',
  ],
  memory: [
    ours({ trigger: 'memory', code: 1013 }),
    'All connections together held too much, and this one held the most, ' +
      'so this side closed the connection with 1013 (try again later); ' +
      'both Close frames crossed; see RFC 6455 section 10.4.',
  ],
  'protocol-error': [
    {
      ...faulted('protocol-error', 1002),
      cause: Object.assign(new RangeError('invalid opcode 5'), { code: 'WS_ERR_INVALID_OPCODE' }),
    },
    'The peer broke the protocol, so this side failed the connection with 1002 (protocol error); no Close came back; ' +
      'error: RangeError: invalid opcode 5 (WS_ERR_INVALID_OPCODE); see RFC 6455 section 7.1.7.',
  ],
  'too-big': [
    faulted('too-big', 1009),
    'The peer sent a message that is too big, so this side failed the connection with 1009 (message too big); no Close came back; ' +
      'see RFC 6455 section 10.4.',
  ],
  limit: [
    faulted('limit', 1008),
    'The peer sent a message in too many fragments, so this side failed the connection with 1008 (policy violation); no Close came back; ' +
      'see RFC 6455 section 10.4.',
  ],
  'socket-error': [
    lost({ trigger: 'socket-error', cause: reset }),
    'TCP failed without a Close frame (1006, abnormal closure); error: read ECONNRESET (errno -104); see RFC 6455 section 7.1.5.',
  ],
  'socket-ended': [
    lost({ trigger: 'socket-ended', cause: new Error('TCP was ended by the peer') }),
    'The peer ended TCP without a Close frame (1006, abnormal closure); see RFC 6455 section 7.1.5.',
  ],
  terminated: [
    ours({ outcome: 'failed', trigger: 'terminated' }),
    'Terminate was called, so this side dropped TCP without a Close frame (1006, abnormal closure); see RFC 6455 section 7.1.1.',
  ],
  drained: [
    ours({ trigger: 'drained', code: 1012, reason: 'retry-after-ms=8123' }),
    'A drain was under way, so this side closed the connection with 1012 (service restart) and the reason "retry-after-ms=8123"; ' +
      'both Close frames crossed; see RFC 6455 section 7.1.2.',
  ],
  'supervisor-stopped': [
    ours({ trigger: 'supervisor-stopped', code: 1001 }),
    'Its supervisor, listener, or dialer stopped, so this side closed the connection with 1001 (going away); both Close frames crossed; ' +
      'see RFC 6455 section 7.1.2.',
  ],
};

test.each(Object.entries(BY_TRIGGER))('explains %s', (trigger, [report, sentence]) => {
  expect(report.trigger).toBe(trigger);
  expect(explain(report)).toBe(sentence);
});

const CLOSED_4001 =
  'This side closed the connection with 4001 (private to the application) and the reason "token stale"';

test.each<[string, CloseReport, string]>([
  [
    'that the peer answered with a code of its own',
    ours({ code: 4001, received: { code: 1000, reason: '' } }),
    "This side closed the connection with 4001 (private to the application); both Close frames crossed, the peer's with 1000 (normal closure); " +
      'see RFC 6455 section 7.1.2.',
  ],
  [
    'that the peer answered with a reason of its own',
    ours({ received: { code: 1000, reason: 'likewise' } }),
    "This side closed the connection with 1000 (normal closure); both Close frames crossed, the peer's with 1000 (normal closure) and the reason " +
      '"likewise"; see RFC 6455 section 7.1.2.',
  ],
  [
    'that the peer answered with an empty Close',
    ours({ code: 4001, received: { code: 1005, reason: '' } }),
    "This side closed the connection with 4001 (private to the application); both Close frames crossed, the peer's without a code " +
      '(1005, no status received); see RFC 6455 section 7.1.2.',
  ],
  [
    'nothing of a reason that the peer dropped in its answer',
    ours({ reason: 'bye', received: { code: 1000, reason: '' } }),
    'This side closed the connection with 1000 (normal closure) and the reason "bye"; both Close frames crossed; see RFC 6455 section 7.1.2.',
  ],
  [
    "that this side's Close, sent at the same time, had another code",
    aReport({ code: 4002, sent: { code: 4001, reason: '' } }),
    "The peer closed the connection with 4002 (private to the application); both Close frames crossed, this side's with 4001 " +
      '(private to the application); see RFC 6455 section 5.5.1.',
  ],
  [
    'that the peer closed without a code',
    aReport({ code: 1005 }),
    'The peer closed the connection without a code (1005, no status received); both Close frames crossed; see RFC 6455 section 5.5.1.',
  ],
  [
    "that the peer's Close could not be answered",
    aReport({ outcome: 'failed', code: 1001, received: { code: 1001, reason: '' } }),
    "The peer closed the connection with 1001 (going away); this side's Close did not get out; see RFC 6455 section 5.5.1.",
  ],
  [
    'that the peer never answered our 1011',
    cutShort('close-deadline', { trigger: 'handler-threw', code: 1011, reason: '', cause: boom, handlerError: boom }),
    "The handler threw, so this side closed the connection with 1011 (internal error), but the peer's Close did not come in time; " +
      'error: TypeError: boom; see RFC 6455 section 7.1.4.',
  ],
  [
    'that the peer reset TCP instead of answering',
    cutShort('socket-error', { trigger: 'expired', code: 3000, reason: '', cause: reset }),
    'The credential given at the opening handshake had ended, so this side closed the connection with 3000 (unauthorized), but before ' +
      "the peer's Close came, TCP failed; error: read ECONNRESET (errno -104); see RFC 6455 section 7.1.5.",
  ],
  [
    'that a drain had no more time',
    cutShort('drained', { trigger: 'drained', code: 1012, reason: '' }),
    "A drain was under way, so this side closed the connection with 1012 (service restart), but before the peer's Close came, " +
      'the drain had no more time; see RFC 6455 section 7.1.1.',
  ],
  [
    'that a stop had no more time',
    cutShort('supervisor-stopped', { trigger: 'supervisor-stopped', code: 1001, reason: '' }),
    "Its supervisor, listener, or dialer stopped, so this side closed the connection with 1001 (going away), but before the peer's Close came, " +
      'its supervisor, listener, or dialer had no more time; see RFC 6455 section 7.1.1.',
  ],
  [
    'that the peer answered no Ping while closing, and since when it was silent',
    cutShort('liveness-lost', { lastHeardAt: 2_000, endedAt: 9_000 }),
    `${CLOSED_4001}, but before the peer's Close came, a Ping went unanswered for too long; the peer was last heard 7000 ms before the end; ` +
      'see RFC 6455 section 5.5.2.',
  ],
  [
    'that garbage came instead of a Close',
    cutShort('protocol-error', { cause: new RangeError('invalid opcode 5') }),
    `${CLOSED_4001}, but before the peer's Close came, the peer broke the protocol; error: RangeError: invalid opcode 5; see RFC 6455 section 7.1.7.`,
  ],
  [
    'that a message too big came instead of a Close',
    cutShort('too-big'),
    `${CLOSED_4001}, but before the peer's Close came, the peer sent a message that is too big; see RFC 6455 section 10.4.`,
  ],
  [
    'that too many fragments came instead of a Close',
    cutShort('limit'),
    `${CLOSED_4001}, but before the peer's Close came, the peer sent a message in too many fragments; see RFC 6455 section 10.4.`,
  ],
  [
    'that the peer never answered, with what may be lost and since when it was silent',
    cutShort('close-deadline', { unconfirmed: { frames: 2, bytes: 640 }, lastHeardAt: 2_000, endedAt: 9_000 }),
    `${CLOSED_4001}, but the peer's Close did not come in time; the peer was last heard 7000 ms before the end; ` +
      '2 frames of 640 bytes in all are not known to have been read; see RFC 6455 section 7.1.4.',
  ],
  [
    'that TCP failed before the closing handshake was over',
    cutShort('socket-error', { cause: reset, unconfirmed: { frames: 1, bytes: 1 } }),
    `${CLOSED_4001}, but before the peer's Close came, TCP failed; 1 frame of 1 byte is not known to have been read; ` +
      'error: read ECONNRESET (errno -104); see RFC 6455 section 7.1.5.',
  ],
  [
    'that the peer ended TCP instead',
    cutShort('socket-ended'),
    `${CLOSED_4001}, but before the peer's Close came, the peer ended TCP; see RFC 6455 section 7.1.5.`,
  ],
  [
    'that terminate cut it short',
    cutShort('terminated'),
    `${CLOSED_4001}, but before the peer's Close came, terminate was called; see RFC 6455 section 7.1.1.`,
  ],
  [
    'that a Close never left behind a backlog',
    ours({ outcome: 'failed', endedBy: 'close-deadline', code: 1000 }),
    "This side closed the connection with 1000 (normal closure), but the peer's Close did not come in time; this side's Close did not get out; " +
      'see RFC 6455 section 7.1.4.',
  ],
  [
    'that this process was stalled itself',
    lost({ trigger: 'liveness-lost', localStallMs: 1200 }),
    'A Ping went unanswered for too long, so this side dropped TCP without a Close frame (1006, abnormal closure); ' +
      "this process's own event loop was stalled for 1200 ms meanwhile; see RFC 6455 section 5.5.2.",
  ],
  [
    'that a terminating stop sent no Close',
    ours({ outcome: 'failed', trigger: 'supervisor-stopped' }),
    'Its supervisor, listener, or dialer stopped, so this side dropped TCP without a Close frame (1006, abnormal closure); see RFC 6455 section 7.1.2.',
  ],
  [
    'that a stop called a dial off',
    neverOpened({ outcome: 'closed', trigger: 'supervisor-stopped' }),
    'The dial was called off before it opened, since its supervisor, listener, or dialer stopped; see RFC 6455 section 7.2.1.',
  ],
  [
    'that a fault was met without a Close',
    ours({ outcome: 'failed', trigger: 'protocol-error' }),
    'The peer broke the protocol, so this side dropped TCP without a Close frame (1006, abnormal closure); see RFC 6455 section 7.1.7.',
  ],
  [
    'that the handler threw after the ending had begun',
    ours({ handlerError: boom }),
    'This side closed the connection with 1000 (normal closure); both Close frames crossed; the handler threw as well: TypeError: boom; ' +
      'see RFC 6455 section 7.1.2.',
  ],
])('explains %s', (_, report, sentence) => {
  expect(explain(report)).toBe(sentence);
});

test.each<[string, unknown, string]>([
  ['a message', new Error('no route'), 'error: no route;'],
  ['a name, where there is no message', new RangeError(), 'error: RangeError;'],
  ['a message on one line, without its full stop', new Error('first.\n  second.'), 'error: first. second;'],
  [
    'what the system said behind it',
    new Error('no token', { cause: refused }),
    'error: no token (ECONNREFUSED, connect, errno -111);',
  ],
  [
    'the first of several at once',
    new AggregateError([refused, reset]),
    'error: connect ECONNREFUSED 192.0.2.1:443 (errno -111);',
  ],
  ['no more than 200 characters of a message', new Error('🚀'.repeat(500)), `error: ${'🚀'.repeat(200)}...;`],
  ['control characters as escapes', new Error('\u001b[31mred'), String.raw`error: \u001b[31mred;`],
])('of an error, repeats %s', (_, cause, part) => {
  expect(explain(neverOpened({ trigger: 'dial-failed', cause: cause as Error }))).toContain(`; ${part} see`);
});

test('an error that is its own cause is named once', () => {
  const circular = new Error('round');
  circular.cause = circular;
  expect(explain(neverOpened({ trigger: 'dial-failed', cause: circular }))).toContain('; error: round; see');
});

test('a thrown value that is no error is named by its type, a string by its text', () => {
  const threw = (handlerError: unknown) => explain(ours({ cause: new Error('the first'), handlerError }));
  expect(threw({ secret: 1 })).toContain('; the handler threw as well: a thrown value of type object;');
  expect(threw('gave "up"')).toContain(String.raw`; the handler threw as well: "gave \"up\"";`);
});

test('what the handler threw is named once when it is the cause, wrapped or not', () => {
  const wrapped = new Error('the handler threw 5', { cause: 5 });
  expect(explain(ours({ trigger: 'handler-threw', code: 1011, cause: wrapped, handlerError: 5 }))).not.toContain(
    'as well',
  );
  expect(
    explain(ours({ trigger: 'handler-threw', code: 1011, cause: boom, handlerError: boom })).split('boom'),
  ).toHaveLength(2);
});

test.each(['refused', 'socket-ended'] as const)('the cause of %s is named where the system gave one', (trigger) => {
  expect(explain(lost({ trigger, cause: reset }))).toContain('; error: read ECONNRESET (errno -104);');
});

test('a reason with quotes, line breaks, and terminal codes stays one quoted text', () => {
  const said = explain(aReport({ reason: 'a "b"\r\n\u001b[2J\u202e\\' }));
  expect(said).toContain(String.raw`the reason "a \"b\"\u000d\u000a\u001b[2J\u202e\\";`);
});

test('whatever the report, it is one printable line that ends with its section', { timeout: 30_000 }, () => {
  const text = fc.string({ unit: 'binary', maxLength: 60 });
  const reports = fc.record({
    trigger: fc.constantFrom(...Object.values(BY_TRIGGER).map(([report]) => report.trigger)),
    endedBy: fc.constantFrom('close-deadline', 'socket-error', 'drained' as const),
    phase: fc.constantFrom('connecting', 'open' as const),
    outcome: fc.constantFrom('closed', 'failed' as const),
    startedBy: fc.constantFrom('local', 'peer', 'network' as const),
    code: fc.integer({ min: 1000, max: 4999 }),
    reason: text,
    received: fc.record({ code: fc.integer({ min: 1000, max: 4999 }), reason: text }),
    cause: text.map((message) => new Error(message)),
    handlerError: fc.anything(),
  });
  fc.assert(
    fc.property(reports, (overrides) => {
      const sentence = explain(aReport(overrides));
      expect(sentence).toMatch(/^[A-Z].*; see RFC 6455 section \d+(?:\.\d+)+\.$/u);
      expect(sentence).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u);
    }),
  );
});

test.each(Object.entries(ODD_VALUES))('explains the ending by a handler that threw %s', (_name, make) => {
  const handlerError = make();
  const sentence = explain(
    ours({ trigger: 'handler-threw', code: 1011, handlerError, cause: errorFrom(handlerError, 'the handler threw') }),
  );
  expect(sentence).toMatch(/^The handler threw, .* section 7\.1\.2\.$/);
  expect(explain(aReport({ handlerError }))).toContain('the handler threw as well');
});
