// Brings Node's types to a program that compiles against ours, also where `types` does not name them (TypeScript 6
// and later name none).
/// <reference types="node" preserve="true" />

export {
  type DiagramEdge,
  type DiagramParts,
  type DiagramState,
  type DiagramStep,
  diagramParts,
  edgeOf,
} from '../machines/diagram/diagram-parts.js';
export { toDot } from '../machines/diagram/dot.js';
export type { DiagramMarks, DiagramOptions, MarkedTransition, MarkStyle } from '../machines/diagram/marks.js';
export { toMermaid } from '../machines/diagram/mermaid.js';
export { toPlantUml } from '../machines/diagram/plantuml.js';
export { type ScxmlOptions, toScxml } from '../machines/diagram/scxml.js';
export { toXStateJson } from '../machines/diagram/xstate-json.js';
export { toXStateSource } from '../machines/diagram/xstate-source.js';
export type {
  Asker,
  BegunEnding,
  ConnectionEnd,
  ConnectionTimeline,
  DialerTimeline,
  EndFacts,
  Revealable,
  SupervisorTimeline,
  Timeline,
  TimelineBase,
  TimelineEntry,
  TimelineError,
  TimelineEvent,
  TimelineExit,
  TimelineNote,
  TimelineStep,
  TimelineSupervisorReport,
} from '../transport/timeline.js';
export { type LogEntry, type LogLevel, logEntry, logEntryOf } from './logging/log-entry.js';
export { logEvents } from './logging/log-events.js';
export { eventLine, textLine } from './logging/log-line.js';
export type { LineLogger, LogEventsOptions, StructuredLogger } from './logging/log-options.js';
export { parseTimeline } from './recorder/parse-timeline.js';
export { createRecorder, type Recorder } from './recorder/recorder.js';
export { type Replay, replay } from './recorder/replay.js';
export type { ReplayDifference } from './recorder/replay-difference.js';
export type { RecorderOptions } from './recorder/resolve-recorder.js';
export { type InspectionObserver, type InspectOptions, type Inspector, inspect } from './xstate/inspect.js';
export type { InspectedActor, InspectedKind } from './xstate/inspected-actor.js';
export type { InspectOnly } from './xstate/only.js';
export type { InspectionServerOptions } from './xstate/server/resolve-inspection-server.js';
export { type InspectionServer, serveInspection } from './xstate/server/serve-inspection.js';
