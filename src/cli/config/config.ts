import * as v from 'valibot';
import { type Backoff, type Limits, type Liveness, OptionError } from '../../index.js';
import { DIALER_BEHAVIOURS, LISTENER_BEHAVIOURS } from './behaviours.js';

/** Returns a value as messages show it. */
function shown(value: unknown): string {
  return typeof value === 'object' && value !== null
    ? Array.isArray(value)
      ? 'a list'
      : 'an object'
    : JSON.stringify(value);
}

/** Makes the second half of a message: the value, and what it must be. */
const must = (be: string) => (issue: v.BaseIssue<unknown>) => `is ${shown(issue.input)}; it must be ${be}`;

/** The same for values that may be credentials: they are not shown. */
const ofType = ({ input }: v.BaseIssue<unknown>) => `is of type ${typeof input}; it must be a text`;

const isObject = (value: unknown): boolean => typeof value === 'object' && value !== null && !Array.isArray(value);

/** An object without unknown keys. Valibot would take a list for an object. */
function object<const Entries extends v.ObjectEntries>(what: string, entries: Entries) {
  const keys = v.strictObject(entries, ({ expected }) =>
    expected === 'never'
      ? `is unknown; ${what} has ${Object.keys(entries).join(', ')}`
      : `is missing; ${what} needs it`,
  );
  return v.pipe(v.custom<object>(isObject, must(what)), keys);
}

const text = (be: string) => v.string(must(be));
const list = <Item extends v.GenericSchema>(item: Item, be: string) => v.array(item, must(be));
const oneOf = <const Words extends readonly string[]>(words: Words) =>
  v.picklist(words, must(words.map((word) => JSON.stringify(word)).join(' or ')));
const number = v.exactOptional(v.number(must('a number')));
const toggle = v.exactOptional(v.boolean(must('true or false')));

/** The library checks whether the numbers themselves are allowed, and which limits each entry takes. */
const limits = object('an object of limits', {
  maxConnections: number,
  maxTotalBufferedBytes: number,
  maxConnectionsPerAddress: number,
  maxConnectionsPerIdentity: number,
  maxLagMs: number,
  maxMemoryShare: number,
  maxHandshakes: number,
  maxHandshakesPerAddress: number,
  maxPayloadBytes: number,
  maxFragments: number,
  frameWithinMs: number,
  maxMessagesPerSecond: number,
  maxBytesPerSecond: number,
  throttledWithinMs: number,
  openWithinMs: number,
  readyWithinMs: number,
  authenticateWithinMs: number,
  closeWithinMs: number,
  idleWithinMs: number,
  quietWithinMs: number,
  pausedWithinMs: number,
  readAheadBytes: number,
  highWaterMark: number,
  maxBufferedBytes: number,
  slowPeer: v.exactOptional(oneOf(['close', 'drop-newest'])),
} satisfies Record<keyof Limits, v.GenericSchema | v.ExactOptionalSchema<v.GenericSchema, undefined>>);

const liveness = v.union(
  [
    v.literal(false),
    object('an object of liveness settings', { pingEveryMs: number, answerWithinMs: number } satisfies Record<
      keyof Omit<Liveness, 'ping' | 'isPong'>,
      unknown
    >),
  ],
  (issue) => branchMessage(issue, must('false or an object of pingEveryMs and answerWithinMs')),
);

const backoff = object('an object of backoff settings', {
  initialMs: number,
  maxMs: number,
  factor: number,
  stableAfterMs: number,
  firstWithinMs: number,
  maxAdviceMs: number,
} satisfies Record<keyof Backoff, unknown>);

const PATH = 'a path such as "/rooms/*", or a list of them';
const ORIGINS = '"same-origin", "any", or a list of origins such as "https://*.example.com"';

const common = {
  id: v.exactOptional(text('a text')),
  protocols: v.exactOptional(list(text('the name of a subprotocol'), 'a list of subprotocols')),
  limits: v.exactOptional(limits),
  liveness: v.exactOptional(liveness),
  perMessageDeflate: toggle,
};

