import * as v from 'valibot';
import { OptionError } from '../../index.js';
import { DIALER_BEHAVIOURS, LISTENER_BEHAVIOURS } from './behaviours.js';
import { type ClusterConfig, cluster } from './cluster-settings.js';
import { checkPathsDiffer } from './distinct-paths.js';
import { backoff, limits, liveness, type Settings, settingsEntries } from './settings.js';
import { branchMessage, list, must, number, object, ofType, oneOf, placeOf, text, toggle } from './shape.js';

const PATH = 'a path such as "/rooms/*", or a list of them';
const ORIGINS = '"same-origin", "any", or a list of origins such as "https://*.example.com"';

const common = {
  id: v.exactOptional(text('a text')),
  protocols: v.exactOptional(list(text('the name of a subprotocol'), 'a list of subprotocols')),
  limits: v.exactOptional(limits),
  liveness: v.exactOptional(liveness),
  perMessageDeflate: toggle,
};

const TEXTS = 'a text, or a list of texts';
const texts = v.exactOptional(v.union([v.string(), v.array(v.string())], must(TEXTS)));
const KEY_FILE = 'the name of a file';
const SOURCES = '"authorization", or an object of query, subprotocol, or cookie';
const tokenSource = v.union(
  [
    v.literal('authorization'),
    object('a source', { query: text('a name') }),
    object('a source', { subprotocol: text('a name') }),
    object('a source', { cookie: text('a name') }),
  ],
  must(SOURCES),
);

/** `createJwtAuthenticator` checks which of them fit together. */
const jwt = object('an object of jwt settings', {
  jwksUrl: v.exactOptional(text('the URL of a JSON Web Key Set')),
  allowHttp: toggle,
  secretFile: v.exactOptional(text(KEY_FILE)),
  publicKeyFile: v.exactOptional(text(KEY_FILE)),
  issuer: texts,
  audience: texts,
  algorithms: v.exactOptional(list(text('the name of an algorithm'), 'a list of algorithms')),
  clockToleranceMs: number,
  requiredClaims: v.exactOptional(list(text('the name of a claim'), 'a list of claims')),
  tokenFrom: v.exactOptional(list(tokenSource, 'a list of sources')),
});

const auth = object('an object of auth settings', { jwt });

const listener = object('a listener', {
  auth: v.exactOptional(
    v.union([v.literal(false), auth], (issue) => branchMessage(issue, must('false or an object of jwt'))),
  ),
  path: v.union([text(PATH), list(text(PATH), PATH)], must(PATH)),
  behaviour: oneOf(LISTENER_BEHAVIOURS),
  origins: v.exactOptional(v.union([v.picklist(['same-origin', 'any']), v.array(v.string())], must(ORIGINS))),
  ...common,
});

const dialer = object('a dialer', {
  url: v.pipe(
    text('a ws:, wss:, or ws+unix: URL'),
    v.check(isWebSocketUrl, must('an absolute ws:, wss:, or ws+unix: URL without a fragment')),
  ),
  behaviour: oneOf(DIALER_BEHAVIOURS),
  headers: v.exactOptional(v.record(v.string(), v.string(ofType), must('an object of header fields'))),
  proxy: v.exactOptional(v.string(ofType)),
  redirects: number,
  maxAgeMs: number,
  backoff: v.exactOptional(backoff),
  restart: v.exactOptional(oneOf(['permanent', 'transient', 'temporary'])),
  ...common,
});

/** The shape of a configuration file; config.schema.json is made from it. */
export const configuration = object('a configuration', {
  /** For editors. */
  $schema: v.exactOptional(text('the URL or the path of a JSON schema')),
  ...settingsEntries,
  auth: v.exactOptional(auth),
  cluster: v.exactOptional(cluster),
  listeners: v.exactOptional(list(listener, 'a list of listeners')),
  dialers: v.exactOptional(list(dialer, 'a list of dialers')),
});

/** What the service runs: listeners on one port, and dialers. */
export interface Config extends Settings {
  /** Who may connect; a listener's own takes its place. */
  readonly auth?: AuthConfig;
  /** How listeners with rooms span several nodes. */
  readonly cluster?: ClusterConfig;
  readonly listeners: readonly ListenerConfig[];
  readonly dialers: readonly DialerConfig[];
}
export type AuthConfig = v.InferOutput<typeof auth>;
export type ListenerConfig = v.InferOutput<typeof listener>;
export type DialerConfig = v.InferOutput<typeof dialer>;

/** What the service runs without a configuration file. */
export const DEFAULT_CONFIG: Config = {
  listeners: [
    { id: 'echo', path: '/echo', behaviour: 'echo' },
    { id: 'rooms', path: '/rooms/*', behaviour: 'rooms' },
  ],
  dialers: [],
};

function isWebSocketUrl(url: string): boolean {
  return URL.canParse(url) && /^(?:wss?|ws\+unix):$/.test(new URL(url).protocol) && !url.includes('#');
}

/**
 * Checks the shape of a configuration. The supervisor checks the values themselves, before anything listens.
 *
 * @throws {OptionError} one sentence: the place, the value, and what is allowed.
 */
export function checkConfig(given: unknown): Config {
  const { success, output, issues } = v.safeParse(configuration, given, { abortEarly: true });
  if (!success) {
    const [issue] = issues;
    throw new OptionError(`${placeOf(issue) || 'the configuration'} ${issue.message}.`);
  }
  const { $schema: _schema, listeners = [], dialers = [], ...settings } = output;
  if (listeners.length + dialers.length === 0)
    throw new OptionError('the configuration has neither listeners nor dialers; it must have at least one of them.');
  checkPathsDiffer(
    listeners.map(({ path }, i) => ({ paths: typeof path === 'string' ? [path] : path, place: `listeners[${i}]` })),
  );
  return { ...settings, listeners, dialers };
}
