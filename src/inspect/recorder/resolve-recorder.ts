import {
  checkNumber,
  type NumberRule,
  readList,
  readOptions,
  show,
  wrongOption,
} from '../../supervisor/options/option-rules.js';
import type { Revealable } from '../../transport/timeline.js';

/** What a recorder keeps, and what it shows. */
export interface RecorderOptions {
  /** How many timelines of machines that have ended are kept, the latest ones. Default 1,000. */
  readonly maxTimelines?: number | undefined;
  /**
   * How much memory all timelines may take, in bytes, in addition to about 150 for each machine that runs. Beyond it
   * the oldest timelines of ended machines are dropped, then notes. Default 16 MiB.
   */
  readonly maxBytes?: number | undefined;
  /** How many entries a timeline may have: at least 16. Default 200. */
  readonly maxEntriesEach?: number | undefined;
  /** How much memory one timeline may take, in bytes: at least 4,096. Default 32 KiB. */
  readonly maxBytesEach?: number | undefined;
  /** What is shown of what is redacted otherwise. Default nothing. */
  readonly reveal?: readonly Revealable[] | undefined;
}

/** Options of a recorder, checked. */
export interface RecorderSettings {
  readonly maxTimelines: number;
  readonly maxBytes: number;
  readonly maxEntriesEach: number;
  readonly maxBytesEach: number;
  readonly reveal: ReadonlySet<Revealable>;
}

/** Defaults of `createRecorder`. */
const DEFAULTS = { maxTimelines: 1000, maxBytes: 16 * 1024 * 1024, maxEntriesEach: 200, maxBytesEach: 32 * 1024 };

const whole = (least: number): NumberRule => ({
  least,
  most: Number.MAX_SAFE_INTEGER,
  isWhole: true,
  allowed: `whole numbers from ${least} on`,
});

const RULES = {
  maxTimelines: whole(0),
  maxBytes: whole(65_536),
  maxEntriesEach: whole(16),
  maxBytesEach: whole(4096),
} satisfies Record<keyof typeof DEFAULTS, NumberRule>;

/** What can be revealed, as timelines list it. */
export const REVEALABLE = ['reasons', 'messages', 'protocols'] as const satisfies readonly Revealable[];

const WHERE = 'createRecorder';

/** @throws {OptionError} for an unknown or wrong option. */
export function resolveRecorder(given: RecorderOptions): RecorderSettings {
  const options = readOptions<RecorderOptions>(given, [...numbers(), 'reveal'], WHERE);
  const checked = numbers().flatMap((key) =>
    options[key] === undefined ? [] : [[key, checkNumber(options[key], RULES[key], `${WHERE}: ${key}`)] as const],
  );
  return { ...DEFAULTS, ...Object.fromEntries(checked), reveal: revealed(options.reveal ?? []) };
}

function numbers(): (keyof typeof DEFAULTS)[] {
  return Object.keys(DEFAULTS) as (keyof typeof DEFAULTS)[];
}

function revealed(given: unknown): ReadonlySet<Revealable> {
  const where = `${WHERE}: reveal`;
  const asked = readList(given, where, 'what to reveal');
  const wrong = asked.findIndex((word) => !isRevealable(word));
  if (wrong !== -1)
    throw wrongOption(`${where}[${wrong}]`, `is ${show(asked[wrong])}; allowed are ${REVEALABLE.map(show).join(', ')}`);
  return new Set(asked as readonly Revealable[]);
}

function isRevealable(word: unknown): word is Revealable {
  return REVEALABLE.some((known) => known === word);
}
