import type { IncomingMessage, ServerResponse } from 'node:http';
import { OptionError, PlatformError, type Supervisor } from '../../index.js';
import { isLoopback } from '../../inspect/access/loopback.js';
import { bearerIn, checkToken, secretCheck } from '../../inspect/access/token.js';
import { collectMetrics } from '../../inspect/metrics/index.js';
import type { Settings } from '../config/settings.js';
import { type Answer, methodFault, pathOf, send } from './plain-http.js';

/** The token of scrapers. It is no option: others on the machine can see those. */
export const METRICS_TOKEN_VARIABLE = 'WIREKEEPER_METRICS_TOKEN';

const PATH = '/metrics';

/** The options of `wirekeeper serve` about its metrics. */
export interface ServeMetricsOptions {
  /** Whether there are metrics: `true` makes it an error when there can be none. Default: where they can be. */
  readonly metrics?: boolean | undefined;
  /** The secret of scrapers: that of the environment. Default: the configuration's, or none. */
  readonly metricsToken?: string | undefined;
}

/** The metrics of a service, for its HTTP server. */
export interface ServedMetrics {
  /** Where they are; `undefined` where prom-client is missing. */
  readonly path: string | undefined;
  /** The measurements of this process, for the primary. */
  measure(): Promise<readonly object[]>;
  /** Answers a request for the metrics; `false`, and nothing is done, for any other. */
  handle(request: IncomingMessage, response: ServerResponse): boolean;
  close(): void;
}

type Client = typeof import('prom-client');

/**
 * Measures the service and its process, and serves the metrics to Prometheus. Beyond loopback a token is required,
 * unless the configuration says that they are public.
 *
 * @param host where the service listens.
 * @param gather returns the measurements of all workers, if this is one of them: these are served, as sums.
 * @returns `undefined` if there are no metrics.
 * @throws {OptionError} for a wrong token, and when metrics are asked for and may not be served; {PlatformError} when
 *   they are asked for and prom-client is missing. Both by rejection.
 */
export async function startMetrics(
  supervisor: Supervisor,
  { metrics, metricsToken }: ServeMetricsOptions,
  { metrics: configured }: Pick<Settings, 'metrics'>,
  host: string,
  load: () => Promise<Client> = () => import('prom-client'),
  gather?: () => Promise<readonly (readonly object[])[]>,
): Promise<ServedMetrics | undefined> {
  if (!(metrics ?? configured !== false)) return undefined;
  const { token: configuredToken, public: isPublic = false } = configured === false ? {} : (configured ?? {});
  const token = metricsToken ?? configuredToken;
  const isAsked = metrics === true || configured !== undefined;
  if (token !== undefined) checkToken(token, metricsToken === undefined ? 'metrics.token' : METRICS_TOKEN_VARIABLE);
  const isToken = token === undefined ? () => true : secretCheck(token);
  if (token === undefined && !isPublic && !isLoopback(host)) {
    if (!isAsked) return undefined;
    throw new OptionError(
      `metrics are asked for on host ${JSON.stringify(host)}; beyond loopback set ${METRICS_TOKEN_VARIABLE}, or ` +
        '"metrics": { "public": true } in the configuration.',
    );
  }
  const client = await clientFrom(load, isAsked);
  if (client === undefined) return MISSING;
  const registry = new client.Registry();
  client.collectDefaultMetrics({ register: registry });
  const collecting = collectMetrics(supervisor, { client, registry });
  const textOf = async () =>
    gather === undefined ? registry.metrics() : client.AggregatorRegistry.aggregate([...(await gather())]).metrics();
  let scrape: Promise<string> | undefined;
  /** Scrapers that come at once share one look at the service. */
  const scraped = () =>
    (scrape ??= textOf().finally(() => {
      scrape = undefined;
    }));
  return {
    path: PATH,
    measure: () => registry.getMetricsAsJSON(),
    handle: handlerOf((request, response) => {
      if (!isToken(bearerIn(request.headers.authorization))) {
        send(response, LACKS_TOKEN);
        return;
      }
      scraped().then(
        (text) => {
          response.writeHead(200, { 'content-type': registry.contentType, 'cache-control': 'no-store' }).end(text);
        },
        () => send(response, { status: 500, body: { error: 'the metrics could not be collected' } }),
      );
    }),
    close() {
      collecting.unsubscribe();
      registry.clear();
    },
  };
}

const LACKS_TOKEN: Answer = {
  status: 401,
  body: { error: 'metrics need the token of this service as a bearer token' },
  headers: { 'www-authenticate': 'Bearer' },
};

const LACKS_CLIENT = 'metrics need the package prom-client, which is not installed; run npm install prom-client@15';

/** What is served where prom-client is missing, and nobody has asked for metrics: how to get them. */
const MISSING: ServedMetrics = {
  path: undefined,
  measure: async () => [],
  handle: handlerOf((_request, response) => send(response, { status: 404, body: { error: LACKS_CLIENT } })),
  close() {},
};

/** @throws {PlatformError} when it is missing, and metrics are asked for. */
async function clientFrom(load: () => Promise<Client>, isAsked: boolean): Promise<Client | undefined> {
  try {
    return await load();
  } catch (cause) {
    const isMissing = (cause as { readonly code?: unknown } | undefined)?.code === 'ERR_MODULE_NOT_FOUND';
    if (!isMissing) throw new PlatformError('metrics: the package prom-client cannot be loaded.', { cause });
    if (isAsked) throw new PlatformError(`${LACKS_CLIENT}.`, { cause });
    return undefined;
  }
}

function handlerOf(respond: (request: IncomingMessage, response: ServerResponse) => void): ServedMetrics['handle'] {
  return (request, response) => {
    if (pathOf(request) !== PATH) return false;
    const fault = methodFault(request);
    if (fault === undefined) respond(request, response);
    else send(response, fault);
    return true;
  };
}
