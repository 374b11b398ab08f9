import type { DialerConfig } from '../config/config.js';
import { authorityOf, type Place } from '../config/place.js';
import type { PlannedListener } from './plan.js';

/** What the banner says of a service. */
export type Described = {
  readonly listeners: readonly Pick<PlannedListener, 'paths' | 'does'>[];
  readonly dialers: readonly Pick<DialerConfig, 'id' | 'url'>[];
};

/** The URLs of a listener, with `*` and `:name` as in its paths. */
export function urlsOf({ paths }: Pick<PlannedListener, 'paths'>, place: Served): readonly string[] {
  return paths.map((path) => `${place.isSecure ? 'wss' : 'ws'}://${authorityOf(place)}${path}`);
}

/** Where a service listens, and whether by TLS. */
export interface Served extends Place {
  readonly isSecure: boolean;
}

/** The URL that the service's HTTP paths follow. */
export const originOf = (place: Served): string => `${place.isSecure ? 'https' : 'http'}://${authorityOf(place)}`;

/** A segment of a path that stands for any. */
const PARAMETER = /(?<=\/)(?:\*|:[^/]+)(?=\/|$)/g;

/** Lines to copy into a shell. */
function tries(config: Described, place: Served, program: string): string[] {
  const [url] = config.listeners
    .flatMap((listener) => urlsOf(listener, place))
    .map((pattern) => pattern.replace(PARAMETER, 'lobby'));
  const dials = url === undefined ? [] : [`${program} dial ${url}`, `echo hello | ${program} dial --once ${url}`];
  return [...dials, ...['/healthz', '/readyz'].map((path) => `curl -i ${originOf(place)}${path}`)];
}

/** The URLs of what the service has beside its listeners, if it has them. */
export interface Pages {
  readonly dashboard?: string | undefined;
  readonly metrics?: string | undefined;
  /** The service's cluster, for people. */
  readonly cluster?: string | undefined;
}

/** The text after the start: where the service is, and commands to try. */
export function banner(
  config: Described,
  place: Served,
  program: string,
  { dashboard, metrics, cluster }: Pages = {},
): string {
  const rows: (readonly [url: string, does: string])[] = config.listeners.flatMap((listener) =>
    urlsOf(listener, place).map((url) => [url.replaceAll('*', '<name>'), listener.does] as const),
  );
  if (dashboard !== undefined) rows.push([dashboard, 'shows them in a browser']);
  if (metrics !== undefined) rows.push([metrics, 'measures them for Prometheus']);
  const width = Math.max(0, ...rows.map(([url]) => url.length));
  return [
    `wirekeeper listens on ${originOf(place)}`,
    '',
    ...rows.map(([url, does]) => `  ${url.padEnd(width)}  ${does}`),
    ...config.dialers.map(
      ({ id, url }) => `  ${id === undefined ? 'A dialer' : `Dialer ${id}`} keeps a connection to ${url}`,
    ),
    ...(cluster === undefined ? [] : [`  Rooms span all nodes of the cluster ${cluster}`]),
    '',
    'Try, in another terminal:',
    ...tries(config, place, program).map((line) => `  ${line}`),
    '',
    'Ctrl-C closes every connection and ends the service; a second one does not wait for slow peers.',
    '',
    '',
  ].join('\n');
}
