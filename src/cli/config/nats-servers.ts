import { OptionError } from '../../index.js';
import { maskedUrl } from '../../inspect/redaction/masked.js';

/** What `natsBroker` needs to know of its servers. */
export interface NatsServers {
  readonly servers: readonly string[];
  readonly connection: {
    readonly user?: string;
    readonly pass?: string;
    readonly token?: string;
    readonly tls?: Readonly<Record<string, never>>;
  };
}

/**
 * Reads servers as NATS's own tools take them: `nats://user:password@host:4222`, `tls://token@host`, or `host`, several
 * of them separated by commas. The client knows hosts only. The first one with credentials has those of all.
 *
 * @throws {OptionError} for anything else.
 */
export function natsServersOf(given: string | readonly string[]): NatsServers {
  const urls = [given].flat().flatMap((text) => text.split(',').map((one) => urlOf(one.trim())));
  const named = urls.find(({ username }) => username !== '');
  const [user, pass] = [named?.username ?? '', named?.password ?? ''].map(decodeURIComponent);
  const credentials = user === '' ? {} : pass === '' ? { token: user } : { user, pass };
  const tls = urls.some(({ protocol }) => protocol === 'tls:') ? { tls: {} } : {};
  return { servers: urls.map(({ host }) => host), connection: { ...credentials, ...tls } as NatsServers['connection'] };
}

function urlOf(text: string): URL {
  const url = text.includes('://') ? text : `nats://${text}`;
  if (!URL.canParse(url) || !/^(?:nats|tls):\/\/[^/?#]+\/?$/.test(url))
    throw new OptionError(
      `the NATS server ${JSON.stringify(maskedUrl(text))} is no URL such as nats://127.0.0.1:4222.`,
    );
  return new URL(url);
}
