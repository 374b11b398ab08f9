import type { CloseReport } from '../../transport/close-report.js';

/**
 * Returns the fields of a report without its timeline, for logs and records: a timeline is long, and is made when it is
 * read.
 */
export function withoutTimeline(report: CloseReport): Omit<CloseReport, 'timeline'> {
  const keys = Object.keys(report).filter((key) => key !== 'timeline') as (keyof CloseReport)[];
  return Object.fromEntries(keys.map((key) => [key, report[key]])) as unknown as Omit<CloseReport, 'timeline'>;
}
