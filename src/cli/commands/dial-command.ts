import type { Argv } from 'yargs';
import { OptionError } from '../../index.js';
import { DEFAULT_PLACE } from '../config/place.js';
import { type DialCommandOptions, ONCE_WAITS_MS } from '../dial/dial.js';
import { flag, single, toList, toMs, toText, valued } from './option-rules.js';

const EXAMPLE_URL = `ws://${DEFAULT_PLACE.host}:${DEFAULT_PLACE.port}/echo`;

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

function toRedirects(value: unknown): number | undefined {
  const given = single('redirects', value);
  if (given === undefined) return undefined;
  const count = typeof given === 'string' && /^\d{1,2}$/.test(given) ? Number(given) : Number.NaN;
  if (!(count <= 20))
    throw new OptionError(`--redirects is ${JSON.stringify(given)}; it must be a number from 0 to 20.`);
  return count;
}

/** Options, examples, and notes of `wirekeeper dial`. */
function dialOptions(cli: Argv) {
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

/** Adds `wirekeeper dial` to a command line; `take` gets its options. */
export function addDial(cli: Argv, take: (options: DialCommandOptions) => void): void {
  cli.command('dial <url>', 'Talk to a WebSocket server', dialOptions, (given) => {
    take({
      url: given.url,
      headers: given.header ?? [],
      protocols: given.protocol ?? [],
      waitMs: given.wait,
      origin: given.origin,
      proxy: given.proxy,
      redirects: given.redirects,
      once: given.once ?? false,
      json: given.json ?? false,
      insecure: given.insecure ?? false,
      showSecrets: given['show-secrets'] ?? false,
    });
  });
}
