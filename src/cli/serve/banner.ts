import type { Config, ListenerConfig } from '../config/config.js';
import { authorityOf, type Place } from '../config/place.js';

const DOES: Readonly<Record<ListenerConfig['behaviour'], string>> = {
  echo: 'sends every message back',
  rooms: 'sends every message to the others of its room',
  discard: 'reads every message and keeps none',
};

/** The URLs of a listener, with `*` and `:name` as in its paths. */
export function urlsOf({ path }: ListenerConfig, place: Place): readonly string[] {
  return (typeof path === 'string' ? [path] : path).map((one) => `ws://${authorityOf(place)}${one}`);
}

/** Lines to copy into a shell. */
function tries(config: Config, place: Place, program: string): string[] {
  const [url] = config.listeners
    .flatMap((listener) => urlsOf(listener, place))
    .map((pattern) => pattern.replaceAll('*', 'lobby'));
  const dials = url === undefined ? [] : [`${program} dial ${url}`, `echo hello | ${program} dial --once ${url}`];
  return [...dials, `curl -i http://${authorityOf(place)}/healthz`, `curl -i http://${authorityOf(place)}/readyz`];
}

/** The URLs of what the service has beside its listeners, if it has them. */
export interface Pages {
  readonly dashboard?: string | undefined;
  readonly metrics?: string | undefined;
}

/** The text after the start: where the service is, and commands to try. */
export function banner(config: Config, place: Place, program: string, { dashboard, metrics }: Pages = {}): string {
  const rows: (readonly [url: string, does: string])[] = config.listeners.flatMap((listener) =>
    urlsOf(listener, place).map((url) => [url.replaceAll('*', '<name>'), DOES[listener.behaviour]] as const),
  );
  if (dashboard !== undefined) rows.push([dashboard, 'shows them in a browser']);
  if (metrics !== undefined) rows.push([metrics, 'measures them for Prometheus']);
  const width = Math.max(0, ...rows.map(([url]) => url.length));
  return [
    `wirekeeper listens on http://${authorityOf(place)}`,
    '',
    ...rows.map(([url, does]) => `  ${url.padEnd(width)}  ${does}`),
    ...config.dialers.map(
      ({ id, url }) => `  ${id === undefined ? 'A dialer' : `Dialer ${id}`} keeps a connection to ${url}`,
    ),
    '',
    'Try, in another terminal:',
    ...tries(config, place, program).map((line) => `  ${line}`),
    '',
    'Ctrl-C closes every connection and ends the service; a second one does not wait for slow peers.',
    '',
    '',
  ].join('\n');
}
