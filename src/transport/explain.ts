import type { CloseReport } from './close-report.js';

export function explain(report: CloseReport): string {
  return `${report.outcome}: ${report.trigger} ${report.code} ${report.reason}`;
}
