// Brings Node's types to programs that compile against ours, even if `types` does not name them (TypeScript 6 and
// later name none).
/// <reference types="node" preserve="true" />

export {
  defineService,
  route,
  type ServiceDefinition,
  type ServiceHandler,
  type ServiceRoute,
  type ServiceTls,
} from './define-service.js';
