/** A supervisor that is traced. Only compiled: against the source, and against the packed package. */
import * as api from '@opentelemetry/api';
import { createSupervisor } from 'wirekeeper';
import { type TraceOptions, traceConnections } from 'wirekeeper/opentelemetry';

const options: TraceOptions = { tracer: api.trace.getTracer('mine'), api };
const tracing = traceConnections(createSupervisor(), options);
tracing.unsubscribe();
traceConnections(createSupervisor());

// @ts-expect-error no tracer
traceConnections(createSupervisor(), { tracer: {} });
