/** A supervisor that is measured. Only compiled: against the source, and against the packed package. */
import { Registry } from 'prom-client';
import { createSupervisor } from 'wirekeeper';
import { collectMetrics, type MetricsOptions } from 'wirekeeper/metrics';

const options: MetricsOptions = { registry: new Registry(), prefix: 'ws_', labels: { zone: 'a' }, childLabels: 10 };
const measuring = collectMetrics(createSupervisor(), options);
measuring.unsubscribe();
collectMetrics(createSupervisor());

// @ts-expect-error an unknown option
collectMetrics(createSupervisor(), { registri: new Registry() });
// @ts-expect-error no registry
collectMetrics(createSupervisor(), { registry: {} });
