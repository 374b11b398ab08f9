import type { CloseReport } from '../../../transport/close-report.js';
import type { Timeline } from '../../../transport/timeline.js';
import type { SubjectRef } from '../protocol/detail.js';
import { shownReport } from '../shown/shown-report.js';
import { type Followed, factsOf, find, type Places } from './detail-of.js';

/** The longest path that is looked at: a supervisor's key, percent-encoded once more, may be long. */
const LONGEST = 12_000;

/** Where the data of a subject can be downloaded, relative to the page. */
export function downloadOf(subject: SubjectRef): string {
  const { machine } = subject;
  const ids = machine === 'connection' ? [subject.connectionId] : [subject.supervisor];
  if (machine === 'dialer') ids.push(subject.childId);
  return `${machine}/${ids.map(encodeURIComponent).join('/')}.json`;
}

/** The subject at a path below the dashboard's; `undefined` if the path names none. */
export function subjectAt(rest: string): SubjectRef | undefined {
  const [, machine, first, second] = /^\/(connection|dialer|supervisor)\/([^/]+)(?:\/([^/]+))?\.json$/.exec(rest) ?? [];
  if (first === undefined || rest.length > LONGEST) return undefined;
  try {
    const id = decodeURIComponent(first);
    if (machine === 'dialer')
      return second === undefined ? undefined : { machine, supervisor: id, childId: decodeURIComponent(second) };
    if (second !== undefined) return undefined;
    return machine === 'connection' ? { machine, connectionId: id } : { machine: 'supervisor', supervisor: id };
  } catch {
    return undefined;
  }
}

/** Where the data of downloads is. */
export interface DownloadPlaces extends Places {
  readonly timelineOf: (followed: Followed) => Timeline | undefined;
}

/**
 * The data of a subject as a file: its timeline, which `wirekeeper replay` reads, where it was recorded; else what the
 * page shows of it. `undefined` if there is no such subject.
 */
export function makeDownload(
  subject: SubjectRef,
  places: DownloadPlaces,
  showsReasons: boolean,
): { readonly name: string; readonly body: string } | undefined {
  const followed = find(places, subject);
  if (followed === undefined) return undefined;
  const name = subject.machine === 'connection' ? subject.connectionId : `${subject.machine}-${subject.supervisor}`;
  const body = places.timelineOf(followed) ?? shownFacts(subject, followed, showsReasons);
  return { name, body: `${JSON.stringify(body, undefined, 2)}\n` };
}

function shownFacts(subject: SubjectRef, followed: Followed, showsReasons: boolean): object {
  const report = followed.report ?? reportOf(followed.handle);
  return {
    ...factsOf(subject, followed, undefined, showsReasons),
    ...(report === undefined ? {} : { report: shownReport(report, showsReasons) }),
  };
}

function reportOf(handle: Followed['handle']): CloseReport | undefined {
  return handle !== undefined && 'report' in handle ? handle.report : undefined;
}
