import type { SubjectRef } from '../protocol/detail.js';
import type { ConnectionQuery, EndingQuery, Window } from '../protocol/tables.js';
import type { Action, ViewerMessage } from '../protocol.js';

/** The longest text in a message, in characters: of a search, an id, or a close reason. */
const LONGEST_TEXT = 200;

/** The longest key of a supervisor: the ids on the way to it, percent-encoded. */
const LONGEST_KEY = 8_000;

/** The most rows of a window. */
const MOST_ROWS = 200;

/** A message that was understood, or why it was not, and of which type it was. */
export type ReadMessage =
  | { readonly message: ViewerMessage }
  | { readonly why: string; readonly of?: ViewerMessage['type'] };

/** Reads a message of a viewer. Nothing is taken over unchecked, and unknown fields are left out. Never throws. */
export function readMessage(json: string): ReadMessage {
  let type: ViewerMessage['type'] | undefined;
  try {
    const given = objectOf(JSON.parse(json), 'the message');
    type = oneOf(given, 'type', TYPES);
    return { message: READERS[type](given) };
  } catch (error) {
    const why = error instanceof Malformed ? error.message : 'the message is no JSON';
    return { why, ...(type === undefined ? {} : { of: type }) };
  }
}

class Malformed extends Error {}

type Json = Readonly<Record<string, unknown>>;

const TYPES = ['series', 'look', 'look-away', 'follow', 'unfollow', 'act'] as const;

const READERS: Readonly<Record<ViewerMessage['type'], (given: Json) => ViewerMessage>> = {
  series: (given) => ({ type: 'series', resolution: oneOf(given, 'resolution', ['second', 'minute']) }),
  look: readLook,
  'look-away': (given) => ({ type: 'look-away', table: oneOf(given, 'table', ['connections', 'endings']) }),
  follow: (given) => ({ type: 'follow', subject: subjectOf(objectOf(given['subject'], 'subject')) }),
  unfollow: () => ({ type: 'unfollow' }),
  act: (given) => ({
    type: 'act',
    request: whole(given, 'request'),
    action: actionOf(objectOf(given['action'], 'action')),
  }),
};

function readLook(given: Json): ViewerMessage {
  const window: Window = { first: whole(given, 'first'), count: Math.min(MOST_ROWS, whole(given, 'count')) };
  const look = whole(given, 'look');
  const query = objectOf(given['query'], 'query');
  return oneOf(given, 'table', ['connections', 'endings']) === 'connections'
    ? { type: 'look', look, table: 'connections', query: connectionQuery(query), ...window }
    : { type: 'look', look, table: 'endings', query: endingQuery(query), ...window };
}

function connectionQuery(given: Json): ConnectionQuery {
  return {
    ...optional(given, 'search', text),
    ...optional(given, 'state', (json, key) => oneOf(json, key, ['connecting', 'open', 'closing'])),
    ...optional(given, 'role', (json, key) => oneOf(json, key, ['accepted', 'dialed'])),
    ...optional(given, 'childId', text),
    ...optional(given, 'minBufferedBytes', whole),
    ...optional(given, 'sort', (json) => sortOf(json, CONNECTION_KEYS)),
  };
}

function endingQuery(given: Json): EndingQuery {
  return {
    ...optional(given, 'search', text),
    ...optional(given, 'outcome', (json, key) => oneOf(json, key, ['closed', 'failed'])),
    // A trigger that does not exist is none of any ending.
    ...optional(given, 'trigger', (json, key) => text(json, key) as NonNullable<EndingQuery['trigger']>),
    ...optional(given, 'role', (json, key) => oneOf(json, key, ['accepted', 'dialed'])),
    ...optional(given, 'childId', text),
    ...optional(given, 'code', whole),
    ...optional(given, 'sort', (json) => sortOf(json, ENDING_KEYS)),
  };
}

const COUNTS = ['framesIn', 'framesOut', 'bytesIn', 'bytesOut'] as const;
const CONNECTION_KEYS = [
  'id',
  'childId',
  'role',
  'state',
  'remoteAddress',
  'openedAt',
  'latencyMs',
  'bufferedBytes',
  ...COUNTS,
] as const;
const ENDING_KEYS = [
  'id',
  'childId',
  'role',
  'outcome',
  'trigger',
  'code',
  'remoteAddress',
  'endedAt',
  'openMs',
  ...COUNTS,
] as const;

function sortOf<Key extends string>(given: Json, keys: readonly Key[]) {
  const sort = objectOf(given['sort'], 'sort');
  return { by: oneOf(sort, 'by', keys), descending: sort['descending'] === true };
}

function subjectOf(given: Json): SubjectRef {
  const machine = oneOf(given, 'machine', ['connection', 'dialer', 'supervisor']);
  if (machine === 'connection') return { machine, connectionId: text(given, 'connectionId') };
  const supervisor = keyOf(given);
  return machine === 'supervisor' ? { machine, supervisor } : { machine, supervisor, childId: text(given, 'childId') };
}

function actionOf(given: Json): Action {
  const kind = oneOf(given, 'kind', ['close', 'terminate', 'drain', 'redial']);
  switch (kind) {
    case 'close':
      return {
        kind,
        connectionId: text(given, 'connectionId'),
        code: whole(given, 'code'),
        reason: text(given, 'reason'),
      };
    case 'terminate':
      return { kind, connectionId: text(given, 'connectionId') };
    case 'drain':
      return {
        kind,
        supervisor: keyOf(given),
        share: finite(given, 'share'),
        spreadMs: whole(given, 'spreadMs'),
      };
    case 'redial':
      return { kind, supervisor: keyOf(given), childId: text(given, 'childId') };
  }
}

function objectOf(value: unknown, what: string): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Malformed(`${what} is no object`);
  return value as Json;
}

function oneOf<const Word extends string>(given: Json, key: string, allowed: readonly Word[]): Word {
  const found = allowed.find((word) => word === given[key]);
  if (found === undefined) throw new Malformed(`${key} is not allowed; allowed are ${allowed.join(', ')}`);
  return found;
}

function text(given: Json, key: string, longest = LONGEST_TEXT): string {
  const value = given[key];
  if (typeof value !== 'string' || value.length > longest)
    throw new Malformed(`${key} is not allowed; allowed are texts of at most ${longest} characters`);
  return value;
}

const keyOf = (given: Json): string => text(given, 'supervisor', LONGEST_KEY);

function finite(given: Json, key: string): number {
  const value = given[key];
  if (typeof value !== 'number' || !Number.isFinite(value)) throw new Malformed(`${key} is no number`);
  return value;
}

function whole(given: Json, key: string): number {
  const value = finite(given, key);
  if (!Number.isSafeInteger(value) || value < 0)
    throw new Malformed(`${key} is not allowed; allowed are whole numbers from 0 on`);
  return value;
}

function optional<Key extends string, Value>(
  given: Json,
  key: Key,
  readValue: (given: Json, key: Key) => Value,
): Partial<Record<Key, Value>> {
  return given[key] === undefined ? {} : ({ [key]: readValue(given, key) } as Record<Key, Value>);
}
