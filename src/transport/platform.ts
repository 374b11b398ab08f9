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
