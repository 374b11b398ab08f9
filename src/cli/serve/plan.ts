import { dirname } from 'node:path';
import { type ListenOptions, OptionError } from '../../index.js';
import { listenerHandler } from '../config/behaviours.js';
import type { ClusterConfig } from '../config/cluster-settings.js';
import { type Config, DEFAULT_CONFIG, type DialerConfig, type ListenerConfig } from '../config/config.js';
import { readAuth } from '../config/read-auth.js';
import { readConfig } from '../config/read-config.js';
import { readTls, type TlsSettings } from '../config/read-tls.js';
import { loadService, placeOfHandler, type ServiceModule } from '../config/service-module.js';
import type { Settings } from '../config/settings.js';

/** A listener of the service, before it listens. */
export interface PlannedListener {
  /** Where it stands in its file, for messages. */
  readonly place: string;
  readonly paths: readonly string[];
  /** What it does, for people. */
  readonly does: string;
  /** Whether it has rooms, which span the nodes of a cluster. */
  readonly hasRooms: boolean;
  readonly options: ListenOptions<unknown>;
}

/** What a service runs, whether a configuration or a module says so. */
export interface Plan {
  /** The file that says so; `undefined` without one. */
  readonly file: string | undefined;
  readonly settings: Settings;
  readonly supervisor: ServiceModule['supervisor'];
  readonly setup: ServiceModule['setup'];
  readonly listeners: readonly PlannedListener[];
  readonly dialers: readonly DialerConfig[];
  /** What the configuration says of a cluster; nothing if there is none. */
  readonly cluster: ClusterConfig | undefined;
  readonly isModule: boolean;
  readonly tls: TlsSettings | undefined;
}

/** Where a plan comes from: a module, a configuration file, or neither. */
export interface PlanSource {
  readonly module?: string | undefined;
  readonly config?: string | undefined;
  /** The certificate of the command line, relative to the working directory. */
  readonly tlsCert?: string | undefined;
  readonly tlsKey?: string | undefined;
}

/**
 * Reads what the service runs, and the files that this needs.
 *
 * @throws {OptionError} for what is wrong with it; what the library checks is found when it is started.
 */
export async function planOf({ module, config, tlsCert, tlsKey }: PlanSource): Promise<Plan> {
  if (module !== undefined && config !== undefined)
    throw new OptionError('serve takes a module or --config, not both.');
  const plan =
    module !== undefined
      ? planOfModule(module, await loadService(module))
      : await planOfConfig(config, await configOf(config));
  return { ...plan, tls: await tlsOf(plan, tlsCert, tlsKey) };
}

const configOf = async (file: string | undefined): Promise<Config> =>
  file === undefined ? DEFAULT_CONFIG : readConfig(file);

async function tlsOf(
  { file, settings: { tls } }: Pick<Plan, 'file' | 'settings'>,
  certFile: string | undefined,
  keyFile: string | undefined,
): Promise<TlsSettings | undefined> {
  if ((certFile === undefined) !== (keyFile === undefined))
    throw new OptionError('--tls-cert and --tls-key are given together.');
  if (certFile !== undefined && keyFile !== undefined) return readTls({ ...tls, certFile, keyFile }, '');
  if (tls === undefined) return undefined;
  return await readTls(tls, file === undefined ? '' : dirname(file)).catch((error: unknown) => {
    throw error instanceof OptionError ? new OptionError(`${file}: ${error.message}`, { cause: error }) : error;
  });
}

const DOES: Readonly<Record<ListenerConfig['behaviour'], string>> = {
  echo: 'sends every message back',
  rooms: 'sends every message to the others of its room',
  discard: 'reads every message and keeps none',
};

async function planOfConfig(
  file: string | undefined,
  { auth, listeners, dialers, cluster, ...settings }: Config,
): Promise<Omit<Plan, 'tls'>> {
  const folder = file === undefined ? '' : dirname(file);
  const shared = auth === undefined ? undefined : await readAuth(auth, file, 'auth', folder);
  const planned: PlannedListener[] = [];
  for (const [i, { behaviour, auth: own, ...options }] of listeners.entries()) {
    const place = `listeners[${i}]`;
    const authenticate =
      own === undefined ? shared : own === false ? undefined : await readAuth(own, file, `${place}.auth`, folder);
    const paths = typeof options.path === 'string' ? [options.path] : options.path;
    const [handler, hasRooms] = [listenerHandler(behaviour), behaviour === 'rooms'];
    planned.push({ place, paths, does: DOES[behaviour], hasRooms, options: { ...options, authenticate, handler } });
  }
  const isModule = false;
  return { file, settings, supervisor: {}, setup: undefined, listeners: planned, dialers, cluster, isModule };
}

/** Ids are up to 128 printable characters of ASCII. */
const ID = /^[\x20-\x7e]{1,128}$/;

function planOfModule(file: string, { settings, supervisor, handlers, setup }: ServiceModule): Omit<Plan, 'tls'> {
  const listeners = handlers.map(({ path, options }): PlannedListener => {
    const id = ID.test(path) ? { id: path } : {};
    // Checked by the supervisor.
    const listen = { ...id, ...options, path } as unknown as ListenOptions<unknown>;
    return { place: placeOfHandler(path), paths: [path], does: 'runs your handler', hasRooms: false, options: listen };
  });
  const [cluster, isModule] = [undefined, true];
  return { file, settings, supervisor, setup, listeners, dialers: [], cluster, isModule };
}

/**
 * Checks what several workers cannot have.
 *
 * @throws {OptionError} for dialers, which each worker would dial by itself, and for a dashboard: it shows one process.
 */
export function checkShared({ file, dialers, settings: { dashboard } }: Plan): void {
  if (dialers.length > 0)
    throw new OptionError(
      `${file}: dialers cannot be shared by workers, since each would dial; run them by a service without --workers.`,
    );
  if (typeof dashboard === 'object')
    throw new OptionError(`${file}: dashboard shows one process; it cannot be given together with --workers.`);
}
