import { type DialerStatus, explain, type Frame, type NotSentFate } from '../../index.js';
import { MASKED, type Masking } from '../../inspect/redaction/masked.js';
import { visible } from '../../inspect/redaction/visible.js';
import type { Screen } from '../process/screen.js';
import type { DialOutput, DialOutputOptions } from './dial-output.js';
import { responseLines } from './refusal.js';

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
 * of messages are shown; where a person types as well, messages are marked. Raw binary messages are written as they
 * are, without a line's end.
 */
export function plainOutput(
  screen: Screen,
  url: string,
  { binaryForm, wallNow }: DialOutputOptions,
  masking = MASKED,
): DialOutput {
  const stamp = () => (wallNow === undefined ? '' : `${new Date(wallNow()).toISOString()} `);
  const note = (text: string) => screen.note(`${stamp()}* ${visible(text)}`.trimEnd().concat('\n'));
  const textOf = ({ data, isBinary }: Frame) => {
    if (!isBinary) return data.toString();
    return binaryForm === 'hex' ? `hex:${data.toString('hex')}` : `base64:${data.toString('base64')}`;
  };
  /** What the last refusal has said; attempts that get the same do not repeat it. */
  let said = '';
  return {
    frame(frame) {
      if (frame.isBinary && binaryForm === 'raw') return screen.print(frame.data);
      const text = textOf(frame);
      const mark = screen.isInteractive ? '< ' : '';
      return screen.print(`${stamp()}${mark}${screen.isShown ? shownMessage(text) : text}\n`);
    },
    status(status) {
      const text = statusText(status, masking.url(url), masking);
      if (text === undefined) return;
      note(screen.isInteractive && status.type === 'up' ? `${text}; each line typed is sent, Ctrl-D closes` : text);
    },
    ended(report) {
      note(masking.text(explain(report)));
      const lines = responseLines(report, masking);
      if (lines.length === 0 || lines.join('\n') === said) return;
      said = lines.join('\n');
      for (const line of lines) note(`  ${line}`);
    },
    notSent: (data, fate) =>
      note(`not sent, ${FATES[fate]}: ${typeof data === 'string' ? data : `a binary message of ${data.length} bytes`}`),
    mistake: note,
    pong: (latencyMs) => note(`pong after ${latencyMs.toFixed(1)} ms`),
    noPong: (withinMs) => note(`no pong within ${withinMs / 1000} s`),
  };
}
