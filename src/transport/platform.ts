import { PlatformError } from './errors.js';

/** What a program runs on, as `process.versions` has it. */
export type Versions = Readonly<Record<string, string | undefined>>;

/** The oldest Node.js that the package is tested on; `engines` in package.json says the same. */
const OLDEST = { major: 20, minor: 19 } as const;

/**
 * Checks that sockets can be had of what the program runs on.
 *
 * @throws {PlatformError} for a Node.js older than 20.19. Bun and Deno say which Node.js they stand in for.
 */
export function checkPlatform({ node = '' }: Versions): void {
  const [major = 0, minor = 0] = node.split('.').map(Number);
  if (major > OLDEST.major || (major === OLDEST.major && minor >= OLDEST.minor)) return;
  throw new PlatformError(
    `wirekeeper needs Node.js ${OLDEST.major}.${OLDEST.minor} or later; this is ${node === '' ? 'another runtime' : `Node.js ${node}`}.`,
  );
}

/**
 * The package as it is published, where the runtime puts something of its own in its place: Bun does so with ws, by a
 * WebSocket that is no parser and hands no socket over. The package's file is loaded then, past its name.
 *
 * @throws {PlatformError} if there is no such file, as in a program that Bun has compiled into one.
 */
export function published<T>(name: string, imported: T, { bun }: Versions, require: NodeJS.Require): T {
  if (bun === undefined) return imported;
  try {
    return require(require.resolve(`${name}/package.json`).replace(/package\.json$/, 'index.js')) as T;
  } catch (cause) {
    throw new PlatformError(
      `wirekeeper needs the package ${name}, whose place Bun ${bun} takes by something else, and cannot find its files.`,
      { cause },
    );
  }
}
