import * as v from 'valibot';
import type { Backoff, Limits, Liveness } from '../../index.js';
import { branchMessage, list, must, number, object, ofType, oneOf, text, toggle } from './shape.js';

/** The library checks whether the numbers themselves are allowed, and which limits each entry takes. */
export const limits = object('an object of limits', {
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

export const liveness = v.union(
  [
    v.literal(false),
    object('an object of liveness settings', { pingEveryMs: number, answerWithinMs: number } satisfies Record<
      keyof Omit<Liveness, 'ping' | 'isPong'>,
      unknown
    >),
  ],
  (issue) => branchMessage(issue, must('false or an object of pingEveryMs and answerWithinMs')),
);

export const backoff = object('an object of backoff settings', {
  initialMs: number,
  maxMs: number,
  factor: number,
  stableAfterMs: number,
  firstWithinMs: number,
  maxAdviceMs: number,
} satisfies Record<keyof Backoff, unknown>);

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

const FILE = 'the name of a PEM file';

const tls = object('an object of TLS settings', {
  certFile: text(FILE),
  keyFile: text(FILE),
  clientCaFile: v.exactOptional(text(FILE)),
  minVersion: v.exactOptional(oneOf(['TLSv1.2', 'TLSv1.3'])),
});

/** What a configuration file and a service's module both have. */
export const settingsEntries = {
  port: v.exactOptional(v.pipe(v.number(must(PORT)), v.check(isPort, must(PORT)))),
  host: v.exactOptional(text('an address to listen on')),
  hostNames: v.exactOptional(list(text('the name of a host'), 'a list of host names')),
  trustProxy: v.exactOptional(trustProxy),
  tls: v.exactOptional(tls),
  limits: v.exactOptional(limits),
  liveness: v.exactOptional(liveness),
  dashboard: v.exactOptional(dashboard),
  metrics: v.exactOptional(metrics),
};

/** Those settings, checked. */
export type Settings = v.InferOutput<v.StrictObjectSchema<typeof settingsEntries, undefined>>;
export type TlsConfig = v.InferOutput<typeof tls>;

/** Whether a number can be a TCP port; 0 is any free one. */
export function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 0 && port <= 65_535;
}
