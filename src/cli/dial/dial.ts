import { OptionError } from '../../index.js';
import { MASKED, UNMASKED } from '../../inspect/redaction/masked.js';
import { deliberate } from '../process/deliberate.js';
import { atMost, FLUSH_WITHIN_MS } from '../process/outlet.js';
import { type InputForm, openScreen, type Screen } from '../process/screen.js';
import type { Terminal } from '../process/terminal.js';
import { Conversation } from './conversation.js';
import type { BinaryForm, DialOutput } from './dial-output.js';
import { type GivenFields, handshakeFields } from './header-field.js';
import { jsonOutput } from './json-output.js';
import { plainOutput } from './plain-output.js';
import { type TlsFiles, tlsOf } from './tls-files.js';

/** How long `--once` waits for an answer after the end of stdin, in ms. */
export const ONCE_WAITS_MS = 5000;

/** The options of `wirekeeper dial`. */
export interface DialCommandOptions extends GivenFields, TlsFiles {
  readonly url: string;
  readonly protocols: readonly string[];
  /** The URL of a proxy, or `environment`. Default: none. */
  readonly proxy?: string | undefined;
  /** How many redirects are followed. Default 0. */
  readonly redirects?: number | undefined;
  readonly once: boolean;
  /** How long to wait for a message after the end of stdin, in ms. Default 0; with `once` 5,000. */
  readonly waitMs?: number | undefined;
  /** Messages that each connection begins with. With `waitMs` too, stdin is not read. */
  readonly execute: readonly string[];
  /** Whether messages are sent as binary. */
  readonly binary: boolean;
  /** Whether stdin, to its end, is one message. */
  readonly whole: boolean;
  /** Default `base64`. */
  readonly showBinary?: BinaryForm | undefined;
  /** Whether lines that begin with a slash are commands; not with `whole`. */
  readonly slash: boolean;
  /** How often to ping, in ms. Default: never. */
  readonly pingEveryMs?: number | undefined;
  /** Whether each line of the output has the time. */
  readonly timestamps: boolean;
  readonly json: boolean;
  /** Whether URLs and errors are shown as they are. Default false. */
  readonly showSecrets?: boolean;
}

/**
 * Talks to a server: lines of stdin become text messages, messages become lines of stdout. The first signal
 * closes the connection, another one drops it.
 *
 * @returns the exit status: 0 when the last connection ended as expected and neither a line nor a message was lost,
 * else 1.
 * @throws {OptionError} for a wrong option, and for a file of one that cannot be read.
 */
export async function dial(options: DialCommandOptions, terminal: Terminal): Promise<number> {
  const { url, protocols, proxy, redirects, once, binary } = options;
  checkBinaryForm(options, terminal);
  const headers = handshakeFields(options);
  const tls = await tlsOf(options);
  const screen = openScreen(terminal, inputFormOf(options));
  try {
    const conversation = new Conversation({
      to: { url, headers, protocols, proxy, redirects, tls },
      once,
      waitMs: options.waitMs ?? (once ? ONCE_WAITS_MS : 0),
      execute: binary ? options.execute.map((message) => Buffer.from(message)) : options.execute,
      pingEveryMs: options.pingEveryMs,
      reading: { isBinary: binary, hasCommands: options.slash && !options.whole },
      screen,
      output: outputOf(options, screen),
    });
    const terminateNow = new AbortController();
    const interrupt = () => {
      terminateNow.abort();
      conversation.interrupt();
    };
    const offSignal = terminal.onSignal(deliberate(interrupt, terminal.now));
    screen.onInterrupt(interrupt);
    const status = await conversation.hold();
    await read(screen, terminateNow.signal);
    offSignal();
    return screen.fault === undefined ? status : 1;
  } finally {
    screen.close();
  }
}

/** @throws {OptionError} for raw bytes where they would do harm. */
function checkBinaryForm({ showBinary, json }: DialCommandOptions, { stdout }: Terminal): void {
  if (showBinary !== 'raw') return;
  if (json) throw new OptionError('--show-binary raw and --json exclude each other.');
  if (stdout.isTTY === true) throw new OptionError('--show-binary raw is for files and pipes; stdout is a terminal.');
}

function inputFormOf({ execute, waitMs, whole }: DialCommandOptions): InputForm {
  if (execute.length > 0 && waitMs !== undefined) return 'none';
  return whole ? 'whole' : 'lines';
}

function outputOf({ url, json, showSecrets, showBinary, timestamps }: DialCommandOptions, screen: Screen): DialOutput {
  const masking = showSecrets === true ? UNMASKED : MASKED;
  const shown = { binaryForm: showBinary ?? 'base64', wallNow: timestamps ? Date.now : undefined };
  return json ? jsonOutput(screen, shown, masking) : plainOutput(screen, url, shown, masking);
}

/** Waits until all output has been read, however slow the reader is; after a signal not much longer. */
async function read(screen: Screen, terminateNow: AbortSignal): Promise<void> {
  const hurried = new Promise<void>((resolve) => {
    if (terminateNow.aborted) resolve();
    else terminateNow.addEventListener('abort', () => resolve(), { once: true });
  });
  const all = screen.flushed();
  await Promise.race([all, hurried]);
  await atMost(FLUSH_WITHIN_MS, all);
}
