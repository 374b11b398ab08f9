import { getShortestPaths, getSimplePaths } from '@xstate/test';
import { type AnyEventObject, fromTransition } from 'xstate';
import type { Choices } from './choices.js';
import { type Chain, pairsBetween } from './coverage.js';
import type { Step } from './driver.js';
import { tooManyPaths, tooManyStates } from './limits.js';
import type { Advance, Model, Position } from './model.js';

/** What the model can do, as a graph. */
export interface Graph {
  readonly start: Place;
  readonly places: readonly Place[];
  /** What led into the first state. */
  readonly beginning: Advance;
}

/** One state of the model. */
export interface Place {
  readonly id: number;
  readonly position: Position;
  readonly edges: readonly Edge[];
}

/** A place whose edges are still being found. */
interface OpenPlace extends Place {
  readonly edges: Edge[];
}

/** One event at one place. */
export interface Edge {
  readonly event: AnyEventObject;
  readonly from: Place;
  readonly to: Place;
  readonly advance: Advance;
}

/** What bounds a search. */
export interface SearchLimits {
  readonly maxStates: number;
  readonly maxPaths: number;
}

/** Steps that look for simple paths, for each path that may be found. */
const TRIES_PER_PATH = 200;

/**
 * Searches a model from its initial state, breadth first.
 *
 * @param keyOf the text by which two states are one or differ.
 * @throws {OptionError} for more than `maxStates` states.
 */
export function searchOf(
  model: Model,
  choices: Choices,
  keyOf: (position: Position) => string,
  maxStates: number,
): Graph {
  const beginning = model.start();
  /** Each place, and a shortest way to it. */
  const places: (OpenPlace & { readonly steps: readonly Step[] })[] = [];
  const byKey = new Map<string, Place>();
  const placeAt = (position: Position, steps: readonly Step[]): Place => {
    const key = keyOf(position);
    const known = byKey.get(key);
    if (known !== undefined) return known;
    if (places.length === maxStates) throw tooManyStates(model, places, maxStates);
    const place = { id: places.length, position, steps, edges: [] };
    places.push(place);
    byKey.set(key, place);
    return place;
  };
  const start = placeAt(beginning.to, []);
  for (const place of places) {
    for (const { event, advance: compute } of choices.at(place.position, place.steps)) {
      const advance = compute();
      const to = placeAt(advance.to, [...place.steps, { event, from: place.position, to: advance.to }]);
      place.edges.push({ event, advance, from: place, to });
    }
  }
  return { start, places, beginning };
}

/**
 * The shortest way to each event at each place, so that together they take every transition with every variant of its
 * event. The search itself is that of `@xstate/test`, on a table: the machine may then have delays and actors.
 */
export function shortestPathsIn(
  { start }: Graph,
  { maxPaths }: SearchLimits,
  isWanted: (end: Position) => boolean,
): readonly (readonly Edge[])[] {
  const paths = getShortestPaths(tableOf(start), {
    events: ({ context }) => context.edges.map((_, index) => ({ type: 'edge', index })),
    serializeEvent: ({ index }) => String(index),
    serializeState: ({ context }, event, before) =>
      event === undefined ? `${context.id}` : `${before?.context.id} by ${event.index}`,
  }).map((path) => edgesOf(start, path));
  return withoutPrefixes(paths.filter(endsAsWanted(isWanted)), 'shortestPaths', maxPaths);
}

/**
 * Every way to each place that comes by no place twice, by `@xstate/test`.
 *
 * @throws {OptionError} for more than `maxPaths` of them, or if there are so many that the search would not end.
 */
