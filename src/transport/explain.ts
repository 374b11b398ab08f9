import { assertNever } from './assert-never.js';
import { describeCloseCode } from './close-code.js';
import type { CloseFrame, CloseReport, EndedBy } from './close-report.js';
import { chainOf, isCauseOf, isError, readOf, textOf } from './thrown.js';

/**
 * Describes in one English sentence how a connection ended: what began the ending and who, with code and reason, what
 * cut it short, whether both Close frames crossed, what may be lost, the system's error, and the section of RFC 6455
 * that applies.
 *
 * It is for logs and people; programs read the report. It repeats the messages of errors, so it is not for the peer.
 * Foreign text is quoted or cut, and control characters are escaped: it is one line and safe to print.
 */
export function explain(report: CloseReport): string {
  const { text, section } = courseOf(report);
  const details = [crossing(report), silence(report), stall(report), loss(report), advice(report), ...errors(report)];
  const sentence = [text, ...details.filter((detail) => detail !== undefined), `see RFC 6455 section ${section}.`].join(
    '; ',
  );
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}

/** What happened, as a clause of the sentence, and the section of RFC 6455 about it. */
interface Clause {
  readonly text: string;
  readonly section: string;
}

/** At most this many characters of a foreign text are shown. */
const MAX_FOREIGN = 200;

