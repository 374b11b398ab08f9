import * as api from '@opentelemetry/api';
import { expect, test } from 'vitest';
import type { TraceOptions } from '../../../src/inspect/opentelemetry/index.js';
import { resolveTrace } from '../../../src/inspect/opentelemetry/trace-options.js';

test('by default the package is loaded, and its global provider makes the tracer', () => {
  const { api: loaded, tracer } = resolveTrace({});
  expect(loaded.trace).toBe(api.trace);
  expect(tracer.startSpan('a').isRecording()).toBe(false);
});

test.each<[object, string]>([
  [{ tracer: {} }, 'traceConnections: tracer is an object; it must be a Tracer of OpenTelemetry.'],
  [{ tracer: null }, 'traceConnections: tracer is null;'],
  [{ trace: 1 }, 'traceConnections: trace is not an option'],
])('%j is wrong', (options, message) => {
  expect(() => resolveTrace(options as TraceOptions)).toThrow(message);
});
