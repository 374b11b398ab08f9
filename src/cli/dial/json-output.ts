import { type DialerStatus, explain, type Frame } from '../../index.js';
import { jsonLine } from '../../inspect/redaction/json-line.js';
import { MASKED, UNMASKED } from '../../inspect/redaction/masked.js';
import type { Screen } from '../process/screen.js';
import type { DialOutput, DialOutputOptions } from './dial-output.js';
import { maskedResponse } from './refusal.js';

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
export function jsonOutput(screen: Screen, { binaryForm, wallNow }: DialOutputOptions, masking = MASKED): DialOutput {
  const print = (value: Readonly<Record<string, unknown>>, shown = masking) =>
    screen.print(
      jsonLine(wallNow === undefined ? value : { time: new Date(wallNow()).toISOString(), ...value }, shown),
    );
  const contentOf = ({ data, isBinary }: Pick<Frame, 'data' | 'isBinary'>) => {
    if (!isBinary) return { text: data.toString() };
    return binaryForm === 'hex' ? { hex: data.toString('hex') } : { base64: data.toString('base64') };
  };
  return {
    frame: (frame) => print({ type: 'frame', ...contentOf(frame) }, UNMASKED),
    status: (status) => void print({ type: 'status', status: status.type, ...statusFields(status) }),
    ended: (report) =>
      void print({ type: 'report', sentence: explain(report), report, ...maskedResponse(report, masking) }),
    notSent: (data, fate) => {
      const content = typeof data === 'string' ? { text: data } : contentOf({ data, isBinary: true });
      void print({ type: 'not-sent', fate, ...content }, UNMASKED);
    },
    mistake: (problem) => void print({ type: 'mistake', problem }),
    pong: (latencyMs) => void print({ type: 'pong', latencyMs }),
    noPong: (withinMs) => void print({ type: 'no-pong', withinMs }),
  };
}
