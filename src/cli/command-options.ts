import type { Argv } from 'yargs';
import { OptionError } from '../index.js';
import { isPort } from './config/config.js';
import { type InspectPlace, inspectPlaceOf } from './config/inspect-place.js';
import { DEFAULT_PLACE } from './config/place.js';
import { FORMAT_NAMES, MACHINE_NAMES } from './diagram.js';
import { ONCE_WAITS_MS } from './dial/dial.js';
import { SPREAD_MS } from './serve/shutdown.js';

const EXAMPLE_URL = `ws://${DEFAULT_PLACE.host}:${DEFAULT_PLACE.port}/echo`;

const SERVE_NOTES = `Examples:
  wirekeeper serve                        /echo and /rooms/<name>, /healthz and /readyz
  wirekeeper serve --port 0 --json        on any free port; the first line has it
  wirekeeper serve --config service.json  what the file says
  wirekeeper serve --drain-not-ready-first 5000 --drain-spread 15000   behind a load balancer

A configuration:
  { "port": 8080, "host": "127.0.0.1",
    "listeners": [{ "id": "chat", "path": "/rooms/*", "behaviour": "rooms",
                    "origins": ["https://*.example.com"], "protocols": ["chat.v1"],
                    "limits": { "maxPayloadBytes": 65536 }, "liveness": { "pingEveryMs": 15000 } }],
    "dialers": [{ "id": "feed", "url": "wss://example.com/feed", "behaviour": "log",
                  "headers": { "Authorization": "Bearer ..." }, "backoff": { "maxMs": 60000 } }] }
Listeners echo, discard, or have rooms; dialers log or discard.

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
process groups deliver each signal twice. SIGHUP and the end of the terminal drain as well; nothing is reloaded.

With --inspect, the clients of @statelyai/inspect attach to the printed URL, and a browser that opens it with \
http: shows the machines in Stately's inspector. Contents are redacted. Beyond loopback WIREKEEPER_INSPECT_TOKEN is \
required: 16 to 200 printable ASCII characters, which viewers give as ?token=...

A log that cannot be written (its reader is gone or stalls, or the disk is full) does not stop the service: lines \
are dropped, and their number is logged once writing works again. Values of query strings, passwords in URLs, and \
credentials in errors are shown as ***, control characters as \\x1b.

Exit status: 0 drained or stopped by a signal, 1 failed (the port could not be opened, the supervisor gave up, or an \
error was not caught), 2 wrong options or configuration.`;

const DIAL_NOTES = `Examples:
  wirekeeper dial ${EXAMPLE_URL}                      talk; Ctrl-D ends
  echo hello | wirekeeper dial --once ${EXAMPLE_URL}  send one line, print the answer
  wirekeeper dial --proxy http://user:password@proxy:3128 wss://example.com/chat
  wirekeeper dial --header 'Authorization: Bearer ...' --protocol chat.v1 wss://example.com/chat

Each line of stdin is sent as a text message. Each message is a line of stdout, a binary one as "base64:" and its \
base64. A terminal shows control characters as \\x1b; files and pipes get them unchanged. Status and close reports \
go to stderr, with passwords and values of query strings shown as ***.

A lost connection is dialed again, with backoff, unless the server closed it with 1000 or a retry is hopeless; lines \
wait meanwhile. At the end of stdin the connection is closed with 1000 once every line has been sent. Messages that \
arrive before the server's own Close are still printed. With --once nothing is dialed again, and after the last line \
one message is awaited.

Ctrl-C, SIGTERM, and SIGHUP close the connection with 1000, and so does the end of stdout's reader. Another signal \
drops the connection.

Exit status: 0 when the last connection was closed with 1000 or 1001 by either side; 1 when it was refused, lost, or \
closed with another code, a line was lost, or stdout could not be written; 2 wrong options.`;

const DIAGRAM_NOTES = `Examples:
  wirekeeper diagram connection                       one machine, to put into a Markdown fence of "mermaid"
  wirekeeper diagram                                  all machines side by side, as one diagram
  wirekeeper diagram dialer --format dot | dot -Tsvg  drawn by Graphviz
  wirekeeper diagram --machine ./chat.js#chatMachine --format scxml

The module after --machine is loaded, so it runs. It may be TypeScript where Node.js strips types (22.18 or later). \
Without #name its default export is written.`;

const REPLAY_NOTES = `Examples:
  wirekeeper replay connection.json         a timeline that the dashboard has saved
  jq .timeline report.json | wirekeeper replay -

The file holds a timeline, or a report that has one, as JSON.stringify writes them. It is checked in full. Each step \
is taken again by the machine of this release, without sockets and clock; the lines show the time in ms, who asked, \
the event, the states, and the effects. Then follow how it ended, in a sentence, and whether the machine has done the \
same. What was redacted when it was recorded is shown as ***; the rest is shown as the file has it.

Exit status: 0 the machine does the same; 1 it does not, or stdout could not be written; 2 wrong options, or no \
timeline.`;

