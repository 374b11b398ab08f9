import type { Connection } from '../index.js';
import {
  checkBoolean,
  checkFunction,
  checkMethods,
  checkNumber,
  readOptions,
  wholeFrom,
} from '../supervisor/options/option-rules.js';
import { read } from '../transport/read-options.js';
import { show } from '../transport/show.js';
import { wrongOption } from '../transport/wrong-option.js';
import type { ClusterOptions, IdentityClose } from './api/cluster.js';
import { copyOfPosition, type TopicPosition } from './api/position.js';
import type { AddOptions, PublishOptions, TopicHistory } from './api/topic.js';
import { checkName } from './names.js';

const DEFAULTS = {
  node: 'node',
  heartbeatMs: 1_000,
  lostAfterMs: 5_000,
  graceMs: 8_000,
  idleMs: 1_000,
  connectWithinMs: 5_000,
  random: Math.random,
  needsBroker: false,
} as const satisfies Partial<ClusterOptions>;

const LONGEST_MS = 2 ** 31 - 1;
/** The most bytes of a presence's JSON. */
const MOST_PRESENCE_BYTES = 1_024;
/** The most bytes of a cluster's or node's name: it is part of longer ones. */
const MOST_NAME_BYTES = 64;
/** An identity has at most 256 characters, which may be four bytes each. */
const MOST_IDENTITY_BYTES = 1_024;

/** The options of `createCluster`, checked. */
export type ClusterSettings = { readonly [Key in keyof ClusterOptions]-?: NonNullable<ClusterOptions[Key]> };

/** Checks the options of `createCluster`. @throws {OptionError} */
export function resolveCluster(given: ClusterOptions): ClusterSettings {
  const keys = ['broker', 'name', ...(Object.keys(DEFAULTS) as (keyof typeof DEFAULTS)[])] as const;
  const options = { ...DEFAULTS, ...readOptions(given, keys, 'createCluster') } as ClusterSettings;
  checkMethods(options.broker, ['connect'], 'createCluster: broker');
  checkName(options.name, 'createCluster: name', MOST_NAME_BYTES);
  checkName(options.node, 'createCluster: node', MOST_NAME_BYTES);
  checkNumber(options.heartbeatMs, wholeFrom(50, 60_000), 'createCluster: heartbeatMs');
  checkNumber(options.lostAfterMs, wholeFrom(options.heartbeatMs + 1, LONGEST_MS), 'createCluster: lostAfterMs');
  checkNumber(options.graceMs, wholeFrom(0, LONGEST_MS), 'createCluster: graceMs');
  checkNumber(options.idleMs, wholeFrom(0, LONGEST_MS), 'createCluster: idleMs');
  checkNumber(options.connectWithinMs, wholeFrom(1, LONGEST_MS), 'createCluster: connectWithinMs');
  checkFunction(options.random, 'createCluster: random');
  checkBoolean(options.needsBroker, 'createCluster: needsBroker');
  return options;
}

/** Checks a topic's name and options. @throws {OptionError} */
export function resolveTopic(name: unknown, given: { readonly history?: TopicHistory | undefined }) {
  const { history } = readOptions(given, ['history'], 'topic');
  return { name: checkName(name, 'topic: name'), history: history === undefined ? undefined : historyOf(history) };
}

function historyOf(given: TopicHistory): TopicHistory {
  const { messages, ageMs } = readOptions(given, ['messages', 'ageMs'], 'topic: history');
  checkNumber(messages, wholeFrom(1, 1_000_000), 'topic: history.messages');
  checkNumber(ageMs, wholeFrom(1_000, LONGEST_MS), 'topic: history.ageMs');
  return { messages, ageMs };
}

/** Checks how a connection is added. `presence` becomes what JSON makes of it. @throws {OptionError} */
export function resolveAdd(given: AddOptions, call: string): AddOptions {
  const { presence, key, envelope = false } = readOptions(given, ['presence', 'key', 'envelope'], call);
  checkBoolean(envelope, `${call}: envelope`);
  if (key !== undefined) checkName(key, `${call}: key`, MOST_IDENTITY_BYTES);
  return { presence: presence === undefined ? undefined : presenceOf(presence, `${call}: presence`), key, envelope };
}

function presenceOf(value: unknown, where: string): unknown {
  // A getter, or a value's own toJSON, may throw.
  const text = read(() => JSON.stringify(value) as string | undefined, where);
  if (text === undefined) throw wrongOption(where, `is ${show(value)}; it must be a value that JSON has a text for`);
  const bytes = Buffer.byteLength(text);
  if (bytes > MOST_PRESENCE_BYTES)
    throw wrongOption(where, `has ${bytes} bytes as JSON; at most ${MOST_PRESENCE_BYTES} are allowed`);
  return JSON.parse(text);
}

/** Checks how a message is published. @throws {OptionError} */
export function resolvePublish(given: PublishOptions): {
  readonly except: Connection<unknown> | undefined;
  readonly withinMs: number;
} {
  const { except, withinMs = 2_000 } = readOptions(given, ['except', 'withinMs'], 'publish');
  return { except, withinMs: checkNumber(withinMs, wholeFrom(1, LONGEST_MS), 'publish: withinMs') };
}

/** Checks a wait for the answers of other nodes. @throws {OptionError} */
export function resolveAnswers(given: { readonly withinMs?: number | undefined }, call: string): number {
  const { withinMs = 1_000 } = readOptions(given, ['withinMs'], call);
  return checkNumber(withinMs, wholeFrom(1, LONGEST_MS), `${call}: withinMs`);
}

/** Checks how the connections of an identity are closed, except for the code and the reason. @throws {OptionError} */
export function resolveIdentityClose(given: IdentityClose): Required<IdentityClose> & { readonly withinMs: number } {
  const { code = 1_000, reason = '', withinMs = 1_000 } = readOptions(given, ['code', 'reason', 'withinMs'], 'close');
  return { code, reason, withinMs: checkNumber(withinMs, wholeFrom(1, LONGEST_MS), 'close: withinMs') };
}

/** @throws {OptionError} for anything but a text that can be an identity. */
export function checkIdentity(identity: unknown, call: string): string {
  return checkName(identity, `${call}: identity`, MOST_IDENTITY_BYTES);
}

/** A position that a user hands in, read once. @throws {OptionError} for anything else. */
export function checkPosition(position: unknown, call: string): TopicPosition | undefined {
  if (position === undefined) return undefined;
  const where = `${call}: position`;
  const copy = read(() => copyOfPosition(position), where);
  if (copy === undefined)
    throw wrongOption(where, `is ${show(position)}; it must be a position, as parsePosition returns it`);
  return copy;
}

/** How many messages are read at most. @throws {OptionError} */
export function resolveSince(given: { readonly limit?: number }, { messages }: TopicHistory): number {
  const { limit = messages } = readOptions(given, ['limit'], 'since');
  return checkNumber(limit, wholeFrom(1, messages), 'since: limit');
}
