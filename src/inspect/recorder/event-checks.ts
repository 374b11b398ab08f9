import type { CloseReport, CloseTrigger, EndedBy } from '../../transport/close-report.js';
import { show } from '../../transport/show.js';
import type { TimelineError, TimelineEvent } from '../../transport/timeline.js';
import type { WireEndKind, WireFault } from '../../transport/wire-fact.js';
import { wrongOption } from '../../transport/wrong-option.js';
import { type Check, data, memberOf, name, number, object, objectIn, oneOf, positive, text } from './checks.js';
import { isErrorData } from './recorded-error.js';

/** Every word of a closed union, so that none can be forgotten. */
const wordsOf = <Word extends string>(words: Readonly<Record<Word, true>>): readonly Word[] =>
  Object.keys(words) as Word[];

/** What begins an ending, or cuts one short that has begun. */
const CUTS: Readonly<Record<Exclude<EndedBy, 'close-deadline'>, true>> = {
  'liveness-lost': true,
  'protocol-error': true,
  'too-big': true,
  limit: true,
  'socket-error': true,
  'socket-ended': true,
  terminated: true,
  drained: true,
  'supervisor-stopped': true,
};

export const TRIGGERS = wordsOf<CloseTrigger>({
  'close-called': true,
  'handler-returned': true,
  'handler-threw': true,
  'peer-closed': true,
  refused: true,
  'proxy-refused': true,
  'dial-failed': true,
  'called-off': true,
  'open-deadline': true,
  'ready-deadline': true,
  idle: true,
  quiet: true,
  expired: true,
  'slow-peer': true,
  'slow-handler': true,
  'frame-deadline': true,
  'too-fast': true,
  memory: true,
  ...CUTS,
});

export const ENDED_BY = wordsOf<EndedBy>({ 'close-deadline': true, ...CUTS });

export const trigger: Check<CloseTrigger> = oneOf(TRIGGERS);
export const endedBy: Check<EndedBy> = oneOf(ENDED_BY);
export const startedBy: Check<CloseReport['startedBy']> = oneOf(['local', 'peer', 'network']);
export const phase: Check<CloseReport['phase']> = oneOf(['connecting', 'open']);
export const closeFrame = object({ code: number, reason: text });
export const messages = object({ frames: positive, bytes: positive });

export const errorData: Check<TimelineError> = (value, where) => {
  const copy = data(objectIn(value, where), where);
  if (isErrorData(copy)) return copy;
  throw wrongOption(where, 'has no name or no message; it must have both, as texts');
};

const kind: Check<WireEndKind> = oneOf(
  wordsOf<WireEndKind>({
    closed: true,
    terminated: true,
    'socket-ended': true,
    'socket-error': true,
    refused: true,
    'proxy-refused': true,
    'dial-failed': true,
  }),
);

const fault: Check<WireFault> = oneOf(
  wordsOf<WireFault>({ 'protocol-error': true, 'too-big': true, limit: true, 'socket-ended': true }),
);

const wireEnd = object(
  { kind, unconfirmed: messages },
  {
    sent: closeFrame,
    received: closeFrame,
    cause: errorData,
    httpStatus: number,
    retryAfterMs: positive,
    unwritten: messages,
    discarded: messages,
  },
);

const type: Check<string> = name;

/** What was thrown: an error, or any other value. */
const thrown: Check<object> = (value, where) => {
  const given = objectIn(value, where);
  if (memberOf(given, 'error') !== undefined) return object({ type, error: errorData })(given, where);
  if (memberOf(given, 'thrown') !== undefined) return object({ type, thrown: data })(given, where);
  throw wrongOption(where, 'has neither error nor thrown; it must have one of them');
};

/** How a redial closes the connection before. */
const asked = object({ type, reason: text }, { code: number });

/** Events that say more than their type. */
const PAYLOADS: Readonly<Record<string, Readonly<Record<string, Check<object>>>>> = {
  connection: {
    'wire.opened': object({ type }, { protocol: text }),
    'wire.closing': object({ type, received: closeFrame }),
    'wire.failed': object({ type, fault, cause: errorData }, { sent: closeFrame }),
    'wire.closed': object({ type, end: wireEnd }),
    'handler.returned': object({ type, code: number, reason: text }),
    'handler.threw': thrown,
    close: object({ type, code: number, reason: text, trigger }),
    terminate: object({ type, trigger: oneOf(['terminated', 'drained', 'supervisor-stopped']) }),
  },
  dialer: { redial: asked, overlap: asked, stop: object({ type }, { reason: text, code: number }) },
  supervisor: {},
};

/** The events of a machine. Of an event that this version does not know, only the type is read. */
export function eventOf(machine: 'connection' | 'dialer' | 'supervisor'): Check<TimelineEvent> {
  return (value, where) => {
    const event = object({ type })(value, where);
    const payloads = PAYLOADS[machine] ?? {};
    const check = Object.hasOwn(payloads, event.type) ? payloads[event.type] : undefined;
    return (check === undefined ? event : check(value, where)) as TimelineEvent;
  };
}

export const note: Check<TimelineEvent> = (value, where) => {
  const given = object({ type })(value, where);
  if (given.type === 'subscriber.threw') return thrown(value, where) as TimelineEvent;
  const copy = data(value, where);
  for (const [key, member] of Object.entries(objectIn(copy, where)))
    if (typeof member === 'object' && member !== null)
      throw wrongOption(`${where}.${key}`, `is ${show(member)}; it must be a text, a number, or true or false`);
  return copy as TimelineEvent;
};
