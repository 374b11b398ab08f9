import type { Argv } from 'yargs';
import { OptionError } from '../../index.js';
import { type InspectPlace, inspectPlaceOf } from '../config/inspect-place.js';
import { DEFAULT_PLACE } from '../config/place.js';
import { isPort } from '../config/settings.js';
import type { ServeOptions } from '../serve/serve-options.js';
import { SPREAD_MS } from '../serve/shutdown.js';
import { flag, single, toList, toMs, toText, valued } from './option-rules.js';

const SERVE_NOTES = `Examples:
  wirekeeper serve                        /echo and /rooms/<name>, /healthz and /readyz
  wirekeeper serve --port 0 --json        on any free port; the first line has it
  wirekeeper serve --config service.json  what the file says
  wirekeeper serve ./app.mjs              handlers of your own, which the module exports
  wirekeeper serve ./app.mjs --workers 4  by four processes; SIGHUP replaces them
  wirekeeper serve --nats nats://10.0.0.5:4222   rooms of all nodes that say so are one
  wirekeeper serve --drain-not-ready-first 5000 --drain-spread 15000   behind a load balancer

A configuration:
  { "port": 8080, "host": "127.0.0.1",
    "listeners": [{ "id": "chat", "path": "/rooms/*", "behaviour": "rooms",
                    "origins": ["https://*.example.com"], "protocols": ["chat.v1"],
                    "limits": { "maxPayloadBytes": 65536 }, "liveness": { "pingEveryMs": 15000 } }],
    "dialers": [{ "id": "feed", "url": "wss://example.com/feed", "behaviour": "log",
                  "headers": { "Authorization": "Bearer ..." }, "backoff": { "maxMs": 60000 } }] }
Listeners echo, discard, or have rooms; dialers log or discard. "$schema" may name config.schema.json of the package. \
"auth": { "jwt": { "jwksUrl": "https://...", "issuer": "...", "audience": "..." } } lets clients with a token in only, \
where the package jose is installed; "secretFile" and "publicKeyFile" are other keys.

A module:
  import { defineService, route } from 'wirekeeper/service';
  export default defineService({
    handlers: { '/echo': async (connection) => { for await (const frame of connection) connection.send(frame); },
                '/rooms/:name': route({ origins: 'any', authenticate, handler }) } });
It runs as it is; TypeScript where Node.js strips types (22.18 or later).

TLS: --tls-cert and --tls-key, or "tls": { "certFile": "...", "keyFile": "...", "clientCaFile": "..." }.

With --nats or --redis rooms span all nodes with the same broker, and keep 1,000 messages for ten minutes: a client \
that connects to /rooms/<name>?since= gets a position with each message, and with it in the query later what it \
has missed. NATS needs JetStream for that: nats-server -js. A client whose message was not taken is closed with 1013; \
/readyz answers 503 while the broker is away. "cluster": { "nats": "nats://...", "name": "chat", "history": false, \
"needsBroker": false } in the configuration. URLs with passwords belong in WIREKEEPER_NATS_URL or WIREKEEPER_REDIS_URL.

On loopback the service answers requests for localhost and loopback addresses only, and others with 421: otherwise a \
foreign page could reach it by a host name that resolves to loopback. Behind a proxy that passes the Host header on, \
give the public name with --host-name, or as "hostNames" in the configuration.

The dashboard, /_wirekeeper/, is for browsers on this machine. Beyond loopback there is none without a token, 16 \
characters or more: WIREKEEPER_DASHBOARD_TOKEN in the environment, or "dashboard": { "token": "..." } in the \
configuration.

/metrics is for Prometheus, where the package prom-client is installed. Beyond loopback there is none without a bearer \
token, 16 characters or more: WIREKEEPER_METRICS_TOKEN in the environment, or "metrics": { "token": "..." } in the \
configuration, where "metrics": { "public": true } goes without. With --metrics it is an error when there can be none.

SIGTERM and Ctrl-C drain the service: /readyz answers 503 at once, new connections are refused with 503, and \
accepted ones are closed with 1012 and a random delay before they should come back. Dialed connections are \
closed with 1001 after that. The log reports every connection. Without connections the service ends at once. Another \
signal terminates the connections that are still open, if it comes at least 250 ms after the last one: npm and \
process groups deliver each signal twice. SIGHUP and the end of the terminal drain as well.

With --workers several processes share the port, and SIGHUP replaces them one after the other: a new one is ready \
before an old one closes its clients, with 1012 and a delay before they should come back. Nobody is refused.

With --inspect, the clients of @statelyai/inspect attach to the printed URL, and a browser that opens it with \
http: shows the machines in Stately's inspector. Contents are redacted. Beyond loopback WIREKEEPER_INSPECT_TOKEN is \
required: 16 to 200 printable ASCII characters, which viewers give as ?token=...

A log that cannot be written (its reader is gone or stalls, or the disk is full) does not stop the service: lines \
are dropped, and their number is logged once writing works again. Values of query strings, passwords in URLs, and \
credentials in errors are shown as ***, control characters as \\x1b.

Exit status: 0 drained or stopped by a signal, 1 failed (the port could not be opened, the supervisor gave up, or an \
error was not caught), 2 wrong options or configuration.`;

