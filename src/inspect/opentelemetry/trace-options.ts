import type { Tracer } from '@opentelemetry/api';
import { loadPeer } from '../../peer/load-peer.js';
import { readOptions } from '../../transport/read-options.js';
import { show } from '../../transport/show.js';
import { wrongOption } from '../../transport/wrong-option.js';

/** What the package exports. */
export type OpenTelemetryApi = typeof import('@opentelemetry/api');

/** How a supervisor is traced. */
export interface TraceOptions {
  /** Makes the spans. Default: the tracer `wirekeeper` of the global provider. */
  readonly tracer?: Tracer | undefined;
  /**
   * The package itself, for programs that are bundled: `import * as api from '@opentelemetry/api'`. Default: it is
   * loaded.
   */
  readonly api?: OpenTelemetryApi | undefined;
}

/** @throws {PlatformError} when `@opentelemetry/api` is not installed; {OptionError} for a wrong option. */
export function resolveTrace(options: TraceOptions): { readonly api: OpenTelemetryApi; readonly tracer: Tracer } {
  const given = readOptions(options, KEYS, 'traceConnections');
  const api = given.api ?? (loadPeer('@opentelemetry/api', '1', 'traceConnections') as OpenTelemetryApi);
  const tracer = given.tracer === undefined ? api.trace.getTracer('wirekeeper') : given.tracer;
  if (typeof (tracer as Partial<Tracer> | null)?.startSpan !== 'function')
    throw wrongOption('traceConnections: tracer', `is ${show(tracer)}; it must be a Tracer of OpenTelemetry`);
  return { api, tracer };
}

const KEYS = ['tracer', 'api'] as const satisfies (keyof TraceOptions)[];
