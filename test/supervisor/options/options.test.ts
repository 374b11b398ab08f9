import { describe, expect, test } from 'vitest';
import type { Backoff } from '../../../src/supervisor/api/dialer.js';
import type { Limits, Liveness } from '../../../src/supervisor/api/limits.js';
import {
  DEFAULT_BACKOFF,
  DEFAULT_LIMITS,
  DEFAULT_LIVENESS,
  resolveBackoff,
  resolveLimits,
  resolveLiveness,
  resolvePerMessageDeflate,
} from '../../../src/supervisor/options/options.js';
import { OptionError } from '../../../src/transport/errors.js';
import type { PerMessageDeflateOptions } from '../../../src/transport/transport.js';

const WHERE = 'listen: limits';

describe('limits', () => {
  test('are the base when none are given', () => {
    expect(resolveLimits(undefined, DEFAULT_LIMITS, WHERE)).toEqual(DEFAULT_LIMITS);
    expect(resolveLimits({}, DEFAULT_LIMITS, WHERE)).toEqual(DEFAULT_LIMITS);
  });

  test('are laid over the base, and change neither', () => {
    const base = Object.freeze({ ...DEFAULT_LIMITS, maxHandshakes: 7 });
    const given: Partial<Limits> = Object.freeze({ maxPayloadBytes: 64, slowPeer: 'drop-newest' });
    expect(resolveLimits(given, base, WHERE)).toEqual({ ...base, maxPayloadBytes: 64, slowPeer: 'drop-newest' });
  });

  test.each([
    [
      'listener',
      'openWithinMs',
      'listen: limits.openWithinMs is no limit of a listener; give it to dial or createSupervisor instead.',
    ],
    [
      'listener',
      'readyWithinMs',
      'listen: limits.readyWithinMs is no limit of a listener; give it to dial or createSupervisor instead.',
    ],
    [
      'dialer',
      'readyWithinMs',
      'dial: limits.readyWithinMs is no limit of a dialer; give it to dial with ready: "handler", or createSupervisor, instead.',
    ],
    [
      'dialer',
      'maxConnections',
      'dial: limits.maxConnections is no limit of a dialer; give it to listen or createSupervisor instead.',
    ],
    [
      'dialer',
      'maxHandshakes',
      'dial: limits.maxHandshakes is no limit of a dialer; give it to listen or createSupervisor instead.',
    ],
    [
      'dialer',
      'maxHandshakesPerAddress',
      'dial: limits.maxHandshakesPerAddress is no limit of a dialer; give it to listen or createSupervisor instead.',
    ],
    [
      'dialer',
      'authenticateWithinMs',
      'dial: limits.authenticateWithinMs is no limit of a dialer; give it to listen or createSupervisor instead.',
    ],
    [
      'dialer',
      'maxConnectionsPerAddress',
      'dial: limits.maxConnectionsPerAddress is no limit of a dialer; give it to listen or createSupervisor instead.',
    ],
    [
      'dialer',
      'maxConnectionsPerIdentity',
      'dial: limits.maxConnectionsPerIdentity is no limit of a dialer; give it to listen or createSupervisor instead.',
    ],
    [
      'dialer',
      'maxLagMs',
      'dial: limits.maxLagMs is no limit of a dialer; give it to listen or createSupervisor instead.',
    ],
    [
      'listener',
      'maxTotalBufferedBytes',
      'listen: limits.maxTotalBufferedBytes is no limit of a listener; give it to createSupervisor or supervise instead.',
    ],
    [
      'dialer',
      'maxTotalBufferedBytes',
      'dial: limits.maxTotalBufferedBytes is no limit of a dialer; give it to createSupervisor or supervise instead.',
    ],
  ] as const)('of a %s: %s is refused', (level, key, message) => {
    const where = level === 'dialer' ? 'dial: limits' : 'listen: limits';
    expect(() => resolveLimits({ [key]: 5 }, DEFAULT_LIMITS, where, level)).toThrow(new OptionError(message));
    expect(resolveLimits({ [key]: undefined }, DEFAULT_LIMITS, where, level)).toEqual(DEFAULT_LIMITS);
    expect(resolveLimits({ [key]: 5 }, DEFAULT_LIMITS, 'createSupervisor: limits')).toMatchObject({ [key]: 5 });
  });

  test('that are undefined count as not given', () => {
    const given = { maxPayloadBytes: undefined, slowPeer: undefined } as unknown as Partial<Limits>;
    expect(resolveLimits(given, DEFAULT_LIMITS, WHERE)).toEqual(DEFAULT_LIMITS);
  });

  test.each<Partial<Limits>>([
    { maxConnections: Number.POSITIVE_INFINITY },
    { maxHandshakes: 1 },
    { maxPayloadBytes: 2 ** 31 - 1 },
    { openWithinMs: 0.5 },
    { idleWithinMs: Number.POSITIVE_INFINITY },
    { pausedWithinMs: Number.POSITIVE_INFINITY },
    { highWaterMark: 10, maxBufferedBytes: 10 },
    { maxMemoryShare: 1, maxLagMs: Number.POSITIVE_INFINITY },
    { maxConnectionsPerAddress: 1, maxConnectionsPerIdentity: Number.POSITIVE_INFINITY },
    { maxMessagesPerSecond: Number.POSITIVE_INFINITY, maxBytesPerSecond: 1, throttledWithinMs: 0.5 },
    { maxTotalBufferedBytes: Number.POSITIVE_INFINITY, frameWithinMs: Number.POSITIVE_INFINITY },
    { maxBufferedBytes: Number.POSITIVE_INFINITY },
  ])('may be %o', (given) => {
    expect(resolveLimits(given, DEFAULT_LIMITS, WHERE)).toEqual({ ...DEFAULT_LIMITS, ...given });
  });

  test.each([
    // key                 value                      the sentence
    ['maxConnections', 0, 'listen: limits.maxConnections is 0; allowed are whole numbers from 1 on, and Infinity.'],
    ['maxHandshakes', 1.5, 'listen: limits.maxHandshakes is 1.5; allowed are whole numbers from 1 on, and Infinity.'],
    [
      'maxPayloadBytes',
      '1 MiB',
      'listen: limits.maxPayloadBytes is "1 MiB"; allowed are whole numbers from 1 to 2147483647.',
    ],
    [
      'maxPayloadBytes',
      2 ** 31,
      'listen: limits.maxPayloadBytes is 2147483648; allowed are whole numbers from 1 to 2147483647.',
    ],
    [
      'maxFragments',
      Number.POSITIVE_INFINITY,
      'listen: limits.maxFragments is Infinity; allowed are whole numbers from 1 to 2147483647.',
    ],
    ['openWithinMs', 0, 'listen: limits.openWithinMs is 0; allowed are numbers of ms above 0.'],
    [
      'readyWithinMs',
      Number.POSITIVE_INFINITY,
      'listen: limits.readyWithinMs is Infinity; allowed are numbers of ms above 0.',
    ],
    [
      'authenticateWithinMs',
      Number.POSITIVE_INFINITY,
      'listen: limits.authenticateWithinMs is Infinity; allowed are numbers of ms above 0.',
    ],
    ['closeWithinMs', Number.NaN, 'listen: limits.closeWithinMs is NaN; allowed are numbers of ms above 0.'],
    ['idleWithinMs', -1, 'listen: limits.idleWithinMs is -1; allowed are numbers of ms above 0, and Infinity.'],
    ['pausedWithinMs', null, 'listen: limits.pausedWithinMs is null; allowed are numbers of ms above 0, and Infinity.'],
    ['readAheadBytes', {}, 'listen: limits.readAheadBytes is an object; allowed are whole numbers from 1 on.'],
    [
      'highWaterMark',
      5 * 1024 * 1024,
      'listen: limits.highWaterMark is 5242880; allowed are whole numbers up to maxBufferedBytes, which is 4194304.',
    ],
    [
      'maxBufferedBytes',
      1_000,
      'listen: limits.highWaterMark is 65536; allowed are whole numbers up to maxBufferedBytes, which is 1000.',
    ],
    ['maxMemoryShare', 1.1, 'listen: limits.maxMemoryShare is 1.1; allowed are numbers above 0, up to 1.'],
    ['maxMemoryShare', 0, 'listen: limits.maxMemoryShare is 0; allowed are numbers above 0, up to 1.'],
    ['maxLagMs', 0, 'listen: limits.maxLagMs is 0; allowed are numbers of ms above 0, and Infinity.'],
    [
      'maxMessagesPerSecond',
      0,
      'listen: limits.maxMessagesPerSecond is 0; allowed are whole numbers from 1 on, and Infinity.',
    ],
    ['frameWithinMs', '1 s', 'listen: limits.frameWithinMs is "1 s"; allowed are numbers of ms above 0, and Infinity.'],
    ['slowPeer', 'drop', 'listen: limits.slowPeer is "drop"; allowed are "close" and "drop-newest".'],
    ['maxPayload', 5, 'listen: limits.maxPayload is not an option; did you mean maxPayloadBytes?'],
  ])('%s: %o is refused', (key, value, sentence) => {
    expect(() => resolveLimits({ [key]: value }, DEFAULT_LIMITS, WHERE)).toThrow(new OptionError(sentence));
  });

  test('that are no object are refused', () => {
    expect(() => resolveLimits(5 as unknown as Partial<Limits>, DEFAULT_LIMITS, WHERE)).toThrow(
      new OptionError('listen: limits is 5; it must be an object.'),
    );
  });
});