function toPort(value: unknown): number | undefined {
  const given = single('port', value);
  if (given === undefined) return undefined;
  const port = typeof given === 'string' && /^\d{1,5}$/.test(given) ? Number(given) : Number.NaN;
  if (!isPort(port))
    throw new OptionError(`--port is ${JSON.stringify(given)}; it must be an integer from 0 to 65535.`);
  return port;
}

function toWorkers(value: unknown): number | undefined {
  const given = single('workers', value);
  if (given === undefined) return undefined;
  const workers = typeof given === 'string' && /^\d{1,3}$/.test(given) ? Number(given) : 0;
  if (!(workers >= 1 && workers <= 256))
    throw new OptionError(`--workers is ${JSON.stringify(given)}; it must be a number from 1 to 256.`);
  return workers;
}

function toInspectPlace(value: unknown): InspectPlace | undefined {
  const given = single('inspect', value);
  return given === undefined ? undefined : inspectPlaceOf(given as string);
}

/** Options, examples, and notes of `wirekeeper serve`. */
function serveOptions(cli: Argv) {
  return cli
    .positional('module', { type: 'string', description: 'A module whose default export defineService returns' })
    .option('port', {
      ...valued('TCP port, 0 for any free one', toPort),
      defaultDescription: String(DEFAULT_PLACE.port),
    })
    .option('host', {
      ...valued('Address to listen on, 0.0.0.0 for every interface', toText('host')),
      defaultDescription: DEFAULT_PLACE.host,
    })
    .option('host-name', {
      ...valued('Host that requests may name, beside loopback names, * for any; repeatable', toList),
      defaultDescription: 'on loopback none, else any',
    })
    .option('config', valued('JSON file of listeners and dialers', toText('config')))
    .option('nats', valued('Have rooms span nodes, by NATS at nats://host:4222; repeatable', toList))
    .option('redis', valued('The same by Redis, at redis://host:6379', toText('redis')))
    .option('tls-cert', valued('PEM file of a certificate, for wss: and https:', toText('tls-cert')))
    .option('tls-key', valued('PEM file of its private key', toText('tls-key')))
    .option('workers', {
      ...valued('Serve by this many processes; SIGHUP replaces them one after the other', toWorkers),
      defaultDescription: 'off: the process itself serves',
    })
    .option('inspect', {
      string: true,
      description: 'Show the machines to tools for XState at this [host:]port',
      coerce: toInspectPlace,
      defaultDescription: 'off; without a value 127.0.0.1:8229',
    })
    .option('drain-not-ready-first', {
      ...valued('When stopped, report not ready for this many ms before refusing', toMs('drain-not-ready-first')),
      defaultDescription: '0',
    })
    .option('drain-spread', {
      ...valued('Then close clients evenly over this many ms', toMs('drain-spread')),
      defaultDescription: String(SPREAD_MS),
    })
    .option('drain-within', {
      ...valued('Terminate the remaining connections after this many ms', toMs('drain-within')),
      defaultDescription: '10000 after the last is closed',
    })
    .option('dashboard', flag('Serve the dashboard at /_wirekeeper/; --no-dashboard does not'))
    .option('dashboard-actions', flag('Let viewers close connections, drain, and redial'))
    .option('metrics', flag('Serve metrics for Prometheus at /metrics; --no-metrics does not'))
    .option('json', flag('One JSON object per line instead of lines for people'))
    .option('quiet', flag('Print warnings and errors only'))
    .option('show-secrets', flag('Print URLs and errors as they are, with passwords and tokens'))
    .epilogue(SERVE_NOTES);
}

/** Adds `wirekeeper serve` to a command line; `take` gets its options. */
export function addServe(cli: Argv, take: (options: ServeOptions) => void): void {
  cli.command('serve [module]', 'Run a WebSocket service', serveOptions, (given) => {
    take({
      module: given.module,
      tlsCert: given['tls-cert'],
      tlsKey: given['tls-key'],
      nats: given.nats,
      redis: given.redis,
      workers: given.workers,
      port: given.port,
      host: given.host,
      hostNames: given['host-name'],
      config: given.config,
      inspect: given.inspect,
      json: given.json ?? false,
      quiet: given.quiet ?? false,
      showSecrets: given['show-secrets'] ?? false,
      dashboard: given.dashboard,
      dashboardActions: given['dashboard-actions'],
      metrics: given.metrics,
      drainNotReadyFirstMs: given['drain-not-ready-first'],
      drainSpreadMs: given['drain-spread'],
      drainWithinMs: given['drain-within'],
    });
  });
}