const listener = object('a listener', {
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

const PORT = 'an integer from 0 to 65535';

const dashboard = v.union(
  [
    v.literal(false),
    object('an object of dashboard settings', {
      token: v.exactOptional(v.string(ofType)),
      actions: toggle,
      showReasons: toggle,
    }),
  ],
  (issue) => branchMessage(issue, must('false or an object of token, actions, and showReasons')),
);

const metrics = v.union(
  [
    v.literal(false),
    object('an object of metrics settings', { token: v.exactOptional(v.string(ofType)), public: toggle }),
  ],
  (issue) => branchMessage(issue, must('false or an object of token and public')),
);

const PROXIES = 'a number of proxies, or a list of addresses such as "loopback" and "10.0.0.0/8"';
const proxies = v.union([v.number(), v.array(v.string(), must(PROXIES))], must(PROXIES));

const trustProxy = v.union(
  [
    v.number(),
    v.array(v.string()),
    object('an object of trustProxy settings', {
      from: proxies,
      header: v.exactOptional(oneOf(['x-forwarded', 'forwarded'])),
    }),
  ],
  (issue) => branchMessage(issue, must(`${PROXIES}, or an object of from and header`)),
);

const configuration = object('a configuration', {
  port: v.exactOptional(v.pipe(v.number(must(PORT)), v.check(isPort, must(PORT)))),
  host: v.exactOptional(text('an address to listen on')),
  hostNames: v.exactOptional(list(text('the name of a host'), 'a list of host names')),
  trustProxy: v.exactOptional(trustProxy),
  limits: v.exactOptional(limits),
  liveness: v.exactOptional(liveness),
  dashboard: v.exactOptional(dashboard),
  metrics: v.exactOptional(metrics),
  listeners: v.exactOptional(list(listener, 'a list of listeners'), []),
  dialers: v.exactOptional(list(dialer, 'a list of dialers'), []),
});

/** What the service runs: listeners on one port, and dialers. */
export type Config = v.InferOutput<typeof configuration>;
export type ListenerConfig = Config['listeners'][number];
export type DialerConfig = Config['dialers'][number];

/** What the service runs without a configuration file. */
export const DEFAULT_CONFIG: Config = {
  listeners: [
    { id: 'echo', path: '/echo', behaviour: 'echo' },
    { id: 'rooms', path: '/rooms/*', behaviour: 'rooms' },
  ],
  dialers: [],
};

/** Whether a number can be a TCP port; 0 is any free one. */
export function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 0 && port <= 65_535;
}

function isWebSocketUrl(url: string): boolean {
  return URL.canParse(url) && /^(?:wss?|ws\+unix):$/.test(new URL(url).protocol) && !url.includes('#');
}

/** The message of a union: what it takes, or what is wrong inside the branch that the value was meant for. */
function branchMessage(
  issue: v.UnionIssue<v.BaseIssue<unknown>>,
  otherwise: (issue: v.BaseIssue<unknown>) => string,
): string {
  const inner = typeof issue.input === 'object' ? issue.issues?.find(({ path }) => path !== undefined) : undefined;
  return inner === undefined ? otherwise(issue) : `has ${placeOf(inner)}, which ${inner.message}`;
}

/** The place of an issue, written as in JavaScript. */
function placeOf({ path }: Pick<v.BaseIssue<unknown>, 'path'>): string {
  const steps = path?.map(({ key }, i) =>
    typeof key === 'number' ? `[${key}]` : `${i === 0 ? '' : '.'}${String(key)}`,
  );
  return steps?.join('') ?? '';
}

/** The paths of listeners, each with the listener's place. */
function* pathsOf({ listeners }: Config): Generator<readonly [path: string, place: string]> {
  for (const [i, { path }] of listeners.entries())
    for (const one of typeof path === 'string' ? [path] : path) yield [one, `listeners[${i}]`];
}

function checkPathsDiffer(config: Config): void {
  const owners = new Map<string, string>();
  for (const [path, place] of pathsOf(config)) {
    const owner = owners.get(path);
    if (owner !== undefined)
      throw new OptionError(
        `${place}.path is ${JSON.stringify(path)}, which ${owner} has already; paths must be distinct.`,
      );
    owners.set(path, place);
  }
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
  if (output.listeners.length + output.dialers.length === 0)
    throw new OptionError('the configuration has neither listeners nor dialers; it must have at least one of them.');
  checkPathsDiffer(output);
  return output;
}
