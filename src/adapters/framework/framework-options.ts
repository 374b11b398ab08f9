import type { DrainOptions, Limits, ListenOptions, Supervisor } from '../../index.js';
import { resolveDrain } from '../../supervisor/drain/resolve-drain.js';
import { checkMethods, readOptions } from '../../supervisor/options/option-rules.js';

/** What `ListenOptions` has for every listener of a framework, whose routes have the paths. */
export type RoutedListenOptions = Pick<
  ListenOptions<unknown>,
  'origins' | 'hosts' | 'protocols' | 'liveness' | 'perMessageDeflate' | 'trustProxy'
>;

/** What the plugins and adapters of all frameworks take. The options of `ListenOptions` hold for all routes. */
export interface FrameworkOptions extends RoutedListenOptions {
  /** The parent of the supervisor of the WebSockets. Default: it has none, and ends with the application. */
  readonly supervisor?: Supervisor | undefined;
  /**
   * The limits of the supervisor of the WebSockets, which are the defaults of its listeners. Default: those of the
   * parent, or of `createSupervisor`.
   */
  readonly limits?: Partial<Limits> | undefined;
  /**
   * How the connections are drained when the application closes. Default: all are closed at once (`spreadMs: 0`), each
   * with 1012 and a random delay of up to 5 s before it should come back.
   */
  readonly drain?: Omit<DrainOptions, 'where' | 'share' | 'signal'> | undefined;
}

/** The options of a supervisor of WebSockets, checked. */
export interface FrameworkSettings {
  readonly supervisor: Supervisor | undefined;
  readonly limits: Partial<Limits> | undefined;
  readonly drain: DrainOptions;
}

export const ROUTED_LISTEN_KEYS = [
  'origins',
  'hosts',
  'protocols',
  'liveness',
  'perMessageDeflate',
  'trustProxy',
] as const satisfies readonly (keyof RoutedListenOptions)[];

export const FRAMEWORK_KEYS = [
  ...ROUTED_LISTEN_KEYS,
  'supervisor',
  'limits',
  'drain',
] as const satisfies readonly (keyof FrameworkOptions)[];

const DRAIN_KEYS = [
  'notReadyFirstMs',
  'finishFirstMs',
  'spreadMs',
  'withinMs',
  'adviseReconnectMs',
  'code',
  'reason',
] as const;

/** An application that closes has no time of its own for a drain, unless it is given some. */
const AT_CLOSE = { spreadMs: 0 } as const;

/**
 * Checks how WebSockets are supervised.
 *
 * @param where the call, for errors.
 * @throws {OptionError}
 */
export function resolveFramework(
  { supervisor, limits, drain = {} }: Pick<FrameworkOptions, 'supervisor' | 'limits' | 'drain'>,
  where: string,
): FrameworkSettings {
  if (supervisor !== undefined) checkMethods(supervisor, ['supervise'], `${where}: supervisor`);
  const settings = { ...AT_CLOSE, ...readOptions(drain, DRAIN_KEYS, `${where}: drain`) };
  resolveDrain(settings);
  return { supervisor, limits, drain: settings };
}
