/**
 * What a consumer may and may not do with a close report. Only compiled: against the source, and against the packed
 * package.
 */
import type { CloseReport, CloseTrigger } from 'wirekeeper';

export function readable({ outcome, code, reason, received }: CloseReport): string {
  return `${outcome} with ${received?.code ?? code} ${reason}`;
}

export function reportsAreValues(report: CloseReport): void {
  // @ts-expect-error nobody changes how a connection ended
  report.code = 1000;
}

export function triggersAreAClosedUnion(trigger: CloseTrigger): boolean {
  // @ts-expect-error a trigger that does not exist cannot be compared with
  return trigger === 'lost';
}
