import { replay as replayed } from '../../inspect/index.js';
import type { Terminal } from '../process/terminal.js';
import { readTimeline } from './read-timeline.js';
import { jsonOfReplay, textOfReplay } from './replay-output.js';

/** What is asked of `wirekeeper replay`. */
export interface ReplayOptions {
  /** A timeline, or a report with one, as JSON; `-` is stdin. */
  readonly file: string;
  readonly json: boolean;
}

/** The output of a replay, and its exit status: 1 when the machine does something else than the timeline says. */
export interface ReplayResult {
  readonly text: string;
  readonly status: 0 | 1;
}

/**
 * Walks the machine of a timeline again.
 *
 * @throws {OptionError} for a file that cannot be read or holds no timeline.
 */
export async function replay({ file, json }: ReplayOptions, { stdin }: Pick<Terminal, 'stdin'>): Promise<ReplayResult> {
  const result = replayed(await readTimeline(file, stdin));
  return { text: (json ? jsonOfReplay : textOfReplay)(result), status: result.agrees ? 0 : 1 };
}
