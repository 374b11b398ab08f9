import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { OptionError } from '../../index.js';
import { parseTimeline, type Timeline } from '../../inspect/index.js';
import { messageOf } from '../process/message-of.js';

/** `parseTimeline` takes no longer text, in UTF-16 units. */
const LONGEST = 32 * 1024 * 1024;

/** Stands for stdin in the place of a file. */
export const STDIN = '-';

/**
 * Reads the timeline, or the report with a timeline, that a file holds. Stops reading when it is longer than any.
 *
 * @param file a path, or `-` for stdin.
 * @throws {OptionError} for a file that cannot be read, and for one that holds no timeline: one sentence that begins
 *   with the file's name.
 */
export async function readTimeline(file: string, stdin: Readable): Promise<Timeline> {
  const name = file === STDIN ? 'stdin' : file;
  const text = await textOf(file === STDIN ? stdin : createReadStream(file)).catch((cause: unknown) => {
    throw new OptionError(`${name} cannot be read: ${messageOf(cause)}.`, { cause });
  });
  try {
    return parseTimeline(text);
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    throw new OptionError(`${name}: ${error.message.replace(/^parseTimeline: /, '')}`, { cause: error });
  }
}

async function textOf(stream: Readable): Promise<string> {
  // It leaves out a byte order mark, which some editors write and JSON does not have.
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of stream) {
    text += decoder.decode(chunk as Buffer, { stream: true });
    if (text.length > LONGEST) return text;
  }
  return text + decoder.decode();
}
