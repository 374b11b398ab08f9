import type { CloseReport } from '../../transport/close-report.js';
import { withErrorJson } from '../../transport/error-json.js';
import { show } from '../../transport/show.js';
import type { BegunEnding, Timeline, TimelineEntry, TimelineExit } from '../../transport/timeline.js';
import { wrongOption } from '../../transport/wrong-option.js';
import {
  type Check,
  data,
  listOf,
  memberOf,
  name,
  number,
  object,
  objectIn,
  oneOf,
  positive,
  text,
  truth,
} from './checks.js';
import { closeFrame, endedBy, errorData, eventOf, messages, note, phase, startedBy, trigger } from './event-checks.js';
import { readCause, readError } from './read-error.js';
import { REVEALABLE } from './resolve-recorder.js';

/** The longest text that is read, in UTF-16 units. */
const LONGEST_FILE = 32 * 1024 * 1024;

const WHERE = 'parseTimeline';

/**
 * Reads a timeline that `JSON.stringify` has written, or a report that has one. The errors of its report are errors
 * again, with name, message, code, errno, syscall, and causes; they have no stack.
 *
 * The file may come from anybody: it is checked in full, and what is not known of it is left out.
 *
 * @param given the text, of at most 32 Mi characters, or the value that `JSON.parse` made of it.
 * @throws {OptionError} for anything else, for a report without a timeline, and for a timeline of another version: one
 *   sentence that names the place, what is there, and what must be.
 */
export function parseTimeline(given: unknown): Timeline {
  const value = objectIn(jsonOf(given), `${WHERE}: timeline`);
  const isReport = memberOf(value, 'machine') === undefined && memberOf(value, 'connectionId') !== undefined;
  if (!isReport) return timeline(value, `${WHERE}: timeline`);
  const inner = memberOf(value, 'timeline');
  if (inner === undefined)
    throw wrongOption(`${WHERE}: timeline`, 'is missing in this report; it must be one of a recorded connection');
  return timeline(inner, `${WHERE}: timeline`);
}

/** What a text says, or what a value writes as a text: values may have getters and prototypes of their own. */
function jsonOf(given: unknown): unknown {
  const where = `${WHERE}: timeline`;
  const written = typeof given === 'string' ? given : textOf(given, where);
  if (written === undefined) throw wrongOption(where, `is ${show(given)}; it must be a text, or an object`);
  if (written.length > LONGEST_FILE)
    throw wrongOption(where, `has ${written.length} characters; it must have at most ${LONGEST_FILE}`);
  try {
    return JSON.parse(written);
  } catch {
    // The parser's message shows a part of the text.
    throw wrongOption(where, 'is no JSON; it must be what JSON.stringify wrote of a timeline or of a report');
  }
}

function textOf(given: unknown, where: string): string | undefined {
  try {
    return JSON.stringify(given);
  } catch {
    // A circle, a getter that throws, or a number that JSON does not have.
    throw wrongOption(where, 'cannot be written as JSON; it must be a text, or an object that JSON.stringify takes');
  }
}

const timeline: Check<Timeline> = (value, where) => {
  const given = objectIn(value, where);
  const version = memberOf(given, 'version');
  if (version !== 1)
    throw wrongOption(`${where}.version`, `is ${show(version)}; this release of wirekeeper reads version 1`);
  const machine = oneOf(['connection', 'dialer', 'supervisor'])(memberOf(given, 'machine'), `${where}.machine`);
  const base = {
    version: oneOf([1]),
    id: name,
    supervisor: name,
    beganAt: number,
    startsIn: name,
    entries: inOrder(listOf(entryOf(machine))),
    dropped: object({ steps: positive, notes: positive }),
    redacted: listOf(oneOf(REVEALABLE), REVEALABLE.length),
  };
  switch (machine) {
    case 'connection':
      return object(
        { machine: oneOf([machine]), ...base, role: oneOf(['accepted', 'dialed']) },
        { childId: name, epoch: number, remoteAddress: text, begun, end: object({ at: positive, report, facts }) },
      )(given, where);
    case 'dialer':
      return object({ machine: oneOf([machine]), ...base }, { end: object({ at: positive, exit }) })(given, where);
    case 'supervisor':
      return object(
        { machine: oneOf([machine]), ...base },
        { end: object({ at: positive, report: supervisorReport }) },
      )(given, where);
  }
};

function entryOf(machine: Timeline['machine']): Check<TimelineEntry> {
  const step = object(
    {
      type: oneOf(['step']),
      at: positive,
      by: oneOf(['user', 'handler', 'peer', 'network', 'clock', 'supervisor']),
      from: name,
      to: name,
      effects: listOf(name, 100),
    },
    { event: eventOf(machine) },
  );
  const noted = object({ type: oneOf(['note']), at: positive, note });
  return (value, where) => {
    const type = oneOf(['step', 'note'])(memberOf(objectIn(value, where), 'type'), `${where}.type`);
    return type === 'step' ? step(value, where) : noted(value, where);
  };
}

/** Entries whose times do not go back. */
function inOrder(entries: Check<readonly TimelineEntry[]>): Check<readonly TimelineEntry[]> {
  return (value, where) => {
    const read = entries(value, where);
    let before = 0;
    for (const [index, { at }] of read.entries()) {
      if (at < before)
        throw wrongOption(`${where}[${index}].at`, `is ${at}; it must be at least ${before}, as the entry before it`);
      before = at;
    }
    return read;
  };
}

const exitReason = oneOf(['normal', 'shutdown', 'abnormal']);

const exit: Check<TimelineExit> = object({ id: name, reason: exitReason }, { connectionId: name, error: errorData });

const supervisorReport = object(
  { name, outcome: oneOf(['stopped', 'failed']), reason: exitReason, connections: positive },
  { cause: exit },
);

const counts = {
  endedAt: number,
  localStallMs: positive,
  framesIn: positive,
  framesOut: positive,
  bytesIn: positive,
  bytesOut: positive,
};

const facts = object(counts, { openedAt: number, lastHeardAt: number });

const thrown: Check<NonNullable<BegunEnding['handlerError']>> = (value, where) =>
  memberOf(objectIn(value, where), 'error') === undefined
    ? { thrown: data(memberOf(objectIn(value, where), 'thrown'), `${where}.thrown`) }
    : object({ error: errorData })(value, where);

const begun: Check<BegunEnding> = object(
  { trigger, startedBy, phase, code: number, reason: text },
  { endedBy, cause: errorData, handlerError: thrown },
);

const reportFields = object(
  {
    outcome: oneOf(['closed', 'failed']),
    code: number,
    reason: text,
    wasClean: truth,
    startedBy,
    phase,
    trigger,
    unconfirmed: messages,
    connectionId: name,
    role: oneOf(['accepted', 'dialed']),
    ...counts,
  },
  {
    endedBy,
    sent: closeFrame,
    received: closeFrame,
    httpStatus: number,
    retryAfterMs: positive,
    unwritten: messages,
    discarded: messages,
    childId: name,
    epoch: number,
    remoteAddress: text,
    openedAt: number,
    lastHeardAt: number,
    cause: errorData,
    handlerError: data,
  },
);

const report: Check<CloseReport> = (value, where) => {
  const { cause, handlerError, ...rest } = reportFields(value, where);
  if (cause === undefined && handlerError === undefined) return rest;
  return withErrorJson({
    ...rest,
    ...(cause === undefined ? {} : { cause: readError(cause) }),
    ...(handlerError === undefined ? {} : { handlerError: readCause(handlerError) }),
  });
};