describe('liveness', () => {
  const base: Liveness = { pingEveryMs: 1_000, answerWithinMs: 500 };
  const where = 'dial: liveness';

  test.each([
    // given                   base        resolved
    [undefined, base, base],
    [undefined, false, false],
    [false, base, false],
    [{}, base, base],
    [{ pingEveryMs: 5 }, base, { pingEveryMs: 5, answerWithinMs: 500 }],
    [{ pingEveryMs: 5 }, false, { ...DEFAULT_LIVENESS, pingEveryMs: 5 }],
  ] as const)('%o over %o is %o', (given, over, resolved) => {
    expect(resolveLiveness(given, over, where)).toEqual(resolved);
  });

  test.each([
    // given                               the sentence
    [true, 'dial: liveness is true; allowed are false and an object.'],
    [null, 'dial: liveness is null; it must be an object.'],
    [{ pingEveryMs: 0 }, 'dial: liveness.pingEveryMs is 0; allowed are numbers of ms above 0.'],
    [
      { answerWithinMs: Number.POSITIVE_INFINITY },
      'dial: liveness.answerWithinMs is Infinity; allowed are numbers of ms above 0.',
    ],
    [{ pingEvery: 5 }, 'dial: liveness.pingEvery is not an option; did you mean pingEveryMs?'],
    [{ ping: 'ping' }, 'dial: liveness.ping is "ping"; it must be a function.'],
    [{ isPong: /pong/ }, 'dial: liveness.isPong is an object; it must be a function.'],
    [
      { ping: function* () {} },
      'dial: liveness.ping is a generator function, which runs nothing when called; it must be a plain or an async one.',
    ],
    [{ ping: () => 'ping' }, 'dial: liveness.ping is given without isPong; give both, or neither.'],
    [{ isPong: () => true }, 'dial: liveness.isPong is given without ping; give both, or neither.'],
  ])('%o is refused', (given, sentence) => {
    expect(() => resolveLiveness(given as Partial<Liveness>, base, where)).toThrow(new OptionError(sentence));
  });
});

