// Brings Node's types to programs that compile against ours, even if `types` does not name them (TypeScript 6 and
// later name none).
/// <reference types="node" preserve="true" />

export type {
  Child,
  ChildContext,
  ChildCounts,
  ChildExit,
  ChildInfo,
  ChildSettings,
  ChildSpec,
  ChildState,
  Exit,
  RunningChild,
  Shutdown,
  Strategy,
  Worker,
} from './supervisor/api/child-spec.js';
export { type Clock, systemClock } from './supervisor/api/clock.js';
export type {
  AcceptedConnection,
  Connection,
  ConnectionSnapshot,
  ConnectionState,
  SendResult,
} from './supervisor/api/connection.js';
export type { ConnectionRequest } from './supervisor/api/connection-request.js';
export type { ConnectOptions, DialOptions, HeaderFields } from './supervisor/api/dial-options.js';
export type {
  Backoff,
  DialAttempt,
  Dialer,
  DialerStatus,
  RetryContext,
  RetryPolicy,
  RetryVerdict,
} from './supervisor/api/dialer.js';
export type { DrainOptions, DrainReport, StopOptions } from './supervisor/api/drain.js';
export type { SupervisorEvent } from './supervisor/api/events.js';
export type { Fates } from './supervisor/api/fates.js';
export type { Handler, HandlerResult } from './supervisor/api/handler.js';
export type {
  DialerLimits,
  DialLimit,
  Limits,
  ListenerLimits,
  Liveness,
} from './supervisor/api/limits.js';
export type { Authenticate, Grant, Listener, ListenOptions, OriginPolicy } from './supervisor/api/listener.js';
export type { Observer } from './supervisor/api/observer.js';
export type { Refusal } from './supervisor/api/refusal.js';
export type { ExitReason, Intensity, Restart } from './supervisor/api/restart.js';
export type { SupervisorStats } from './supervisor/api/stats.js';
export type {
  SuperviseOptions,
  Supervisor,
  SupervisorOptions,
} from './supervisor/api/supervisor.js';
export type { SupervisorReport, SupervisorState } from './supervisor/api/supervisor-report.js';
export type { WaitOptions } from './supervisor/api/wait-options.js';
export { connect } from './supervisor/connect.js';
export { type BroadcastResult, broadcast, Group } from './supervisor/connection/group.js';
export { createSupervisor } from './supervisor/create-supervisor.js';
export {
  type CredentialRequest,
  type SharedCredentialsOptions,
  sharedCredentials,
} from './supervisor/dialer/credentials.js';
export { centrifugoRetry, defaultRetry, graphqlWsRetry } from './supervisor/dialer/retry.js';
export { limitRetries } from './supervisor/dialer/retry-budget.js';
export { rotateUrls } from './supervisor/dialer/rotate-urls.js';
export { refuse } from './supervisor/listener/refusal.js';
export { closeCodes, describeCloseCode } from './transport/close-code.js';
export type { CloseFrame, CloseReport, CloseTrigger } from './transport/close-report.js';
export type { DialTlsOptions } from './transport/dial-request.js';
export {
  ChildError,
  CloseFrameError,
  DeadlineError,
  EndedError,
  ListenError,
  NotSentError,
  type NotSentFate,
  OptionError,
  PlatformError,
  WirekeeperError,
} from './transport/errors.js';
export { explain } from './transport/explain.js';
export type { Frame, PreparedFrame, Sendable } from './transport/frame.js';
export { isCloseCode, isUnexpectedClose } from './transport/predicates.js';
export { prepare } from './transport/protocol/prepared.js';
export { reconnectDelayOf, withReconnectDelay } from './transport/reconnect-delay.js';
export type { PerMessageDeflateOptions } from './transport/transport.js';
