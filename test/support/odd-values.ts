/** An error one of whose getters throws. */
function errorWithThrowing(key: 'message' | 'name' | 'stack' | 'cause'): Error {
  return Object.defineProperty(new Error('odd'), key, {
    get() {
      throw new Error(`the getter of ${key} threw`);
    },
  });
}

function revoked(target: object): object {
  const { proxy, revoke } = Proxy.revocable(target, {});
  revoke();
  return proxy;
}

function circular(): Error {
  const error = new Error('outer');
  error.cause = new Error('inner', { cause: error });
  return error;
}

/** An object of whose `then` this is the getter. */
function withThen(get: () => unknown): object {
  return new Proxy({}, { get: (_nothing, key) => (key === 'then' ? get() : undefined) });
}

class EndlessError extends Error {
  constructor() {
    super('endless');
    Object.defineProperty(this, 'cause', { get: () => new EndlessError() });
  }
}

/** What code may throw or reject with, and what no text can be made of as a rule. Each made on request, by name. */
export const ODD_VALUES: Readonly<Record<string, () => unknown>> = {
  'an object without prototype': () => Object.create(null),
  'a symbol': () => Symbol('odd'),
  undefined: () => undefined,
  null: () => null,
  'a bigint': () => 1n,
  'a function': () => () => 'odd',
  'an object whose toString throws': () => ({
    toString() {
      throw new Error('toString threw');
    },
  }),
  'a revoked proxy': () => revoked({}),
  'a revoked proxy of an error': () => revoked(new Error('odd')),
  'an error whose message throws': () => errorWithThrowing('message'),
  'an error whose name throws': () => errorWithThrowing('name'),
  'an error whose stack throws': () => errorWithThrowing('stack'),
  'an error whose cause throws': () => errorWithThrowing('cause'),
  'an error whose message is a symbol': () => Object.assign(new Error('odd'), { message: Symbol('odd') }),
  'a frozen error': () => Object.freeze(new Error('odd')),
  'an error in a circle': circular,
  'an error with endless causes': () => new EndlessError(),
  'a thenable': () => withThen(() => (resolve: (value: string) => void) => resolve('odd')),
  'an object whose then throws': () =>
    withThen(() => {
      throw new Error('the getter of then threw');
    }),
};