describe('backoff', () => {
  test.each<Partial<Backoff> | undefined>([
    undefined,
    {},
    { initialMs: 1, maxMs: 1 },
    { maxMs: 100 },
    { factor: 1 },
    { firstWithinMs: 0, stableAfterMs: 0 },
  ])('%o is laid over the defaults', (given) => {
    expect(resolveBackoff(given, 'dial: backoff')).toEqual({ ...DEFAULT_BACKOFF, ...given });
  });

  test.each([
    // given                        the sentence
    [{ initialMs: 0 }, 'dial: backoff.initialMs is 0; allowed are numbers of ms above 0.'],
    [{ maxMs: Number.POSITIVE_INFINITY }, 'dial: backoff.maxMs is Infinity; allowed are numbers of ms above 0.'],
    [{ factor: 0.5 }, 'dial: backoff.factor is 0.5; allowed are numbers from 1 on.'],
    [{ stableAfterMs: -1 }, 'dial: backoff.stableAfterMs is -1; allowed are numbers of ms from 0 on.'],
    [{ firstWithinMs: '5s' }, 'dial: backoff.firstWithinMs is "5s"; allowed are numbers of ms from 0 on.'],
    [
      { jitter: 1 },
      'dial: backoff.jitter is not an option; allowed are initialMs, maxMs, factor, stableAfterMs, firstWithinMs, maxAdviceMs.',
    ],
    ['slow', 'dial: backoff is "slow"; it must be an object.'],
  ])('%o is refused', (given, sentence) => {
    expect(() => resolveBackoff(given as Partial<Backoff>, 'dial: backoff')).toThrow(new OptionError(sentence));
  });
});

describe('permessage-deflate', () => {
  test.each([
    [undefined, false],
    [false, false],
    [true, true],
    [{}, {}],
    [
      { threshold: 0, level: 9 },
      { threshold: 0, level: 9 },
    ],
  ])('%o resolves to %o', (given, resolved) => {
    expect(resolvePerMessageDeflate(given, 'listen: perMessageDeflate')).toEqual(resolved);
  });

  test.each([
    // given                    the sentence
    ['on', 'listen: perMessageDeflate is "on"; allowed are true, false, and an object.'],
    [{ threshold: -1 }, 'listen: perMessageDeflate.threshold is -1; allowed are whole numbers of bytes from 0 on.'],
    [{ level: 10 }, 'listen: perMessageDeflate.level is 10; allowed are whole numbers from 0 to 9.'],
    [{ levels: 1 }, 'listen: perMessageDeflate.levels is not an option; did you mean level?'],
  ])('%o is refused', (given, sentence) => {
    expect(() => resolvePerMessageDeflate(given as PerMessageDeflateOptions, 'listen: perMessageDeflate')).toThrow(
      new OptionError(sentence),
    );
  });
});

test('the defaults cannot be changed', () => {
  for (const defaults of [DEFAULT_LIMITS, DEFAULT_LIVENESS, DEFAULT_BACKOFF])
    expect(Object.isFrozen(defaults)).toBe(true);
});
