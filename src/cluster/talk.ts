import type { Present } from './presence-view.js';

/** A topic whose presence has changed: its key, and the version that it has now at the node that says so. */
export type Changed = readonly [key: string, version: number];

/**
 * An entry that was stored in a topic's history: the topic's key, the epoch, and the offset; `null` where the node that
 * says it does not know whether there is one.
 */
export type Stored = readonly [key: string, epoch: string, offset: number | null];

/** What nodes say to each other, as JSON. `node` is the one that says it. */
export type Talk = { readonly node: string } /** The heartbeat. `isNew` asks the others for theirs. */ & (
  | {
      readonly type: 'beat';
      /** Counts the heartbeats of this node: who has missed one has missed what it said. */
      readonly count: number;
      /** Whether the link of this node is new: it asks the others for theirs. */
      readonly isNew: boolean;
      /** The node that was heard for the first time, which this one answers. */
      readonly answers: string | null;
      readonly isDraining: boolean;
      readonly changed: readonly Changed[];
      readonly stored: readonly Stored[];
      /** Topics whose presence this node has begun to follow: nodes with members in them say so in their heartbeats. */
      readonly followed: readonly string[];
      /** Nodes of which a heartbeat was missed: they repeat which version each topic's presence has. */
      readonly missed: readonly string[];
    }
  | { readonly type: 'bye' }
  /** To all: closes the connections of an identity; the answer is how many. */
  | {
      readonly type: 'close';
      readonly request: number;
      readonly identity: string;
      readonly code: number;
      readonly reason: string;
    }
  /** To all: how many connections a topic has. */
  | { readonly type: 'count'; readonly request: number; readonly topic: string }
  | { readonly type: 'answer'; readonly request: number; readonly value: number }
  /** To those who follow a topic: who is there? Each answers with a snapshot. */
  | { readonly type: 'who'; readonly topic: string }
  /** To one node: who is there? */
  | { readonly type: 'ask'; readonly topic: string }
  /** To one node: all members of a topic on this one, in parts. */
  | {
      readonly type: 'snapshot';
      readonly topic: string;
      readonly version: number;
      readonly part: number;
      readonly parts: number;
      readonly members: readonly Present[];
    }
  /** To those who follow a topic: who came and left, from one version to the next. */
  | {
      readonly type: 'diff';
      readonly topic: string;
      readonly from: number;
      readonly to: number;
      readonly joins: readonly Present[];
      readonly leaves: readonly Present[];
      readonly isMove: boolean;
    }
);

type Check = (value: unknown) => boolean;

const text: Check = (value) => typeof value === 'string';
const number: Check = (value) => typeof value === 'number';
const boolean: Check = (value) => typeof value === 'boolean';
const tuple =
  (...checks: readonly Check[]): Check =>
  (value) =>
    Array.isArray(value) && value.length === checks.length && checks.every((check, index) => check(value[index]));
const list =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const present: Check = (value) =>
  typeof value === 'object' &&
  value !== null &&
  text((value as Partial<Present>).id) &&
  text((value as Partial<Present>).key);

const CHECKS: { readonly [Type in Talk['type']]: Readonly<Record<string, Check>> } = {
  beat: {
    count: number,
    isNew: boolean,
    answers: (value) => value === null || text(value),
    isDraining: boolean,
    changed: list(tuple(text, number)),
    stored: list(tuple(text, text, (value) => value === null || number(value))),
    followed: list(text),
    missed: list(text),
  },
  bye: {},
  close: { request: number, identity: text, code: number, reason: text },
  count: { request: number, topic: text },
  answer: { request: number, value: number },
  who: { topic: text },
  ask: { topic: text },
  snapshot: { topic: text, version: number, part: number, parts: number, members: list(present) },
  diff: { topic: text, from: number, to: number, joins: list(present), leaves: list(present), isMove: boolean },
};

export function writeTalk(talk: Talk): Buffer {
  return Buffer.from(JSON.stringify(talk));
}

/** Reads what another node has said. @throws {Error} for anything that no node says. */
export function readTalk(payload: Uint8Array): Talk {
  const talk: unknown = JSON.parse(Buffer.from(payload).toString());
  if (typeof talk !== 'object' || talk === null) throw new Error('no message of a node: it is no object');
  const said = talk as Readonly<Record<string, unknown>>;
  const type = said['type'];
  if (!text(type) || !Object.hasOwn(CHECKS, type as string)) throw new Error('no message of a node: unknown type');
  const checks = { node: text, ...CHECKS[type as Talk['type']] };
  const wrong = Object.entries(checks).find(([name, check]) => !check(said[name]));
  if (wrong !== undefined) throw new Error(`no message of a node: ${wrong[0]} is wrong`);
  return said as unknown as Talk;
}