/** Options that are given once; yargs makes lists of those given twice. */
function single(name: string, value: unknown): unknown {
  if (Array.isArray(value)) throw new OptionError(`--${name} is given ${value.length} times; it may be given once.`);
  return value;
}

function toPort(value: unknown): number | undefined {
  const given = single('port', value);
  if (given === undefined) return undefined;
  const port = typeof given === 'string' && /^\d{1,5}$/.test(given) ? Number(given) : Number.NaN;
  if (!isPort(port))
    throw new OptionError(`--port is ${JSON.stringify(given)}; it must be an integer from 0 to 65535.`);
  return port;
}

function toInspectPlace(value: unknown): InspectPlace | undefined {
  const given = single('inspect', value);
  return given === undefined ? undefined : inspectPlaceOf(given as string);
}

const toMs = (name: string) => (value: unknown) => {
  const given = single(name, value);
  if (given === undefined) return undefined;
  const ms = typeof given === 'string' && /^\d+(?:\.\d+)?(?:e\d+)?$/i.test(given) ? Number(given) : Number.NaN;
  if (!(ms >= 0 && ms < 2 ** 31))
    throw new OptionError(`--${name} is ${JSON.stringify(given)}; it must be milliseconds from 0 to 2147483647.`);
  return ms;
};

function toRedirects(value: unknown): number | undefined {
  const given = single('redirects', value);
  if (given === undefined) return undefined;
  const count = typeof given === 'string' && /^\d{1,2}$/.test(given) ? Number(given) : Number.NaN;
  if (!(count <= 20))
    throw new OptionError(`--redirects is ${JSON.stringify(given)}; it must be a number from 0 to 20.`);
  return count;
}

const toText = (name: string) => (value: unknown) => single(name, value) as string | undefined;
const toList = (value: unknown): string[] | undefined => (value === undefined ? undefined : [value].flat().map(String));

/** An option that takes a value. Everything is read as text, so that messages can show what was typed. */
const valued = <T>(description: string, coerce: (value: unknown) => T) =>
  ({ string: true, requiresArg: true, description, coerce }) as const;

const flag = (description: string) => ({ boolean: true, description }) as const;

/** Options, examples, and notes of `wirekeeper serve`. */
export function serveOptions(cli: Argv) {
  return cli
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

/** Options, examples, and notes of `wirekeeper dial`. */
export function dialOptions(cli: Argv) {
  return cli
    .positional('url', { type: 'string', demandOption: true, description: 'ws:, wss:, or ws+unix: URL' })
    .option('header', valued("Header field of the handshake, 'Name: value'; repeatable", toList))
    .option('protocol', valued('Subprotocol to offer, the preferred one first; repeatable', toList))
    .option('origin', valued('Origin to give, as browsers do', toText('origin')))
    .option('proxy', valued('URL of a proxy, or environment for HTTPS_PROXY and so on', toText('proxy')))
    .option('redirects', {
      ...valued('Follow this many redirects', toRedirects),
      defaultDescription: '0',
    })
    .option('once', flag('Dial once: end when the first connection ends'))
    .option('wait', {
      ...valued('Wait this many ms for a message at the end of stdin', toMs('wait')),
      defaultDescription: `0, with --once ${ONCE_WAITS_MS}`,
    })
    .option('json', flag('One JSON object per line: messages, status, close reports'))
    .option('insecure', flag('Take any TLS certificate'))
    .option('show-secrets', flag('Print URLs and errors as they are, with passwords and tokens'))
    .epilogue(DIAL_NOTES);
}

/** Options, examples, and notes of `wirekeeper diagram`. */
export function diagramOptions(cli: Argv) {
  return cli
    .positional('name', { choices: MACHINE_NAMES, description: 'The machine; all without it' })
    .option('format', {
      requiresArg: true,
      choices: FORMAT_NAMES,
      description: 'What to write the machine as',
      defaultDescription: 'mermaid',
    })
    .option('machine', valued('A machine of your own: module#export', toText('machine')))
    .epilogue(DIAGRAM_NOTES);
}

/** Options, examples, and notes of `wirekeeper replay`. */
export function replayOptions(cli: Argv) {
  return cli
    .positional('file', { type: 'string', demandOption: true, description: 'A JSON file, - for stdin' })
    .option('json', flag('One JSON object per line: the timeline, its entries, the result'))
    .epilogue(REPLAY_NOTES);
}
