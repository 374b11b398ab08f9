import {
  checkBoolean,
  checkNumber,
  checkObject,
  read,
  readOptions,
  show,
  wholeFrom,
  wrongOption,
} from '../../supervisor/options/option-rules.js';
import type { ConnectionOption, RedisBrokerOptions } from './redis-broker.js';

const DEFAULTS = {
  url: 'redis://127.0.0.1:6379',
  connection: {},
  survivesRestart: false,
  pingIntervalMs: 2_000,
  maxBufferedBytes: 16 * 1_048_576,
  maxPayloadBytes: 1_048_576,
} as const satisfies RedisBrokerOptions;

const CONNECTION: Readonly<Record<ConnectionOption, true>> = {
  username: true,
  password: true,
  credentialsProvider: true,
  database: true,
  name: true,
  socket: true,
};

const MOST_PAYLOAD_BYTES = 64 * 1_048_576;

/** The options of `redisBroker`, checked. */
export type RedisSettings = { readonly [Key in keyof RedisBrokerOptions]-?: NonNullable<RedisBrokerOptions[Key]> };

/** Checks the options of `redisBroker`. @throws {OptionError} */
export function resolveRedis(given: RedisBrokerOptions): RedisSettings {
  const keys = Object.keys(DEFAULTS) as (keyof RedisBrokerOptions)[];
  const options = { ...DEFAULTS, ...readOptions(given, keys, 'redisBroker') } as RedisSettings;
  const { url, survivesRestart, pingIntervalMs, maxBufferedBytes, maxPayloadBytes } = options;
  if (!isUrl(url))
    throw wrongOption('redisBroker: url', `is ${whatItIs(url)}; it must be a URL such as redis://127.0.0.1:6379`);
  checkBoolean(survivesRestart, 'redisBroker: survivesRestart');
  checkNumber(pingIntervalMs, wholeFrom(100, 60_000), 'redisBroker: pingIntervalMs');
  checkNumber(maxBufferedBytes, wholeFrom(1, Number.MAX_SAFE_INTEGER), 'redisBroker: maxBufferedBytes');
  checkNumber(maxPayloadBytes, wholeFrom(1, MOST_PAYLOAD_BYTES), 'redisBroker: maxPayloadBytes');
  return { ...options, connection: connectionOf(options.connection) };
}

function connectionOf(given: object): RedisSettings['connection'] {
  const where = 'redisBroker: connection';
  const keys = Object.keys(CONNECTION) as ConnectionOption[];
  const connection = readOptions<RedisSettings['connection']>(given, keys, where);
  if (connection.socket === undefined) return connection;
  const { socket } = connection;
  checkObject(socket, `${where}.socket`);
  if (read(() => 'reconnectStrategy' in socket, `${where}.socket`))
    throw wrongOption(`${where}.socket.reconnectStrategy`, 'is not an option here: the cluster decides about it');
  return connection;
}

/** A URL may have a password in it: it is not shown. */
const whatItIs = (url: unknown) => (typeof url === 'string' ? 'no URL of Redis' : show(url));

function isUrl(url: unknown): boolean {
  return typeof url === 'string' && URL.canParse(url) && /^rediss?:$/.test(new URL(url).protocol);
}
