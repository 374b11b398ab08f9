import type { CloseReport } from '../../transport/close-report.js';

/** Where a machine does something else than a timeline says. */
export interface ReplayDifference {
  /** The index of the entry; `undefined` for the beginning and the end. */
  readonly entry: number | undefined;
  /** Its time, ms; `undefined` for the beginning. */
  readonly at: number | undefined;
  /** What is different: `startsIn`, `from`, `to`, `effects`, `exit`, or a field of the report such as `report.code`. */
  readonly field: string;
  /** What the timeline says. */
  readonly recorded: unknown;
  /** What the machine does. */
  readonly replayed: unknown;
  /** All of this in one sentence. */
  readonly text: string;
}

/** Returns `undefined` where there is no difference. */
export function differenceOf(
  entry: number | undefined,
  at: number | undefined,
  field: string,
  recorded: unknown,
  replayed: unknown,
): ReplayDifference | undefined {
  const [said, done] = [recorded, replayed].map(inOrder);
  if (said === done) return undefined;
  const where = entry === undefined ? '' : `entry ${entry}${at === undefined ? '' : `, at ${at} ms`}: `;
  const instead = done ?? 'there is none';
  const text = `${where}the timeline says ${field} ${cut(said ?? 'is absent')}; the machine says ${cut(instead)}.`;
  return { entry, at, field, recorded, replayed, text };
}

/** The longest value in a sentence, in characters. `recorded` and `replayed` have it whole. */
const LONGEST_SHOWN = 1000;

function cut(text: string): string {
  return text.length > LONGEST_SHOWN ? `${text.slice(0, LONGEST_SHOWN)}...` : text;
}

/** Compares two reports as they are written, field by field. */
export function differenceOfReports(
  at: number,
  recorded: CloseReport,
  replayed: CloseReport | undefined,
): ReplayDifference | undefined {
  if (replayed === undefined) return differenceOf(undefined, at, 'report', written(recorded), undefined);
  const [said, made] = [written(recorded), written(replayed)];
  for (const key of new Set([...Object.keys(said), ...Object.keys(made)])) {
    const difference = differenceOf(undefined, at, `report.${key}`, said[key], made[key]);
    if (difference !== undefined) return difference;
  }
  return undefined;
}

function written(report: CloseReport): Readonly<Record<string, unknown>> {
  return JSON.parse(JSON.stringify(report)) as Readonly<Record<string, unknown>>;
}

/** A value as JSON whose members are in the order of their names. */
function inOrder(value: unknown): string | undefined {
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  );
}
