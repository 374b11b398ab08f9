import type { Argv } from 'yargs';
import { OptionError } from '../../index.js';
import { DEFAULT_PLACE } from '../config/place.js';
import { type DialCommandOptions, ONCE_WAITS_MS } from '../dial/dial.js';
import type { BinaryForm } from '../dial/dial-output.js';
import { misuse } from './misuse.js';
import { flag, single, toList, toMs, toText, valued } from './option-rules.js';

const EXAMPLE_URL = `ws://${DEFAULT_PLACE.host}:${DEFAULT_PLACE.port}/echo`;

const DIAL_NOTES = `Examples:
  wirekeeper dial ${EXAMPLE_URL}                      talk; Ctrl-D ends
  echo hello | wirekeeper dial --once ${EXAMPLE_URL}  send one line, print the answer
  wirekeeper dial -x hello --wait 1000 ${EXAMPLE_URL}   the same, without stdin
  wirekeeper dial --binary --whole --once ${EXAMPLE_URL} <file
  wirekeeper dial --proxy http://user:password@proxy:3128 wss://example.com/chat
  wirekeeper dial -H 'Authorization: Bearer ...' -s chat.v1 wss://example.com/chat

Each line of stdin is sent as a text message, or with --binary as a binary one. Each message is a line of stdout, a \
binary one as "base64:" and its base64. A terminal shows control characters as \\x1b; files and pipes get them \
unchanged. Status and close reports go to stderr, with passwords and values of query strings shown as ***; so do the \
header fields and the body with which a server refuses.

A lost connection is dialed again, with backoff, unless the server closed it with 1000 or a retry is hopeless; lines \
wait meanwhile, and the messages of --execute are sent on each connection. At the end of stdin the connection is \
closed with 1000 once every line has been sent. Messages that arrive before the server's own Close are still \
printed. With --once nothing is dialed again, and after the last line one message is awaited. With --execute and \
--wait stdin is not read.

With --slash a line may be a command: /ping, or /close with a code and a reason; // begins a message with a slash.

Ctrl-C, SIGTERM, and SIGHUP close the connection with 1000, and so does the end of stdout's reader. Another signal \
drops the connection.

Exit status: 0 when the last connection was closed with 1000 or 1001 by either side, or as /close said; 1 when it was \
refused, lost, or closed with another code, a line was lost or no command, or stdout could not be written; 2 wrong \
options.`;

const BINARY_FORMS = ['base64', 'hex', 'raw'] as const;

/** A Ping more often than that tests nothing. */
const SHORTEST_PING_MS = 10;

function toRedirects(value: unknown): number | undefined {
  const given = single('redirects', value);
  if (given === undefined) return undefined;
  const count = typeof given === 'string' && /^\d{1,2}$/.test(given) ? Number(given) : Number.NaN;
  if (!(count <= 20))
    throw new OptionError(`--redirects is ${JSON.stringify(given)}; it must be a number from 0 to 20.`);
  return count;
}

function toPingMs(value: unknown): number | undefined {
  const ms = toMs('ping')(value);
  if (ms !== undefined && ms < SHORTEST_PING_MS)
    throw new OptionError(`--ping is ${JSON.stringify(value)}; it must be at least ${SHORTEST_PING_MS} ms.`);
  return ms;
}

/** Options, examples, and notes of `wirekeeper dial`. */
function dialOptions(cli: Argv) {
  return cli
    .positional('url', { type: 'string', description: 'ws:, wss:, or ws+unix: URL' })
    .option('connect', { ...valued('The URL, in place of the argument', toText('connect')), alias: 'c' })
    .option('header', { ...valued("Header field of the handshake, 'Name: value'; repeatable", toList), alias: 'H' })
    .option('auth', valued('user:password, for Basic authentication', toText('auth')))
    .option('protocol', {
      ...valued('Subprotocol to offer, the preferred one first; repeatable', toList),
      alias: ['s', 'subprotocol'],
    })
    .option('origin', { ...valued('Origin to give, as browsers do', toText('origin')), alias: 'o' })
    .option('proxy', valued('URL of a proxy, or environment for HTTPS_PROXY and so on', toText('proxy')))
    .option('redirects', {
      ...valued('Follow this many redirects', toRedirects),
      defaultDescription: '0',
    })
    .option('ca', valued('PEM file of the authorities to trust', toText('ca')))
    .option('cert', valued("PEM file of this side's certificate", toText('cert')))
    .option('key', {
      ...valued('PEM file of its private key', toText('key')),
      defaultDescription: 'the file of --cert',
    })
    .option('passphrase', valued('Passphrase of the private key', toText('passphrase')))
    .option('insecure', { ...flag('Take any TLS certificate'), alias: 'k' })
    .option('execute', { ...valued('Message to send on each connection; repeatable', toList), alias: 'x' })
    .option('once', flag('Dial once: end when the first connection ends'))
    .option('wait', {
      ...valued('Wait this many ms for a message at the end of stdin', toMs('wait')),
      defaultDescription: `0, with --once ${ONCE_WAITS_MS}`,
    })
    .option('binary', { ...flag('Send binary messages'), alias: 'b' })
    .option('whole', flag('Send all of stdin as one message'))
    .option('show-binary', {
      requiresArg: true,
      choices: BINARY_FORMS,
      description: 'How binary messages are printed',
      defaultDescription: 'base64',
      coerce: (value: unknown) => single('show-binary', value) as BinaryForm | undefined,
    })
    .option('ping', valued('Ping every this many ms, and print how long the Pong took', toPingMs))
    .option('slash', flag('Take /ping and /close for commands'))
    .option('timestamps', flag('Begin each line of the output with the time'))
    .option('json', flag('One JSON object per line: messages, status, close reports'))
    .option('show-secrets', flag('Print URLs and errors as they are, with passwords and tokens'))
    .epilogue(DIAL_NOTES);
}

/**
 * Adds `wirekeeper dial` to a command line; `take` gets its options.
 *
 * @param args the whole command line, for errors.
 */
export function addDial(cli: Argv, args: readonly string[], take: (options: DialCommandOptions) => void): void {
  cli.command('dial [url]', 'Talk to a WebSocket server', dialOptions, (given) => {
    take({
      url: urlFrom(given, args),
      headers: given.header ?? [],
      protocols: given.protocol ?? [],
      waitMs: given.wait,
      origin: given.origin,
      auth: given.auth,
      proxy: given.proxy,
      redirects: given.redirects,
      ca: given.ca,
      cert: given.cert,
      key: given.key,
      passphrase: given.passphrase,
      insecure: given.insecure ?? false,
      execute: given.execute ?? [],
      once: given.once ?? false,
      binary: given.binary ?? false,
      whole: given.whole ?? false,
      showBinary: given['show-binary'],
      pingEveryMs: given.ping,
      slash: given.slash ?? false,
      timestamps: given.timestamps ?? false,
      json: given.json ?? false,
      showSecrets: given['show-secrets'] ?? false,
    });
  });
}

function urlFrom(
  { url, connect }: { readonly url?: string | undefined; readonly connect?: string | undefined },
  args: readonly string[],
): string {
  if (url !== undefined && connect !== undefined)
    throw misuse('the URL is given twice, as an argument and with --connect', args);
  const given = url ?? connect;
  if (given === undefined) throw misuse('dial needs a URL', args);
  return given;
}
