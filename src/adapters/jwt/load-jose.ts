import { loadPeer } from '../../peer/load-peer.js';

/** The package that checks signatures. */
export type Jose = typeof import('jose');

/**
 * Loads the package jose, which is there where the user has installed it.
 *
 * @throws {PlatformError} when it is not, with the command that installs it.
 */
export const loadJose = (load?: (name: string) => unknown): Jose =>
  loadPeer('jose', '6', 'createJwtAuthenticator', load) as Jose;
