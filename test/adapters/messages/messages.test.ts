import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import type { MessageFault } from '../../../src/adapters/messages/message-options.js';
import { messages } from '../../../src/adapters/messages/messages.js';
import type { StandardSchema } from '../../../src/adapters/messages/standard-schema.js';
import { OptionError } from '../../../src/transport/errors.js';
import { settled } from '../../support/settled.js';
import { allOf, aScene, POINT } from './scene.js';

/** A schema whose `validate` is the test's. */
function schemaOf(validate: (value: unknown) => unknown): StandardSchema<number> {
  return { '~standard': { version: 1, vendor: 'test', validate } } as StandardSchema<number>;
}

/** An asynchronous schema, whose results are the test's. */
function waiting() {
  const results: { resolve(value: unknown): void; reject(error: Error): void }[] = [];
  const validate = () => new Promise((resolve, reject) => results.push({ resolve, reject }));
  return { schema: schemaOf(validate), results };
}

describe('valid messages', () => {
  test('are iterated in order, as what the schema makes of them', async () => {
    const { connection, says, leaves } = aScene();
    says('{"x":1}', '{"x":2,"y":3,"z":4}');
    const all = allOf(messages(connection, POINT));
    leaves();
    expect(await all).toEqual([
      { x: 1, y: 0 },
      { x: 2, y: 3 },
    ]);
  });

  test('pause the socket while the loop is behind', async () => {
    const { connection, wire, says } = aScene({ readAheadBytes: 10 });
    const iterator = messages(connection, POINT);
    says('{"x":1}');
    await iterator.next();
    says('{"x":2}', '{"x":3}');
    expect(wire.isPaused).toBe(true);
    await iterator.next();
    await iterator.next();
    expect(wire.isPaused).toBe(false);
  });

  test('break only detaches: a second loop goes on where the first left, with another schema', async () => {
    const { connection, says, leaves } = aScene();
    says('{"x":1}', '{"x":2}', '"three"');
    for await (const { x } of messages(connection, POINT)) if (x === 2) break;
    expect(connection.state).toBe('open');
    leaves();
    expect(await allOf(messages(connection, v.string()))).toEqual(['three']);
  });

  test('are consumed in one place at a time', async () => {
    const { connection, leaves } = aScene();
    const first = allOf(messages(connection, POINT));
    await settled();
    await expect(messages(connection, POINT).next()).rejects.toThrow(OptionError);
    leaves();
    expect(await first).toEqual([]);
  });

  test('of a connection that has ended are none', async () => {
    const { connection, leaves } = aScene();
    leaves();
    expect(await allOf(messages(connection, POINT))).toEqual([]);
  });

  test('in binary are taken if they are to be, as UTF-8', async () => {
    const { connection, saysBinary, leaves } = aScene();
    const faults: MessageFault['kind'][] = [];
    saysBinary(Buffer.from('{"x":1}'));
    saysBinary(Buffer.of(0x22, 0xff, 0x22));
    leaves();
    const invalid = ({ kind }: MessageFault) => void faults.push(kind);
    expect(await allOf(messages(connection, POINT, { binary: true, invalid }))).toEqual([{ x: 1, y: 0 }]);
    expect(faults).toEqual(['not-json']);
  });

  test('with odd names and deep nesting are harmless', async () => {
    const { connection, says, leaves } = aScene({ maxPayloadBytes: 10_000_000 });
    says('{"__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}}}');
    says(`${'['.repeat(100_000)}${']'.repeat(100_000)}`);
    leaves();
    const [odd, deep] = await allOf(messages(connection, v.unknown()));
    expect(Object.keys(odd as object)).toEqual(['__proto__', 'constructor']);
    expect(Reflect.get({}, 'polluted')).toBeUndefined();
    expect(Array.isArray(deep)).toBe(true);
  });
});

