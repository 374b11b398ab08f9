import type { Connection } from '../index.js';
import { statement } from './api/envelope.js';
import { BrokerDownError } from './api/errors.js';
import { positionOf, type TopicPosition } from './api/position.js';
import type { AddOptions, Resumed } from './api/topic.js';
import type { LogFeed } from './history/log-feed.js';
import { enveloped } from './members.js';
import { contentFrom, frameOf } from './message.js';
import type { BrokerLog, LogEntry, LogPlace } from './port/broker.js';
import type { TopicState } from './topic-state.js';

/** What has been sent so far. */
interface Progress {
  place: LogPlace;
  sent: number;
  isComplete: boolean;
}

/**
 * Brings a connection up to date, and has it join when it is: what it has been sent then ends where the live messages
 * of this node go on, and both are looked at in one turn.
 */
export async function resume(
  state: TopicState,
  feed: LogFeed,
  connection: Connection<unknown>,
  position: TopicPosition | undefined,
  options: AddOptions,
): Promise<Resumed> {
  const log = await feed.ready;
  const progress = await beginning(feed, log, position);
  const isInEnvelope = options.envelope === true;
  while (connection.state === 'open') {
    const now = nowOf(feed, log);
    if (progress.place.offset > now.offset) {
      // The log is ahead of this node: what was read must not come a second time, live.
      if (!(await feed.reach(log, progress.place.offset))) throw lost();
      continue;
    }
    const fresh = feed.tail.after(progress.place.offset);
    if (fresh !== undefined) {
      for (const entry of fresh) send(connection, entry, isInEnvelope, progress);
      return join(state, connection, options, progress, log.epoch);
    }
    const { entries, isComplete } = await older(feed, log, state, progress.place);
    progress.isComplete &&= isComplete;
    for (const entry of entries) send(connection, entry, isInEnvelope, progress);
    if (entries.length === 0) skip(progress, now);
    await connection.writable();
  }
  return { isMember: false, sent: progress.sent, isComplete: false, position: positionOf(log.epoch, progress.place) };
}

/** Where to begin: at the position, if it is one of this history, or else with what comes from now on. */
async function beginning(feed: LogFeed, log: BrokerLog, position: TopicPosition | undefined): Promise<Progress> {
  if (position !== undefined && position.epoch === log.epoch && (await feed.reach(log, position.offset)))
    return { place: { offset: position.offset, at: position.at }, sent: 0, isComplete: true };
  return { place: nowOf(feed, log), sent: 0, isComplete: position === undefined };
}

/** Where this node stands. @throws {BrokerDownError} if the history is another one by now. */
function nowOf(feed: LogFeed, log: BrokerLog): LogPlace {
  const { position } = feed;
  if (position === undefined || position.epoch !== log.epoch) throw lost();
  return { offset: position.offset, at: position.at };
}

const lost = () => new BrokerDownError('the broker of the cluster was lost while a connection was brought up to date');

async function older(feed: LogFeed, log: BrokerLog, state: TopicState, after: LogPlace) {
  try {
    return await feed.older.read(log, after);
  } catch (cause) {
    throw new BrokerDownError(`topic ${state.topic.name}: the history could not be read`, { cause });
  }
}

function send(connection: Connection<unknown>, entry: LogEntry, isInEnvelope: boolean, progress: Progress): void {
  const content = contentFrom(entry);
  const result = connection.send(isInEnvelope ? enveloped(content, entry.offset) : frameOf(content));
  if (result === 'dropped' || result === 'closed') progress.isComplete = false;
  else progress.sent += 1;
  progress.place = { offset: entry.offset, at: entry.at };
}

/** Nothing is left of what was between the place and where this node stands. */
function skip(progress: Progress, now: LogPlace): void {
  progress.place = now;
  progress.isComplete = false;
}

function join(
  state: TopicState,
  connection: Connection<unknown>,
  options: AddOptions,
  { place, sent, isComplete }: Progress,
  epoch: string,
): Resumed {
  const isMember = state.add(connection, options);
  const position = positionOf(epoch, place);
  if (isMember && options.envelope === true) connection.send(statement(position, isComplete));
  return { isMember, sent, isComplete: isMember && isComplete, position };
}