/** Foreign text on one line, without characters that control a terminal or change the direction of writing. */
function harmless(text: string): string {
  const characters = Array.from(text.slice(0, 2 * MAX_FOREIGN + 2));
  const cut = characters.length > MAX_FOREIGN ? `${characters.slice(0, MAX_FOREIGN).join('')}...` : text;
  return cut.replace(
    /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/gu,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

function quoted(text: string): string {
  return `"${harmless(text.replaceAll(/["\\]/g, String.raw`\$&`))}"`;
}

function count(amount: number, what: string): string {
  return `${amount} ${what}${amount === 1 ? '' : 's'}`;
}

/** A Close frame, or that there was none (1006), as the end of a clause. */
function withClose({ code, reason }: CloseFrame): string {
  const { name } = describeCloseCode(code);
  if (code === 1006) return `without a Close frame (${code}, ${name})`;
  const said = code === 1005 ? `without a code (${code}, ${name})` : `with ${code} (${name})`;
  return reason === '' ? said : `${said} and the reason ${quoted(reason)}`;
}

/** An ending that this side decided because something had happened. */
function decided(report: CloseReport, section: string, since: string, verb: 'closed' | 'failed' = 'closed'): Clause {
  if (report.phase === 'connecting')
    return { text: `the dial was called off before it opened, since ${since}`, section: '7.2.1' };
  const deed = report.code === 1006 ? 'dropped TCP' : `${verb} the connection`;
  return { text: `${since}, so this side ${deed} ${withClose(report)}`, section };
}

function beginningOf(report: CloseReport): Clause {
  const { trigger, httpStatus } = report;
  switch (trigger) {
    case 'close-called':
      return { text: `this side closed the connection ${withClose(report)}`, section: '7.1.2' };
    case 'handler-returned':
      return decided(report, '7.1.2', 'the handler returned');
    case 'handler-threw':
      return decided(report, '7.1.2', 'the handler threw');
    case 'peer-closed':
      return { text: `the peer closed the connection ${withClose(report)}`, section: '5.5.1' };
    case 'refused':
      return {
        text: `the server refused the opening handshake${httpStatus === undefined ? '' : ` with HTTP ${httpStatus}`}`,
        section: '4.1',
      };
    case 'proxy-refused':
      return {
        text: `the proxy, not the server, refused${httpStatus === undefined ? '' : ` with HTTP ${httpStatus}`}`,
        section: '4.1',
      };
    case 'dial-failed':
      return { text: 'no opening handshake could be made', section: '4.1' };
    case 'called-off':
      return { text: 'the dial was called off before it opened', section: '7.2.1' };
    case 'open-deadline':
      return { text: 'the opening handshake did not end in time, so this side gave it up', section: '7.2.1' };
    case 'ready-deadline':
      return decided(report, '7.1.2', 'the handler did not call ready in time');
    case 'liveness-lost':
      return decided(report, '5.5.2', 'a Ping went unanswered for too long');
    case 'idle':
      return decided(report, '7.1.2', 'no data frame had passed for too long');
    case 'quiet':
      return decided(report, '7.1.2', 'the peer had sent no data frame for too long');
    case 'expired':
      return decided(report, '7.1.2', 'the credential given at the opening handshake had ended');
    case 'slow-peer':
      return decided(report, '7.1.2', 'the peer did not read what was waiting for it');
    case 'frame-deadline':
      return decided(report, '10.4', 'a message had not come completely in time');
    case 'too-fast':
      return decided(report, '10.4', 'the peer sent too much in each second');
    case 'memory':
      return decided(report, '10.4', 'all connections together held too much, and this one held the most');
    case 'slow-handler':
      return decided(report, '7.1.2', 'the handler left received frames waiting for too long');
    case 'protocol-error':
      return decided(report, '7.1.7', 'the peer broke the protocol', 'failed');
    case 'too-big':
      return decided(report, '10.4', 'the peer sent a message that is too big', 'failed');
    case 'limit':
      return decided(report, '10.4', 'the peer sent a message in too many fragments', 'failed');
    case 'socket-error':
      return { text: `TCP failed ${withClose(report)}`, section: '7.1.5' };
    case 'socket-ended':
      return { text: `the peer ended TCP ${withClose(report)}`, section: '7.1.5' };
    case 'terminated':
      return decided(report, '7.1.1', 'terminate was called');
    case 'drained':
      return decided(report, '7.1.2', 'a drain was under way');
    case 'supervisor-stopped':
      return decided(report, '7.1.2', 'its supervisor, listener, or dialer stopped');
    default:
      return assertNever(trigger);
  }
}

/** What cut a closing handshake short, as the end of a clause. */
const CUTS: Readonly<Record<EndedBy, Clause>> = {
  'close-deadline': { text: "the peer's Close did not come in time", section: '7.1.4' },
  'liveness-lost': { text: "before the peer's Close came, a Ping went unanswered for too long", section: '5.5.2' },
  'protocol-error': { text: "before the peer's Close came, the peer broke the protocol", section: '7.1.7' },
  'too-big': { text: "before the peer's Close came, the peer sent a message that is too big", section: '10.4' },
  limit: { text: "before the peer's Close came, the peer sent a message in too many fragments", section: '10.4' },
  'socket-error': { text: "before the peer's Close came, TCP failed", section: '7.1.5' },
  'socket-ended': { text: "before the peer's Close came, the peer ended TCP", section: '7.1.5' },
  terminated: { text: "before the peer's Close came, terminate was called", section: '7.1.1' },
  drained: { text: "before the peer's Close came, the drain had no more time", section: '7.1.1' },
  'supervisor-stopped': {
    text: "before the peer's Close came, its supervisor, listener, or dialer had no more time",
    section: '7.1.1',
  },
};

/** How the ending began, and what cut it short. */
function courseOf(report: CloseReport): Clause {
  const beginning = beginningOf(report);
  if (report.endedBy === undefined) return beginning;
  const { text, section } = CUTS[report.endedBy];
  return { text: `${beginning.text}, but ${text}`, section };
}

/** How far the closing handshake came, if the course does not say it. */
function crossing({ code, reason, sent, received, wasClean, startedBy, endedBy }: CloseReport): string | undefined {
  if (wasClean) {
    const [whose, answer] = startedBy === 'peer' ? ["this side's", sent] : ["the peer's", received];
    // Many peers drop the reason: their answer counts as an echo.
    const isEcho = answer === undefined || (answer.code === code && (answer.reason === '' || answer.reason === reason));
    return isEcho ? 'both Close frames crossed' : `both Close frames crossed, ${whose} ${withClose(answer)}`;
  }
  if (code === 1006) return undefined;
  if (sent === undefined) return "this side's Close did not get out";
  return endedBy === undefined ? 'no Close came back' : undefined;
}

function silence({ trigger, endedBy, lastHeardAt, endedAt }: CloseReport): string | undefined {
  const by = endedBy ?? trigger;
  if (lastHeardAt === undefined || (by !== 'liveness-lost' && by !== 'close-deadline')) return undefined;
  return `the peer was last heard ${Math.max(0, endedAt - lastHeardAt)} ms before the end`;
}

function stall({ localStallMs }: CloseReport): string | undefined {
  return localStallMs > 0 ? `this process's own event loop was stalled for ${localStallMs} ms meanwhile` : undefined;
}

function loss({ unconfirmed: { frames, bytes } }: CloseReport): string | undefined {
  if (frames === 0) return undefined;
  return frames === 1
    ? `1 frame of ${count(bytes, 'byte')} is not known to have been read`
    : `${frames} frames of ${count(bytes, 'byte')} in all are not known to have been read`;
}

function advice({ retryAfterMs }: CloseReport): string | undefined {
  return retryAfterMs === undefined ? undefined : `the peer advises to come back after ${retryAfterMs} ms`;
}

/** Code, system call, and errno of the error, except those that the message has already. */
function systemFacts(chain: readonly Error[], message: string): string {
  const firstText = (key: string) => chain.map((error) => textOf(error, key)).find((found) => found !== '');
  const errno = chain.map((error) => readOf(error, 'errno')).find((found) => typeof found === 'number');
  const named = [firstText('code'), firstText('syscall')].filter(
    (fact) => fact !== undefined && !message.includes(fact),
  );
  const facts = errno === undefined ? named : [...named, `errno ${errno}`];
  return facts.length === 0 ? '' : ` (${harmless(facts.join(', '))})`;
}

function inWords(thrown: unknown): string {
  if (!isError(thrown)) return typeof thrown === 'string' ? quoted(thrown) : `a thrown value of type ${typeof thrown}`;
  const chain = [...chainOf(thrown)];
  const speaking = chain.find((error) => textOf(error, 'message') !== '') ?? thrown;
  const name = textOf(speaking, 'name') || 'Error';
  const message = textOf(speaking, 'message');
  const said = [name === 'Error' && message !== '' ? '' : name, message].filter((part) => part !== '').join(': ');
  return harmless(said.replaceAll(/\s+/g, ' ').replace(/\.+$/, '')) + systemFacts(chain, said);
}

function errors(report: CloseReport): (string | undefined)[] {
  const { cause, handlerError, trigger, endedBy } = report;
  const by = endedBy ?? trigger;
  // For these, the cause only says again what the trigger has said, unless it came from the system, or has a code.
  const isTold =
    (by === 'refused' || by === 'socket-ended' || (by === 'proxy-refused' && report.httpStatus !== undefined)) &&
    [...chainOf(cause)].every((error) => readOf(error, 'errno') === undefined && readOf(error, 'code') === undefined);
  const isKept =
    'handlerError' in report && (cause === undefined || (handlerError !== cause && !isCauseOf(handlerError, cause)));
  return [
    cause === undefined || isTold ? undefined : `error: ${inWords(cause)}`,
    isKept ? `the handler threw as well: ${inWords(handlerError)}` : undefined,
  ];
}
