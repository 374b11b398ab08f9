import { NEVER, Observable, of, throwError } from 'rxjs';
import { describe, expect, test } from 'vitest';
import type { NestAdapterOptions } from '../../../src/adapters/nest/adapter-options.js';
import { deferred } from '../../../src/supervisor/time/deferred.js';
import { endingsOf } from '../../support/endings.js';
import { eventually } from '../../support/eventually.js';
import { aGateway, bind, echo, type Gateway } from './a-gateway.js';

describe('messages', () => {
  test('are handled by their events, and what is returned is sent as JSON', async () => {
    await using stage = await aGateway({ ...echo, name: async (_client, _data, event) => event });
    await using client = await stage.dial();
    client.send('{"event":"echo","data":[1]}');
    expect((await client.receive())?.json()).toEqual({ event: 'echo', data: [1] });
    client.send('{"event":"name"}');
    expect((await client.receive())?.json()).toBe('name');
  });

  test('that are none, or that nobody handles, are ignored', async () => {
    await using stage = await aGateway({ nothing: async () => null, ...echo });
    await using client = await stage.dial();
    for (const text of ['hello', '{"event":"other"}', '{"event":"nothing"}', '{"event":"echo","data":1}'])
      client.send(text);
    expect((await client.receive())?.json()).toEqual({ event: 'echo', data: 1 });
  });

  test('are answered by each value of an Observable, until the connection ends', async () => {
    let isStopped = false;
    await using stage = await aGateway({
      twice: async () => of('one', 'two'),
      ever: async () =>
        new Observable((subscriber) => {
          subscriber.next('still');
          return () => {
            isStopped = true;
          };
        }),
    });
    const client = await stage.dial();
    client.send('{"event":"twice"}');
    expect([(await client.receive())?.json(), (await client.receive())?.json()]).toEqual(['one', 'two']);
    client.send('{"event":"ever"}');
    expect((await client.receive())?.json()).toBe('still');
    expect(isStopped).toBe(false);
    client.close();
    await eventually(() => isStopped);
  });

  test('go to each gateway that shares the server', async () => {
    await using stage = await aGateway(echo);
    bind(stage.adapter, stage.server, { echo: async () => 'also' });
    await using client = await stage.dial();
    client.send('{"event":"echo","data":1}');
    expect([(await client.receive())?.json(), (await client.receive())?.json()]).toEqual([
      { event: 'echo', data: 1 },
      'also',
    ]);
  });

  test('of one client are not read while so many are handled', async () => {
    const ends = [deferred<string>(), deferred<string>(), deferred<string>()];
    let begun = 0;
    await using stage = await aGateway(
      { slow: async () => ends[begun++]?.promise, forever: async () => NEVER },
      { maxMessagesAtOnce: 2 },
    );
    await using client = await stage.dial();
    // An Observable that never completes is handled as soon as it is there.
    for (const event of ['forever', 'forever', 'slow', 'slow', 'slow']) client.send(JSON.stringify({ event }));
    await eventually(() => begun === 2);
    ends[1]?.resolve('second');
    expect((await client.receive())?.json()).toBe('second');
    await eventually(() => begun === 3);
    ends[2]?.resolve('third');
    expect((await client.receive())?.json()).toBe('third');
    ends[0]?.resolve('first');
    expect((await client.receive())?.json()).toBe('first');
  });

  test('that are still handled when the client has gone do not hold its connection', async () => {
    const begun = deferred<void>();
    await using stage = await aGateway(
      {
        stuck: () => {
          begun.resolve();
          return new Promise(() => {});
        },
      },
      { maxMessagesAtOnce: 1 },
    );
    const client = await stage.dial();
    client.send('{"event":"stuck"}');
    await begun.promise;
    client.terminate();
    expect(await endingsOf(stage.adapter.supervisor)).toHaveLength(1);
  });

  test('are read by a function of the user', async () => {
    await using stage = await aGateway(echo, { readMessage: (frame) => ({ event: 'echo', data: frame.text() }) });
    await using client = await stage.dial();
    client.send('hello');
    expect((await client.receive())?.json()).toEqual({ event: 'echo', data: 'hello' });
  });
});

test.each<[string, Gateway, NestAdapterOptions]>([
  [
    'a handler that throws',
    {
      echo: () => {
        throw new Error('a bug');
      },
    },
    {},
  ],
  ['a promise that rejects', { echo: () => Promise.reject(new Error('a bug')) }, {}],
  ['an Observable that fails', { echo: async () => throwError(() => new Error('a bug')) }, {}],
  [
    'a reply that is no JSON',
    {
      echo: async () => ({
        toJSON() {
          throw new Error('a bug');
        },
      }),
    },
    {},
  ],
  [
    'a function that reads messages and throws',
    {},
    {
      readMessage: () => {
        throw new Error('a bug');
      },
    },
  ],
])('%s ends its own connection with 1011, and no other', async (_what, gateway, options) => {
  await using stage = await aGateway(gateway, options);
  const [broken, other] = [await stage.dial(), await stage.dial()];
  broken.send('{"event":"echo"}');
  expect(await broken.closed).toMatchObject({ received: { code: 1011 } });
  expect(await endingsOf(stage.adapter.supervisor)).toMatchObject([
    { trigger: 'handler-threw', cause: { message: 'a bug' } },
  ]);
  expect(other.state).toBe('open');
});
