import {
  checkNumber,
  checkObject,
  isList,
  readList,
  readOptions,
  wholeFrom,
} from '../../supervisor/options/option-rules.js';
import { show } from '../../transport/show.js';
import { wrongOption } from '../../transport/wrong-option.js';
import type { NatsBrokerOptions, OwnConnectionOption } from './nats-broker.js';

const DEFAULTS = {
  servers: '127.0.0.1:4222',
  connection: {},
  storage: 'file',
  replicas: 1,
  pingIntervalMs: 2_000,
  maxBufferedBytes: 16 * 1_048_576,
} as const satisfies NatsBrokerOptions;

const OWN: Readonly<Record<OwnConnectionOption, true>> = {
  servers: true,
  reconnect: true,
  maxReconnectAttempts: true,
  waitOnFirstConnect: true,
  noEcho: true,
  pingInterval: true,
  maxPingOut: true,
};

type NatsOptions = { readonly [Key in keyof NatsBrokerOptions]-?: NonNullable<NatsBrokerOptions[Key]> };

/** The options of `natsBroker`, checked. */
export type NatsSettings = Omit<NatsOptions, 'servers'> & { readonly servers: readonly string[] };

/** Checks the options of `natsBroker`. @throws {OptionError} */
export function resolveNats(given: NatsBrokerOptions): NatsSettings {
  const keys = Object.keys(DEFAULTS) as (keyof NatsBrokerOptions)[];
  const options = { ...DEFAULTS, ...readOptions(given, keys, 'natsBroker') } as NatsOptions;
  checkObject(options.connection, 'natsBroker: connection');
  const own = Object.keys(OWN).find((key) => key in options.connection);
  if (own !== undefined)
    throw wrongOption(`natsBroker: connection.${own}`, 'is not an option here: natsBroker decides about it');
  if (options.storage !== 'file' && options.storage !== 'memory')
    throw wrongOption('natsBroker: storage', `is ${show(options.storage)}; it must be 'file' or 'memory'`);
  checkNumber(options.replicas, wholeFrom(1, 5), 'natsBroker: replicas');
  checkNumber(options.pingIntervalMs, wholeFrom(100, 60_000), 'natsBroker: pingIntervalMs');
  checkNumber(options.maxBufferedBytes, wholeFrom(1, Number.MAX_SAFE_INTEGER), 'natsBroker: maxBufferedBytes');
  return { ...options, servers: serversOf(options.servers) };
}

function serversOf(given: string | readonly string[]): readonly string[] {
  const where = 'natsBroker: servers';
  const servers = isList(given) ? readList(given, where, 'servers') : [given];
  const wrong = servers.find((server) => typeof server !== 'string' || server === '');
  if (wrong !== undefined || servers.length === 0)
    throw wrongOption(
      where,
      `is ${show(servers.length === 0 ? given : wrong)}; it must be one server or a list of them`,
    );
  return servers as readonly string[];
}
