import type { DialRoute, DialTlsOptions, PerMessageDeflateOptions } from '../../transport/transport.js';
import type { Shutdown } from '../api/child-spec.js';
import type { DialOptions } from '../api/dial-options.js';
import type { Backoff, RetryPolicy } from '../api/dialer.js';
import type { Handler } from '../api/handler.js';
import type { Limits, Liveness } from '../api/limits.js';
import type { Restart } from '../api/restart.js';
import {
  checkFunction,
  checkId,
  checkNumber,
  type NumberRule,
  readOptions,
  show,
  wrongOption,
} from '../options/option-rules.js';
import {
  msOrNever,
  resolveBackoff,
  resolveHeaders,
  resolveLimits,
  resolveLiveness,
  resolvePerMessageDeflate,
  resolveProtocols,
  resolveUrl,
} from '../options/options.js';
import { resolveRestart, resolveShutdown } from '../options/resolve-child-spec.js';
import type { SupervisorSettings } from '../options/resolve-supervisor.js';
import { readElsewhere } from './dialer-frames.js';
import { checkWay, resolveRoute } from './resolve-route.js';
import { resolveTls } from './resolve-tls.js';
import { defaultRetry } from './retry.js';

/** A dialer's options, checked and with their defaults. */
export interface DialSettings {
  readonly id: string;
  readonly url: string | Extract<DialOptions['url'], (...args: never) => unknown>;
  readonly headers: Readonly<Record<string, string>> | Extract<DialOptions['headers'], (...args: never) => unknown>;
  readonly protocols: readonly string[] | Extract<DialOptions['protocols'], (...args: never) => unknown>;
  readonly restart: Restart;
  readonly shutdown: Shutdown | undefined;
  readonly backoff: Backoff;
  readonly retry: RetryPolicy;
  readonly limits: Limits;
  readonly liveness: Liveness | false;
  readonly perMessageDeflate: boolean | PerMessageDeflateOptions;
  readonly tls: DialTlsOptions | Extract<DialOptions['tls'], (...args: never) => unknown>;
  readonly route: DialRoute;
  readonly redirects: number;
  readonly handler: Handler<unknown>;
  readonly ready: 'open' | 'handler';
  readonly maxAgeMs: number;
}

const KEYS = [
  'id',
  'url',
  'headers',
  'protocols',
  'restart',
  'shutdown',
  'backoff',
  'retry',
  'limits',
  'liveness',
  'perMessageDeflate',
  'tls',
  'tcp',
  'proxy',
  'agent',
  'redirects',
  'handler',
  'ready',
  'maxAgeMs',
] as const satisfies readonly (keyof DialOptions)[];

/**
 * Checks a dialer's options rule by rule.
 *
 * @throws {OptionError} with the option's name, the value, and what is allowed.
 */
export function resolveDial(given: DialOptions, defaults: SupervisorSettings, nextId: () => string): DialSettings {
  const options = readOptions(given, KEYS, 'dial');
  const { retry = defaultRetry, handler = readElsewhere } = options;
  checkFunction(retry, 'dial: retry');
  checkFunction(handler, 'dial: handler');
  return {
    ...resolveAttempt(options, defaults, 'dial', options.ready),
    restart: resolveRestart(options.restart, 'transient', 'dial: restart'),
    shutdown: resolveShutdown(options.shutdown, 'dial: shutdown'),
    backoff: resolveBackoff(options.backoff, 'dial: backoff'),
    retry,
    handler: handler as Handler<unknown>,
    ready: resolveReady(options),
    maxAgeMs: checkNumber(options.maxAgeMs ?? Number.POSITIVE_INFINITY, msOrNever, 'dial: maxAgeMs'),
    id: options.id === undefined ? nextId() : checkId(options.id, 'dial: id'),
  };
}

/** @throws {OptionError} for anything but `open` and `handler`, and for `handler` without a handler. */
function resolveReady({ ready = 'open', handler }: Pick<DialOptions, 'ready' | 'handler'>): 'open' | 'handler' {
  if (ready !== 'open' && ready !== 'handler')
    throw wrongOption('dial: ready', `is ${show(ready)}; allowed are "open" and "handler"`);
  if (ready === 'handler' && handler === undefined)
    throw wrongOption('dial: ready', 'is "handler", but there is no handler that could call ready; give one');
  return ready;
}

const REDIRECTS: NumberRule = { least: 0, most: 20, isWhole: true, allowed: 'whole numbers from 0 to 20' };

/** The options that matter to each attempt by itself. */
type AttemptSettings = Pick<
  DialSettings,
  'url' | 'headers' | 'protocols' | 'limits' | 'liveness' | 'perMessageDeflate' | 'tls' | 'route' | 'redirects'
>;

/**
 * Checks the options of one attempt.
 *
 * @param call what errors name.
 * @throws {OptionError} with the option's name, the value, and what is allowed.
 */
export function resolveAttempt(
  {
    url,
    headers = {},
    protocols = [],
    limits,
    liveness,
    perMessageDeflate,
    tls = {},
    redirects = 0,
    ...way
  }: Pick<DialOptions, Exclude<keyof AttemptSettings, 'route'> | 'agent' | 'proxy' | 'tcp'>,
  defaults: Pick<SupervisorSettings, 'limits' | 'liveness'>,
  call: string,
  ready: DialOptions['ready'] = 'open',
): AttemptSettings {
  const route = resolveRoute(way, call);
  const place = typeof url === 'function' ? url : resolveUrl(url, `${call}: url`);
  if (typeof place === 'string') checkWay(place, route, call);
  return {
    url: place,
    headers: typeof headers === 'function' ? headers : resolveHeaders(headers, `${call}: headers`),
    protocols: typeof protocols === 'function' ? protocols : resolveProtocols(protocols, `${call}: protocols`),
    limits: resolveLimits(
      limits,
      defaults.limits,
      `${call}: limits`,
      ready === 'handler' ? 'readying dialer' : 'dialer',
    ),
    liveness: resolveLiveness(liveness, defaults.liveness, `${call}: liveness`),
    perMessageDeflate: resolvePerMessageDeflate(perMessageDeflate, `${call}: perMessageDeflate`),
    tls: typeof tls === 'function' ? tls : resolveTls(tls, `${call}: tls`),
    route,
    redirects: checkNumber(redirects, REDIRECTS, `${call}: redirects`),
  };
}
