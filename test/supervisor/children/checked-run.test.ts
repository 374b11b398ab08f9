import { describe, expect, test } from 'vitest';
import { checkedRun, crashed } from '../../../src/supervisor/children/checked-run.js';
import { contain } from '../../../src/transport/contain.js';
import { OptionError } from '../../../src/transport/errors.js';
import { settled } from '../../support/settled.js';
import { thenable } from '../../support/thenable.js';

const CLOSE = { code: 1001, reason: '' };
const never = new Promise<never>(() => {});
const aRun = (more: object = {}): object => ({
  handle: { kind: 'worker' },
  exited: never,
  shutDown: () => {},
  terminate: () => {},
  ...more,
});

const throwing = (key: string): object =>
  Object.defineProperty(aRun(), key, {
    get: () => {
      throw new Error('a trap');
    },
  });

const revoked = (): object => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};

describe('a run', () => {
  test.each<[string, unknown, string]>([
    ['nothing', undefined, 'is undefined'],
    ['null', null, 'is null'],
    ['a function', () => {}, 'is a function'],
    ['a symbol', Symbol('s'), 'is Symbol(s)'],
    ['an object that cannot be looked into', revoked(), 'handle threw'],
    ['no handle', aRun({ handle: undefined }), 'handle is undefined'],
    ['null for a handle', aRun({ handle: null }), 'handle is null'],
    ['a handle of no kind', aRun({ handle: {} }), 'handle.kind is undefined'],
    ['a handle of an unknown kind', aRun({ handle: { kind: 'toString' } }), 'handle.kind is "toString"'],
    ['a handle that throws', throwing('handle'), 'handle threw'],
    ['no exited', aRun({ exited: undefined }), 'exited is undefined'],
    ['an exited that is no promise', aRun({ exited: { reason: 'normal' } }), 'exited is an object'],
    ['an exited that throws', throwing('exited'), 'exited threw'],
    ['an exited whose then throws', aRun({ exited: throwing('then') }), 'exited threw'],
    ['no shutDown', aRun({ shutDown: undefined }), 'shutDown is undefined'],
    ['no terminate', aRun({ terminate: 'now' }), 'terminate is "now"'],
    ['a conclude that is no function', aRun({ conclude: 7 }), 'conclude is 7'],
  ])('that is %s is an OptionError', (_what, given, says) => {
    expect(() => checkedRun('a', given)).toThrow(OptionError);
    expect(() => checkedRun('a', given)).toThrow(says);
  });

  test('that is wrong, and has crashed already, leaves no rejection unhandled', async () => {
    expect(() => checkedRun('a', aRun({ exited: Promise.reject(new Error('a bug')), terminate: undefined }))).toThrow(
      OptionError,
    );
    await settled();
  });

  test('calls its methods as its own', () => {
    const asked: unknown[] = [];
    class Run {
      readonly handle = { kind: 'worker' } as const;
      readonly exited = never;
      readonly endsTogether = true;
      readonly #asked = asked;
      shutDown(close: unknown): void {
        this.#asked.push(close);
      }
      terminate(): void {
        this.#asked.push('terminate');
      }
      conclude(exit: unknown): void {
        this.#asked.push(exit);
      }
    }
    const run = checkedRun('a', new Run());
    run.shutDown(CLOSE);
    run.terminate();
    run.conclude?.({ id: 'a', reason: 'normal', report: undefined });
    expect([asked, run.endsTogether]).toEqual([
      [CLOSE, 'terminate', { id: 'a', reason: 'normal', report: undefined }],
      true,
    ]);
  });

  test.each<[unknown, boolean]>([
    [undefined, false],
    [true, true],
    ['yes', false],
  ])('whose endsTogether is %j may end together: %s', (endsTogether, may) => {
    expect(checkedRun('a', aRun({ endsTogether })).endsTogether).toBe(may);
  });

  test('whose endsTogether throws waits', () => {
    expect(checkedRun('a', throwing('endsTogether')).endsTogether).toBe(false);
  });
});

describe('an exit', () => {
  const exitOf = (exited: unknown) => checkedRun('a', aRun({ exited })).exited;
  const error = new Error('a bug');

  test.each([
    [{ reason: 'normal' }, { reason: 'normal' }],
    [{ reason: 'shutdown', more: 1 }, { reason: 'shutdown' }],
    [
      { reason: 'abnormal', error },
      { reason: 'abnormal', error },
    ],
  ])('%j is what it is', async (given, exit) => {
    expect(await exitOf(Promise.resolve(given))).toEqual(exit);
  });

  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a word', 'normal'],
    ['a number', 0],
    ['a list', []],
    ['an unknown reason', { reason: 'killed' }],
    ['a reason that is no word', { reason: { toString: () => 'normal' } }],
    ['an object without a prototype', Object.create(null)],
    ['an object that throws', throwing('reason')],
  ])('%s is a crash', async (_what, given) => {
    expect(await exitOf(Promise.resolve(given).then(() => given))).toMatchObject({
      reason: 'abnormal',
      error: { code: 'WIREKEEPER_OPTION' },
    });
  });

  test('a rejection is a crash, with what it was rejected with', async () => {
    const odd: unknown = Object.create(null);
    expect(await exitOf(Promise.reject(odd))).toEqual(crashed(odd));
  });

  test('a foreign promise is accepted, also one whose then throws', async () => {
    expect(await exitOf(thenable((done) => done({ reason: 'normal' })))).toEqual({ reason: 'normal' });
    const broken = thenable(() => {
      throw new Error('a bug');
    });
    expect(await exitOf(broken)).toEqual(crashed(new Error('a bug')));
  });
});

test.each<[string, () => unknown, unknown[]]>([
  ['returns', () => 7, []],
  [
    'throws',
    () => {
      throw new Error('a bug');
    },
    [new Error('a bug')],
  ],
  ['rejects', () => Promise.reject(new Error('a bug')), [new Error('a bug')]],
  ['resolves', () => Promise.resolve(7), []],
])('what is done and %s is contained', async (_what, act, faults) => {
  const found: unknown[] = [];
  contain(act, (error) => found.push(error));
  await settled();
  expect(found).toEqual(faults);
});
