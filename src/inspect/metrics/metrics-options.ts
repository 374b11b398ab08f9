import type { Registry } from 'prom-client';
import { loadPeer } from '../../peer/load-peer.js';
import { checkObject, readOptions } from '../../transport/read-options.js';
import { show } from '../../transport/show.js';
import { nameOf, wrongOption } from '../../transport/wrong-option.js';
import { OWN_LABELS, type PromClient } from './metric-families.js';

/** How a supervisor is measured. */
export interface MetricsOptions {
  /** The registry of prom-client that the metrics are added to. Default: the global one, `register`. */
  readonly registry?: Registry | undefined;
  /** Begins the name of each metric. Default `wirekeeper_`. */
  readonly prefix?: string | undefined;
  /**
   * Labels that each value gets, beside `supervisor`, the supervisor's name. Supervisors with one prefix in one
   * registry need labels of the same names. Default none.
   */
  readonly labels?: Readonly<Record<string, string>> | undefined;
  /**
   * How many ids of listeners and dialers get a value of their own in the label `child` of what is counted for each
   * connection; all others share the value `other`. With 0 there is no such label. Default 0.
   */
  readonly childLabels?: number | undefined;
  /**
   * The package itself, for programs that are bundled: `import * as client from 'prom-client'`. Default: it is loaded.
   */
  readonly client?: PromClient | undefined;
}

const KEYS = ['registry', 'prefix', 'labels', 'childLabels', 'client'] as const satisfies (keyof MetricsOptions)[];

const DEFAULTS = { prefix: 'wirekeeper_', labels: {}, childLabels: 0 } as const;

/** The options, checked and with their defaults. */
export interface MetricsSettings {
  readonly client: PromClient;
  readonly registry: Registry;
  readonly prefix: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly childLabels: number;
}

/** @throws {PlatformError} when prom-client is not installed; {OptionError} for a wrong option. */
export function resolveMetrics(options: MetricsOptions): MetricsSettings {
  const given = readOptions(options, KEYS, 'collectMetrics');
  const { prefix = DEFAULTS.prefix, labels = DEFAULTS.labels, childLabels = DEFAULTS.childLabels } = given;
  if (typeof prefix !== 'string' || !/^[a-z_:][\w:]*$/i.test(prefix))
    throw wrongOption(
      'collectMetrics: prefix',
      `is ${show(prefix)}; allowed are letters, digits, _, and :, with no digit in front`,
    );
  if (!Number.isSafeInteger(childLabels) || childLabels < 0)
    throw wrongOption('collectMetrics: childLabels', `is ${show(childLabels)}; allowed are whole numbers from 0 on`);
  checkLabels(labels);
  const client = given.client ?? (loadPeer('prom-client', '15', 'collectMetrics') as PromClient);
  const registry = given.registry ?? client.register;
  if (typeof (registry as Partial<Registry> | undefined)?.registerMetric !== 'function')
    throw wrongOption('collectMetrics: registry', `is ${show(registry)}; it must be a Registry of prom-client`);
  return { client, registry, prefix, labels: { ...labels }, childLabels };
}

function checkLabels(labels: unknown): void {
  const where = 'collectMetrics: labels';
  checkObject(labels, where);
  for (const [name, value] of Object.entries(labels)) {
    if (!/^[a-z_]\w*$/i.test(name) || name.startsWith('__'))
      throw wrongOption(where, `has a label called ${show(name)}; allowed are letters, digits, and _`);
    if (OWN_LABELS.has(name)) throw wrongOption(nameOf(where, name), 'is a label of the metrics themselves; rename it');
    if (typeof value !== 'string') throw wrongOption(nameOf(where, name), `is ${show(value)}; it must be a text`);
  }
}