describe('an invalid message', () => {
  const secret = 'a secret of the peer';

  test.each([
    ['text that is not JSON', (scene: ReturnType<typeof aScene>) => scene.says(secret), 'close 1007 not JSON'],
    [
      'binary where text is due',
      (scene: ReturnType<typeof aScene>) => scene.saysBinary(Buffer.from('{"x":1}')),
      'close 1007 text expected',
    ],
    [
      'refused by the schema',
      (scene: ReturnType<typeof aScene>) => scene.says(JSON.stringify({ x: secret })),
      'close 1008 invalid message',
    ],
  ])('that is %s closes the connection, and ends the iteration', async (_name, says, close) => {
    const scene = aScene();
    says(scene);
    scene.says('{"x":1}');
    expect(await allOf(messages(scene.connection, POINT))).toEqual([]);
    expect(scene.wire.asked).toContain(close);
    scene.leaves();
    expect(scene.connection.report).toMatchObject({ trigger: 'close-called' });
  });

  test('is passed over on request', async () => {
    const { connection, says, leaves } = aScene();
    says('nonsense', '{"x":1}', '{}', '{"x":2}');
    leaves();
    expect(await allOf(messages(connection, POINT, { invalid: 'skip' }))).toHaveLength(2);
  });

  test('is answered by what a function returns, if it does, and the iteration goes on', async () => {
    const { connection, wire, says, leaves } = aScene();
    const faults: MessageFault[] = [];
    says('nonsense', '{"id":7}', '{"x":1}');
    const all = allOf(
      messages(connection, POINT, {
        invalid: async (fault) => {
          faults.push(fault);
          await settled();
          return fault.kind === 'refused' ? { id: 7, errors: fault.issues.length } : undefined;
        },
      }),
    );
    await settled();
    await settled();
    await settled();
    leaves();
    expect(await all).toEqual([{ x: 1, y: 0 }]);
    expect(wire.sent).toEqual(['{"id":7,"errors":1}']);
    expect(faults).toMatchObject([
      { kind: 'not-json', issues: [{ message: 'not JSON' }], value: undefined },
      { kind: 'refused', issues: [{ message: expect.any(String) }], value: { id: 7 } },
    ]);
    expect(faults[0]?.frame.text()).toBe('nonsense');
  });

  test('whose answer throws, or is no JSON, ends the loop with that error', async () => {
    const { connection, says } = aScene();
    const error = new Error('a bug');
    says('nonsense', 'nonsense');
    const throws = () => {
      throw error;
    };
    await expect(allOf(messages(connection, POINT, { invalid: throws }))).rejects.toBe(error);
    const noJson = () => () => {};
    await expect(allOf(messages(connection, POINT, { invalid: noJson }))).rejects.toThrow(OptionError);
    expect(connection.state).toBe('open');
  });
});

describe('an asynchronous schema', () => {
  test('validates one message after the other', async () => {
    const { connection, says, leaves } = aScene();
    const { schema, results } = waiting();
    says('1', '2');
    const all = allOf(messages(connection, schema));
    await settled();
    expect(results).toHaveLength(1);
    results[0]?.resolve({ value: 10 });
    await settled();
    results[1]?.resolve({ value: 20 });
    leaves();
    expect(await all).toEqual([10, 20]);
  });

  test("has the time to validate what came before the peer's Close", async () => {
    const { connection, says, leaves } = aScene();
    const { schema, results } = waiting();
    says('1');
    const all = allOf(messages(connection, schema));
    await settled();
    leaves();
    await settled();
    results[0]?.resolve({ value: 10 });
    expect(await all).toEqual([10]);
  });

  test('that never settles ends with a connection that is lost', async () => {
    const { connection, wire, says } = aScene();
    says('1', '2');
    const all = allOf(messages(connection, waiting().schema));
    await settled();
    wire.emitClosed({ kind: 'socket-error' });
    expect(await all).toEqual([]);
  });

  test("that never settles ends when the time is over that the peer's Close leaves", async () => {
    const { connection, clock, says, leaves } = aScene({ closeWithinMs: 1_000 });
    says('1', '2');
    const all = allOf(messages(connection, waiting().schema));
    await settled();
    leaves();
    await settled();
    expect(connection.signal.aborted).toBe(false);
    clock.advance(2_000);
    expect(connection.signal.aborted).toBe(true);
    expect(await all).toEqual([]);
  });

  test('that rejects ends the loop with its error', async () => {
    const { connection, says } = aScene();
    const { schema, results } = waiting();
    const error = new Error('the database is away');
    says('1');
    const all = allOf(messages(connection, schema));
    await settled();
    results[0]?.reject(error);
    await expect(all).rejects.toBe(error);
  });
});

describe('a schema that', () => {
  test('throws ends the loop with its error', async () => {
    const { connection, says } = aScene();
    const error = new RangeError('Maximum call stack size exceeded');
    says('1');
    const schema = schemaOf(() => {
      throw error;
    });
    await expect(allOf(messages(connection, schema))).rejects.toBe(error);
  });

  test.each([[undefined], [5], [{}], [{ issues: 'none' }], [null]])('returns %j ends the loop', async (result) => {
    const { connection, says } = aScene();
    says('1');
    await expect(
      allOf(
        messages(
          connection,
          schemaOf(() => result),
        ),
      ),
    ).rejects.toThrow('messages: schema has returned');
  });
});
