// Brings Node's types to a program that compiles against ours, also where `types` does not name them (TypeScript 6
// and later name none).
/// <reference types="node" preserve="true" />

export type { InvalidMessage, MessageFault, MessageReply, MessagesOptions } from './message-options.js';
export { type MessageSource, messages } from './messages.js';
export { type JsonSendable, sendJson } from './send-json.js';
export type { MessageOf, SchemaIssue, SchemaResult, StandardSchema } from './standard-schema.js';
