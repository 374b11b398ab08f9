import type { Server as HttpServer } from 'node:http';
import type { Server as HttpsServer } from 'node:https';
import type { AnyEventObject } from 'xstate';
import type { OriginPolicy } from '../../../supervisor/api/listener.js';
import { readOptions } from '../../../transport/read-options.js';
import { show } from '../../../transport/show.js';
import { wrongOption } from '../../../transport/wrong-option.js';
import { isLoopback } from '../../access/loopback.js';
import { checkToken, TOKEN_RULE } from '../../access/token.js';
import type { InspectOptions } from '../inspect.js';
import type { InspectedActor } from '../inspected-actor.js';
import { type InspectOnly, resolveOnly } from '../only.js';
import { resolveSanitizers, type Sanitizers } from '../sanitizers.js';
import { STATELY_INSPECTOR } from './page.js';

/** Settings of an inspection server. */
export interface InspectionServerOptions extends InspectOptions {
  /** The TCP port to open, 0 for any free one. Default 8229. */
  readonly port?: number | undefined;
  /** The address to bind `port` to. Beyond loopback a `token` is required. Default `127.0.0.1`. */
  readonly host?: string | undefined;
  /**
   * An HTTP server of your own to serve viewers on, in place of `port` and `host`. A `token` is required then: who can
   * reach it is not known. It has no page for browsers.
   */
  readonly server?: HttpServer | HttpsServer | undefined;
  /** The path that viewers connect to. Default `/`. */
  readonly path?: string | undefined;
  /**
   * A secret that viewers give, as `?token=...` in their URL or as `Authorization: Bearer`: 16 to 200 printable ASCII
   * characters without spaces. Default: none on loopback.
   */
  readonly token?: string | undefined;
  /** Which browsers' origins may connect, as for `listen`. Default `same-origin`, which is the server's own page. */
  readonly origins?: OriginPolicy | undefined;
  /** How many viewers may be attached at a time, 1 to 1,000; others are refused with 503. Default 10. */
  readonly maxViewers?: number | undefined;
  /**
   * How many events may wait for a viewer that does not read fast enough, 1 to 1,000,000; beyond that the viewer gets
   * a summary. Default 1,000.
   */
  readonly maxWaiting?: number | undefined;
  /**
   * The page of an inspector that the server's own page shows in a frame: it may be any that uses
   * `createBrowserReceiver` of `@statelyai/inspect`. `false`: the server has no page. Default
   * `https://stately.ai/inspect`.
   */
  readonly inspectorUrl?: string | false | undefined;
  /**
   * Whether viewers may send events to users' own actors, or a function that decides for each event. Our own machines
   * take none. Default `false`: a viewer that sends anything is closed with 1008.
   */
  readonly acceptEvents?: boolean | ((event: AnyEventObject, actor: InspectedActor) => boolean) | undefined;
}

/** The options, checked. */
export interface InspectionServerSettings {
  readonly port: number;
  readonly host: string;
  readonly server: HttpServer | HttpsServer | undefined;
  readonly path: string;
  readonly token: string | undefined;
  readonly origins: OriginPolicy;
  readonly maxViewers: number;
  readonly maxWaiting: number;
  readonly inspectorUrl: string | false;
  readonly acceptEvents: boolean | ((event: AnyEventObject, actor: InspectedActor) => boolean);
  readonly only: InspectOnly;
  readonly sanitizers: Sanitizers;
}

const DEFAULTS = {
  port: 8229,
  host: '127.0.0.1',
  server: undefined,
  path: '/',
  token: undefined,
  origins: 'same-origin',
  maxViewers: 10,
  maxWaiting: 1_000,
  inspectorUrl: STATELY_INSPECTOR,
  acceptEvents: false,
} as const satisfies Partial<InspectionServerSettings>;

const KEYS = [
  ...Object.keys(DEFAULTS),
  'only',
  'sanitizeEvent',
  'sanitizeContext',
] as (keyof InspectionServerOptions)[];

const CALL = 'serveInspection';

/** @throws {OptionError} for a wrong option, and for a server beyond loopback without a token. */
export function resolveInspectionServer(given: InspectionServerOptions): InspectionServerSettings {
  const { only, sanitizeEvent, sanitizeContext, ...options } = readOptions(given, KEYS, CALL);
  const settings = { ...DEFAULTS, ...options } as Omit<InspectionServerSettings, 'only' | 'sanitizers'>;
  checkWhole(settings.port, 'port', 0, 65_535);
  checkWhole(settings.maxViewers, 'maxViewers', 1, 1_000);
  checkWhole(settings.maxWaiting, 'maxWaiting', 1, 1_000_000);
  checkText(settings.host, 'host', 'an address to listen on');
  checkPath(settings.path);
  checkPage(settings.inspectorUrl);
  if (typeof settings.acceptEvents !== 'boolean' && typeof settings.acceptEvents !== 'function')
    throw wrong('acceptEvents', `is of type ${typeof settings.acceptEvents}; it must be true, false, or a function`);
  if (settings.server !== undefined && (options.port !== undefined || options.host !== undefined))
    throw wrong('server', 'is given together with port or host; give one of them');
  checkAccess(settings);
  return {
    ...settings,
    only: resolveOnly(only, `${CALL}: only`),
    sanitizers: resolveSanitizers({ sanitizeEvent, sanitizeContext }, CALL),
  };
}

function checkAccess({ token, server, host }: Pick<InspectionServerSettings, 'token' | 'server' | 'host'>): void {
  if (token !== undefined) {
    checkToken(token, `${CALL}: token`);
    return;
  }
  if (server !== undefined) throw wrong('token', `is missing; with a server of your own give one of ${TOKEN_RULE}`);
  if (!isLoopback(host))
    throw wrong('token', `is missing, and host is ${show(host)}; beyond loopback give one of ${TOKEN_RULE}`);
}

function checkWhole(value: unknown, name: string, least: number, most: number): void {
  if (!Number.isInteger(value) || Number(value) < least || Number(value) > most) {
    const range = `from ${least.toLocaleString('en')} to ${most.toLocaleString('en')}`;
    throw wrong(name, `is ${show(value)}; it must be a whole number ${range}`);
  }
}

function checkText(value: unknown, name: string, what: string): void {
  if (typeof value !== 'string' || value === '') throw wrong(name, `is ${show(value)}; it must be ${what}`);
}

function checkPath(path: unknown): void {
  if (typeof path !== 'string' || !/^\/[\w.~/-]*$/.test(path))
    throw wrong('path', `is ${show(path)}; it must be a path such as "/" or "/inspection"`);
}

function checkPage(url: unknown): void {
  if (url === false) return;
  if (typeof url !== 'string' || !URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol))
    throw wrong('inspectorUrl', `is ${show(url)}; it must be an absolute http: or https: URL, or false`);
}

const wrong = (option: string, what: string) => wrongOption(`${CALL}: ${option}`, what);