export function simplePathsIn(
  { start }: Graph,
  { maxPaths }: SearchLimits,
  isWanted: (end: Position) => boolean,
): readonly (readonly Edge[])[] {
  let tries = 0;
  const paths = getSimplePaths(tableOf(start), {
    events: ({ context }) => context.edges.map((_, index) => ({ type: 'edge', index })),
    serializeEvent: ({ index }) => String(index),
    serializeState: ({ context }) => {
      tries += 1;
      if (tries > maxPaths * TRIES_PER_PATH) throw tooManyPaths('simplePaths', maxPaths);
      return `${context.id}`;
    },
  }).map((path) => edgesOf(start, path));
  return withoutPrefixes(paths.filter(endsAsWanted(isWanted)), 'simplePaths', maxPaths);
}

/**
 * The same graph with a place for each edge: where a model is after it. Paths that take every edge of it take every
 * event after each that it can follow.
 */
export function pairGraphOf({ start, places, beginning }: Graph): Graph {
  const edges = places.flatMap((place) => place.edges);
  const after = new Map<Edge, OpenPlace>(
    edges.map((edge, index) => [edge, { id: index + 1, position: edge.to.position, edges: [] }]),
  );
  const first: OpenPlace = { ...start, id: 0, edges: [] };
  const link = (from: OpenPlace, outgoing: readonly Edge[]): void => {
    for (const edge of outgoing) {
      const to = after.get(edge);
      if (to !== undefined) from.edges.push({ ...edge, from, to });
    }
  };
  link(first, start.edges);
  for (const [edge, place] of after) link(place, edge.to.edges);
  return { start: first, places: [first, ...after.values()], beginning };
}

/** Every transition with each that can follow it. */
export function pairsIn({ start, places, beginning }: Graph, chainOf: (advance: Advance) => Chain): readonly string[] {
  const before = new Map<Place, Set<string>>(places.map((place) => [place, new Set()]));
  const found = new Set(chainOf(beginning).pairs);
  for (const name of chainOf(beginning).last) before.get(start)?.add(name);
  const chains = places.flatMap(({ edges }) => edges.map((edge) => ({ edge, chain: chainOf(edge.advance) })));
  for (const { edge, chain } of chains) {
    for (const pair of chain.pairs) found.add(pair);
    for (const name of chain.last) before.get(edge.to)?.add(name);
  }
  for (const { edge, chain } of chains) {
    for (const pair of pairsBetween([...(before.get(edge.from) ?? [])], chain.first)) found.add(pair);
  }
  return [...found];
}

/** An edge as an event: its place among those of the state. */
interface EdgeEvent {
  readonly type: 'edge';
  readonly index: number;
}

const tableOf = (start: Place) =>
  fromTransition((place: Place, { index }: EdgeEvent): Place => place.edges[index]?.to ?? place, start);

/** `@xstate/test` puts an initial event of its own before the rest. */
function edgesOf(start: Place, { steps }: { readonly steps: readonly { readonly event: EdgeEvent }[] }): Edge[] {
  let place = start;
  return steps.slice(1).flatMap(({ event }) => {
    const edge = place.edges[event.index];
    place = edge?.to ?? place;
    return edge ?? [];
  });
}

const endsAsWanted =
  (isWanted: (end: Position) => boolean) =>
  (path: readonly Edge[]): boolean => {
    const end = path.at(-1);
    return end !== undefined && isWanted(end.to.position);
  };

/** Leaves out the paths with which a longer one begins. */
function withoutPrefixes(
  paths: readonly (readonly Edge[])[],
  call: string,
  maxPaths: number,
): readonly (readonly Edge[])[] {
  const ids = new Map<Edge, string>();
  const idOf = (edge: Edge): string => {
    const id = ids.get(edge) ?? `${ids.size}`;
    ids.set(edge, id);
    return id;
  };
  const goneOnFrom = new Set<string>();
  for (const path of paths) {
    let begun = '';
    for (const edge of path.slice(0, -1)) {
      begun += `${idOf(edge)} `;
      goneOnFrom.add(begun);
    }
  }
  const left = paths.filter((path) => !goneOnFrom.has(path.map((edge) => `${idOf(edge)} `).join('')));
  if (left.length > maxPaths) throw tooManyPaths(call, maxPaths);
  return left;
}
