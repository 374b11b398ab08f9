import { type CloseReport, connect, createSupervisor, explain } from '../../../src/index.js';
import { createRecorder, parseTimeline, type Timeline } from '../../../src/inspect/index.js';
import { eventually } from '../../support/eventually.js';

/** What a recorder has kept of a connection that was closed with 4001, of a dialer that never was up, and of their supervisor. */
export interface Recorded {
  readonly report: CloseReport;
  readonly timelines: Readonly<Record<Timeline['machine'], Timeline>>;
}

export async function record(): Promise<Recorded> {
  const recorder = createRecorder();
  const supervisor = createSupervisor({ name: 'shop', recorder });
  const listener = await supervisor.listen({ port: 0, handler: ({ closed }) => closed });
  const connection = await connect(`ws://127.0.0.1:${listener.address?.port}/`, { supervisor });
  connection.close(4001, 'a secret');
  const report = await connection.closed;
  const feed = supervisor.dial({ id: 'feed', url: 'ws://127.0.0.1:1/', handler: ({ closed }) => closed });
  await eventually(() => feed.state === 'waiting');
  await supervisor.stop();
  const [ofConnection, ofDialer, ofSupervisor] = [report.timeline, ...[feed, supervisor].map(recorder.timelineOf)];
  if (ofConnection === undefined || ofDialer === undefined || ofSupervisor === undefined)
    throw new Error('the recorder has not kept all');
  return { report, timelines: { connection: ofConnection, dialer: ofDialer, supervisor: ofSupervisor } };
}

/** The report that a timeline has of its connection, and the sentence about it. */
export function reportOf(given: Timeline): { readonly json: unknown; readonly sentence: string } {
  const timeline = parseTimeline(given);
  if (timeline.machine !== 'connection' || timeline.end === undefined) throw new Error('no connection that has ended');
  const { report } = timeline.end;
  return { json: JSON.parse(JSON.stringify(report)) as unknown, sentence: explain(report) };
}
