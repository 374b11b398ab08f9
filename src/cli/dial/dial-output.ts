import { type CloseReport, type DialerStatus, explain, type Frame, type NotSentFate } from '../../index.js';
import { jsonLine } from '../../inspect/redaction/json-line.js';
import { MASKED, type Masking, UNMASKED } from '../../inspect/redaction/masked.js';
import { visible } from '../../inspect/redaction/visible.js';
import type { Screen } from '../process/screen.js';

/** How `wirekeeper dial` reports messages, status, and endings. */
export interface DialOutput {
  frame(frame: Frame): Promise<void>;
  status(status: DialerStatus): void;
  ended(report: CloseReport): void;
  notSent(line: string, fate: NotSentFate): void;
}

/** A binary message as text, with a marker in front. */
const BINARY_MARK = 'base64:';

const FATES: Readonly<Record<NotSentFate, string>> = {
  closed: 'there was no connection to take it',
  dropped: 'too much was waiting for the peer',
  discarded: 'it was still waiting when the connection ended',
  unknown: 'the connection was lost, so it is unknown whether the peer has it',
};

function statusText(status: DialerStatus, url: string, masking: Masking): string | undefined {
  switch (status.type) {
    case 'dialing':
      return status.attempt === 1 ? `dialing ${url}` : `dialing ${url}, attempt ${status.attempt}`;
    case 'up':
      return status.connection.protocol === ''
        ? 'open'
        : `open, speaking ${masking.protocol(status.connection.protocol)}`;
    case 'waiting':
      return `dialing again in ${(status.delayMs / 1000).toFixed(1)} s`;
    default:
      return undefined;
  }
}

/** A message for a terminal: control characters are shown, and lines after the first are indented. */
const shownMessage = (text: string): string => text.split('\n').map(visible).join('\n  ');

/**
 * Output for people and pipes: messages on stdout, one line each, the rest on stderr. On a terminal control characters
 * of messages are shown; where a person types as well, messages are marked.
 */
export function plainOutput(screen: Screen, url: string, masking = MASKED): DialOutput {
  const note = (text: string) => screen.note(`* ${visible(text)}\n`);
  return {
    frame({ data, isBinary }) {
      const text = isBinary ? BINARY_MARK + data.toString('base64') : data.toString();
      return screen.print(`${screen.isInteractive ? '< ' : ''}${screen.isShown ? shownMessage(text) : text}\n`);
    },
    status(status) {
      const text = statusText(status, masking.url(url), masking);
      if (text === undefined) return;
      note(screen.isInteractive && status.type === 'up' ? `${text}; each line typed is sent, Ctrl-D closes` : text);
    },
    ended: (report) => note(masking.text(explain(report))),
    notSent: (line, fate) => note(`not sent, ${FATES[fate]}: ${line}`),
  };
}

function statusFields(status: DialerStatus): Readonly<Record<string, unknown>> {
  switch (status.type) {
    case 'dialing':
      return { attempt: status.attempt };
    case 'up':
      return { connection: status.connection.toJSON() };
    case 'waiting':
      return { attempt: status.attempt, delayMs: Math.round(status.delayMs) };
    case 'stopping':
      return {};
    case 'stopped':
    case 'failed':
      return { reason: status.exit.reason };
  }
}

/** Output for programs: everything on stdout, one JSON object per line, with a `type`. */
export function jsonOutput(screen: Screen, masking = MASKED): DialOutput {
  const print = (value: Readonly<Record<string, unknown>>, shown = masking) => screen.print(jsonLine(value, shown));
  return {
    frame: ({ data, isBinary }) =>
      print(
        { type: 'frame', ...(isBinary ? { base64: data.toString('base64') } : { text: data.toString() }) },
        UNMASKED,
      ),
    status: (status) => void print({ type: 'status', status: status.type, ...statusFields(status) }),
    ended: (report) => void print({ type: 'report', sentence: explain(report), report }),
    notSent: (line, fate) => void print({ type: 'not-sent', fate, text: line }, UNMASKED),
  };
}
