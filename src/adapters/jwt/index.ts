// Brings Node's types to programs that compile against ours, even if `types` does not name them (TypeScript 6 and
// later name none).
/// <reference types="node" preserve="true" />

export { createJwtAuthenticator, type JwtAuthenticator } from './jwt-authenticator.js';
export type { JwtClaims, JwtOptions } from './jwt-options.js';
export type { TokenSource } from './token-source.js';
