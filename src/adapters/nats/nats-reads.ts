import type { JetStreamClient, JetStreamManager, JsMsg, StoredMsg } from '@nats-io/jetstream';
import type { LogEntry, LogPlace } from '../../cluster/port/broker.js';
import { fieldsOf } from './header-fields.js';
import type { Nats } from './load-nats.js';

/** Where entries are read from. */
export interface ReadFrom {
  readonly api: Pick<JetStreamManager, 'direct' | 'consumers'>;
  readonly client: Pick<JetStreamClient, 'consumers'>;
  readonly nats: Nats;
  readonly stream: string;
}

/** So many entries are read one by one before a consumer is made for the others: most have missed a few only. */
const FEW = 8;

/** How long a consumer may take to bring what it has, in ms. */
const FETCH_WITHIN_MS = 2_000;

/** After how long NATS ends the consumer of a node that was lost in the middle of a read, in ms. */
const CONSUMER_ENDS_AFTER_MS = 5_000;

export function placeOf({ seq, time }: StoredMsg): LogPlace {
  return { offset: seq, at: time.getTime() };
}

/**
 * Reads at most `limit` entries of a subject after an offset. Servers before 2.11 give one entry for a request, so many
 * are read by a consumer that lives as long as the read.
 */
export async function readEntries(
  from: ReadFrom,
  subject: string,
  offset: number,
  limit: number,
): Promise<readonly LogEntry[]> {
  const few = await readFew(from, subject, offset, Math.min(limit, FEW));
  const last = few.at(-1);
  if (last === undefined || few.length < FEW || few.length === limit) return few;
  return [...few, ...(await readMany(from, subject, last.offset, limit - few.length))];
}

async function readFew({ api, stream }: ReadFrom, subject: string, offset: number, limit: number) {
  const entries: LogEntry[] = [];
  let next = offset + 1;
  while (entries.length < limit) {
    const query = { seq: next, next_by_subj: subject };
    const message = await api.direct.getMessage(stream, query);
    if (message === null) break;
    entries.push({ ...placeOf(message), payload: message.data, headers: fieldsOf(message.header) });
    next = message.seq + 1;
  }
  return entries;
}

async function readMany({ api, client, nats, stream }: ReadFrom, subject: string, offset: number, limit: number) {
  const info = await api.consumers.add(stream, {
    ack_policy: nats.AckPolicy.None,
    deliver_policy: nats.DeliverPolicy.StartSequence,
    opt_start_seq: offset + 1,
    filter_subject: subject,
    inactive_threshold: nats.nanos(CONSUMER_ENDS_AFTER_MS),
    mem_storage: true,
  });
  const wanted = Math.min(limit, info.num_pending);
  const entries: LogEntry[] = [];
  try {
    if (wanted === 0) return entries;
    const consumer = client.consumers.getConsumerFromInfo(info);
    const messages = await consumer.fetch({ max_messages: wanted, expires: FETCH_WITHIN_MS });
    for await (const message of messages) entries.push(entryOf(message));
    return entries;
  } finally {
    // Nobody waits for it: one that is not deleted ends by itself.
    api.consumers.delete(stream, info.name).catch(() => {});
  }
}

function entryOf({ seq, timestampNanos, data, headers }: JsMsg): LogEntry {
  return { offset: seq, at: Number(timestampNanos / 1_000_000n), payload: data, headers: fieldsOf(headers) };
}
