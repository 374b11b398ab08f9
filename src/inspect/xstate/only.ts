import { readOptions } from '../../transport/read-options.js';
import { show } from '../../transport/show.js';
import { wrongOption } from '../../transport/wrong-option.js';
import type { InspectedActor, TreeActor } from './inspected-actor.js';

/** Which actors are shown. What is shown comes with its parents. All conditions that are given hold together. */
export interface InspectOnly {
  /** The id of one connection, and its own actors. Default: every connection. */
  readonly connection?: string | undefined;
  /** The id of one child: a listener, a dialer, or a supervisor, and what is below it. Default: every child. */
  readonly child?: string | undefined;
  /**
   * The share of connections that is shown, from 0 to 1, with their own actors. It is decided by the connection's id,
   * so each viewer that asks for the same share sees the same connections. Default 1.
   */
  readonly share?: number | undefined;
}

const KEYS = ['connection', 'child', 'share'] as const satisfies readonly (keyof InspectOnly)[];

/** @throws {OptionError} for a wrong filter. */
export function resolveOnly(given: InspectOnly | undefined, where: string): InspectOnly {
  if (given === undefined) return {};
  const only = readOptions(given, KEYS, where);
  for (const key of ['connection', 'child'] as const) {
    const id: unknown = only[key];
    if (id !== undefined && (typeof id !== 'string' || id === ''))
      throw wrongOption(`${where}.${key}`, `is ${show(id)}; it must be the id of a ${key}`);
  }
  const { share = 1 }: { readonly share?: unknown } = only;
  if (typeof share !== 'number' || !(share >= 0 && share <= 1))
    throw wrongOption(`${where}.share`, `is ${show(share)}; it must be a number from 0 to 1`);
  return only;
}

/** Whether an actor is one that was asked for. Its parents are shown although they may not be. */
export function isWanted({ connection, child, share }: InspectOnly, actor: TreeActor): boolean {
  const owner = actor.connectionActor;
  if (connection !== undefined && owner?.id !== connection) return false;
  if (child !== undefined && !isBelow(child, owner ?? actor)) return false;
  return share === undefined || owner === undefined || chanceOf(owner.id) < share;
}

function isBelow(child: string, actor: InspectedActor): boolean {
  for (let above: InspectedActor | undefined = actor; above !== undefined; above = above._parent)
    if (above.id === child && above.kind !== 'connection') return true;
  return false;
}

/** A number from 0 to below 1 that belongs to an id: FNV-1a, mixed so that ids in a row are spread evenly. */
function chanceOf(id: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < id.length; i += 1) hash = Math.imul(hash ^ id.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
