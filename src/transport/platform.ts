import { PlatformError } from './errors.js';

/** The versions of a runtime, as in `process.versions`. */
export type Versions = Readonly<Record<string, string | undefined>>;

/** The oldest Node.js that the package is tested on; the same as `engines` in package.json. */
const OLDEST = { major: 20, minor: 19 } as const;

/**
 * Checks that the runtime has sockets that can be used.
 *
 * @throws {PlatformError} for a Node.js older than 20.19. Bun and Deno report the Node.js that they are compatible
 *   with.
 */
export function checkPlatform({ node = '' }: Versions): void {
  const [major = 0, minor = 0] = node.split('.').map(Number);
  if (major > OLDEST.major || (major === OLDEST.major && minor >= OLDEST.minor)) return;
  throw new PlatformError(
    `wirekeeper needs Node.js ${OLDEST.major}.${OLDEST.minor} or later; ` +
      `this is ${node === '' ? 'another runtime' : `Node.js ${node}`}.`,
  );
}

/**
 * A package as it is published. Bun replaces ws by a WebSocket of its own, which has no parser and does not hand the
 * socket over. The package's file is loaded then, past its name.
 *
 * @throws {PlatformError} if there is no such file, as in a program that Bun has compiled into one.
 */
export function published<T>(name: string, imported: T, { bun }: Versions, require: NodeJS.Require): T {
  if (bun === undefined) return imported;
  try {
    return require(require.resolve(`${name}/package.json`).replace(/package\.json$/, 'index.js')) as T;
  } catch (cause) {
    throw new PlatformError(
      `wirekeeper needs the package ${name}, which Bun ${bun} replaces by its own, and cannot find its files.`,
      { cause },
    );
  }
}
