import { OptionError } from '../../index.js';

/** The paths of one entry of a configuration or of a module, and where it stands there. */
export interface PathsOfEntry {
  readonly place: string;
  readonly paths: readonly string[];
}

/** Paths of one shape take the same requests, whatever their parameters are called. */
const shapeOf = (path: string): string => path.replace(/(?<=\/)(?:\*|:[^/]*)(?=\/|$)/g, '*');

/** @throws {OptionError} when two paths take the same requests. */
export function checkPathsDiffer(entries: readonly PathsOfEntry[]): void {
  const owners = new Map<string, string>();
  for (const { paths, place } of entries) {
    for (const path of paths) {
      const shape = shapeOf(path);
      const owner = owners.get(shape);
      if (owner !== undefined)
        throw new OptionError(
          `${place} has the path ${JSON.stringify(path)}, which ${owner} has already; paths must be distinct.`,
        );
      owners.set(shape, place);
    }
  }
}
