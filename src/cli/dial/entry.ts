import { isUtf8 } from 'node:buffer';

/** What one line of the input asks for. */
export type Entry =
  | { readonly type: 'message'; readonly data: string | Buffer }
  | Command
  /** It asks for nothing that can be done. */
  | { readonly type: 'mistake'; readonly problem: string };

/** A slash command. */
export type Command =
  | { readonly type: 'ping' }
  | { readonly type: 'close'; readonly code?: number | undefined; readonly reason?: string | undefined };

/** How lines are read. */
export interface Reading {
  /** Whether messages are binary. */
  readonly isBinary: boolean;
  /** Whether a line that begins with a slash is a command. */
  readonly hasCommands: boolean;
}

const SLASH = 0x2f;

/** Reads one line of the input, or all of it, as it was typed or piped. */
export function entryOf(line: Buffer, { isBinary, hasCommands }: Reading): Entry {
  const isEscaped = hasCommands && line[0] === SLASH && line[1] === SLASH;
  if (hasCommands && line[0] === SLASH && !isEscaped) return commandOf(line.toString());
  const data = isEscaped ? line.subarray(1) : line;
  if (isBinary) return { type: 'message', data };
  return isUtf8(data)
    ? { type: 'message', data: data.toString() }
    : { type: 'mistake', problem: 'not sent, a text message must be UTF-8; --binary sends bytes as they are' };
}

function commandOf(line: string): Entry {
  const [, name, rest = ''] = /^\/(\S*)\s*(.*?)\s*$/s.exec(line) ?? [];
  switch (name) {
    case 'ping':
      return rest === '' ? { type: 'ping' } : { type: 'mistake', problem: '/ping takes nothing after it' };
    case 'close':
      return closeOf(rest);
    default:
      return {
        type: 'mistake',
        problem: `/${name ?? ''} is no command; there are /ping and /close, and // begins a message with a slash`,
      };
  }
}

function closeOf(rest: string): Entry {
  if (rest === '') return { type: 'close' };
  const [, code, reason] = /^(\d{1,5})(?:\s+(.*))?$/s.exec(rest) ?? [];
  return code === undefined
    ? { type: 'mistake', problem: '/close takes a code and a reason, such as /close 4000 done' }
    : { type: 'close', code: Number(code), reason };
}
