import { Subject } from 'rxjs';
import { describe, expect, test } from 'vitest';
import { type AnyActorLogic, createMachine, type EventObject, fromCallback, fromTransition } from 'xstate';
import {
  type ActorConnection,
  type ActorHandlerEvent,
  actorHandler,
} from '../../../src/machines/actor/actor-handler.js';
import { createHeapClock } from '../../../src/testing/heap-clock.js';
import type { CloseReport } from '../../../src/transport/close-report.js';
import { DataFrame, type Frame } from '../../../src/transport/frame.js';
import { aReport } from '../../support/reports.js';
import { settled } from '../../support/settled.js';

/** A connection with a test at its other end. */
class FakeConnection implements ActorConnection {
  readonly frames$ = new Subject<Frame>();
  readonly clock = createHeapClock();
  readonly drain = new AbortController();
  signalsAsked = 0;
  end: (report: CloseReport) => void = () => {};
  readonly closed = new Promise<CloseReport>((resolve) => {
    this.end = resolve;
  });

  get drainSignal(): AbortSignal {
    this.signalsAsked += 1;
    return this.drain.signal;
  }

  deliver(text: string): void {
    this.frames$.next(frameOf(text));
  }
}

const frameOf = (text: string): Frame => new DataFrame(Buffer.from(text), false);

type Handled = { readonly returned: unknown } | { readonly threw: unknown };

/** A handler at work, and how it comes out. */
function handled(handler: (connection: FakeConnection) => Promise<unknown>, connection = new FakeConnection()) {
  const outcome: Promise<Handled> = handler(connection).then(
    (returned) => ({ returned }),
    (threw: unknown) => ({ threw }),
  );
  return { connection, outcome };
}

/** Logic that records the events it receives. */
const noting = (events: ActorHandlerEvent[]) =>
  fromTransition((state: undefined, event: ActorHandlerEvent) => {
    events.push(event);
    return state;
  }, undefined);

const endingWith = (output: unknown) =>
  createMachine({
    initial: 'here',
    states: { here: { on: { frame: 'gone' } }, gone: { type: 'final' } },
    output: () => output,
  });

describe('frames', () => {
  test('are events of type frame', async () => {
    const events: ActorHandlerEvent[] = [];
    const { connection } = handled(actorHandler(noting(events), { input: () => undefined }));
    connection.deliver('one');
    connection.deliver('two');
    expect(events).toEqual([
      { type: 'frame', frame: frameOf('one') },
      { type: 'frame', frame: frameOf('two') },
    ]);
  });

  test('are what frame makes of them, and nothing where it makes nothing', async () => {
    const texts: string[] = [];
    const logic = fromTransition((state: undefined, { text }: { type: 'said'; text: string }) => {
      texts.push(text);
      return state;
    }, undefined);
    const frame = ({ data }: Frame) =>
      data.length === 0 ? undefined : ({ type: 'said', text: data.toString() } as const);
    const { connection } = handled(actorHandler(logic, { input: () => undefined, frame }));
    for (const text of ['one', '', 'two']) connection.deliver(text);
    expect(texts).toEqual(['one', 'two']);
  });

  test('that frame makes a promise of end the handler', async () => {
    const frame = async () => Promise.reject(new Error('later'));
    const { connection, outcome } = handled(
      actorHandler(noting([]), { input: () => undefined, frame: frame as never }),
    );
    connection.deliver('one');
    expect(await outcome).toMatchObject({
      threw: { message: 'actorHandler: frame returned a promise; it must return its result at once.' },
    });
  });

  test('that frame throws at end the handler', async () => {
    const { connection, outcome } = handled(
      actorHandler(noting([]), { input: () => undefined, frame: ({ data }) => JSON.parse(String(data)) }),
    );
    connection.deliver('{');
    expect(await outcome).toEqual({ threw: expect.any(SyntaxError) });
    expect(connection.frames$.observed).toBe(false);
  });
});

test('the actor gets its input from the connection, before any frame', async () => {
  const connection = new FakeConnection();
  const inputs: unknown[] = [];
  const logic = createMachine({ entry: ({ event }) => void inputs.push('input' in event && event['input']) });
  handled(actorHandler(logic, { input: (given) => ({ given }) }), connection);
  expect(inputs).toEqual([{ given: connection }]);
});

test('an input that throws is a handler that throws', async () => {
  const { outcome } = handled(
    actorHandler(noting([]), {
      input: () => {
        throw new Error('no input');
      },
    }),
  );
  expect(await outcome).toEqual({ threw: new Error('no input') });
});

describe('an actor that is done', () => {
  test.each([
    ['a code', { code: 4001 }, { code: 4001 }],
    ['a code and a reason', { code: 4001, reason: 'bye' }, { code: 4001, reason: 'bye' }],
    ['a code among other things', { code: 4001, lines: 3 }, { code: 4001 }],
    ['nothing', undefined, undefined],
    ['something else', 'bye', undefined],
    ['a code that is none', { code: 'E_BYE' }, undefined],
  ])('with %s is a handler that returns that', async (_what, output, returned) => {
    const { connection, outcome } = handled(actorHandler(endingWith(output), { input: () => undefined }));
    connection.deliver('go');
    expect(await outcome).toEqual({ returned });
    expect(connection.frames$.observed).toBe(false);
  });

  test('takes no more frames, those of the same read included', async () => {
    const { connection, outcome } = handled(actorHandler(endingWith({ code: 4001 }), { input: () => undefined }));
    connection.deliver('go');
    connection.deliver('too late');
    expect(await outcome).toEqual({ returned: { code: 4001 } });
  });

  test('at once leaves the connection alone from then on', async () => {
    const { connection, outcome } = handled(
      actorHandler(createMachine({ initial: 'a', states: { a: { type: 'final' } } }), { input: () => undefined }),
    );
    expect(await outcome).toEqual({ returned: undefined });
    connection.end(aReport());
    await settled();
    expect(connection.frames$.observed).toBe(false);
  });
});

describe('the end of the connection', () => {
  test('is the last event, with the report; then the actor is stopped, and the handler returns', async () => {
    const events: ActorHandlerEvent[] = [];
    const notes: string[] = [];
    const logic = createMachine({
      invoke: { src: fromCallback(() => () => notes.push('stopped')) },
      on: { '*': { actions: ({ event }) => void events.push(event as ActorHandlerEvent) } },
    });
    const { connection, outcome } = handled(actorHandler(logic, { input: () => undefined }));
    const report = aReport();
    connection.end(report);
    expect(await outcome).toEqual({ returned: undefined });
    expect(events).toEqual([{ type: 'connection.ended', report }]);
    expect(notes).toEqual(['stopped']);
    expect(connection.frames$.observed).toBe(false);
  });

  test('leaves no timer of the actor', async () => {
    const { connection, outcome } = handled(
      actorHandler(createMachine({ initial: 'a', states: { a: { after: { 60000: 'b' } }, b: {} } }), {
        input: () => undefined,
      }),
    );
    expect(connection.clock.pending).toBe(1);
    connection.end(aReport());
    await outcome;
    expect(connection.clock.pending).toBe(0);
  });

  test('may crash the actor, which is the handler that throws', async () => {
    const logic = createMachine({
      on: {
        'connection.ended': {
          actions: () => {
            throw new Error('could not save');
          },
        },
      },
    });
    const { connection, outcome } = handled(actorHandler(logic, { input: () => undefined }));
    connection.end(aReport());
    expect(await outcome).toEqual({ threw: new Error('could not save') });
  });
});

describe('a drain', () => {
  test.each([
    ['by its name', 'connection.draining'],
    ['as one of the connection.* events', 'connection.*'],
    ['as any event', '*'],
  ])('reaches a machine that has a transition for it %s', async (_how, descriptor) => {
    const received: string[] = [];
    const { connection } = handled(
      actorHandler(
        createMachine({
          on: { [descriptor]: { actions: ({ event }: { event: EventObject }) => void received.push(event.type) } },
        }),
        {
          input: () => undefined,
        },
      ),
    );
    connection.drain.abort();
    expect(received).toEqual(['connection.draining']);
  });

  test('is sent to logic that does not list its events', async () => {
    const events: ActorHandlerEvent[] = [];
    const { connection } = handled(actorHandler(noting(events), { input: () => undefined }));
    connection.drain.abort();
    expect(events).toEqual([{ type: 'connection.draining' }]);
  });

  test('is sent at once where it has been announced before', async () => {
    const events: ActorHandlerEvent[] = [];
    const connection = new FakeConnection();
    connection.drain.abort();
    handled(actorHandler(noting(events), { input: () => undefined }), connection);
    expect(events).toEqual([{ type: 'connection.draining' }]);
  });

  test('is not waited for by a machine that does not know it', async () => {
    const { connection } = handled(actorHandler(createMachine({ on: { frame: {} } }), { input: () => undefined }));
    expect(connection.signalsAsked).toBe(0);
  });
});

test.each([
  ['input', { input: 'connection' }],
  ['frame', { input: () => undefined, frame: {} }],
])('%s must be a function', (name, options) => {
  const wrong = options as unknown as Parameters<typeof actorHandler<AnyActorLogic, ActorConnection>>[1];
  expect(() => actorHandler(createMachine({}), wrong)).toThrow(
    expect.objectContaining({ code: 'WIREKEEPER_OPTION', message: expect.stringContaining(`${name} is of type`) }),
  );
});

describe('inspect', () => {
  test('sees everything in the actor system of each connection, from its first event on', async () => {
    const types: string[] = [];
    const { connection } = handled(
      actorHandler(endingWith(undefined), { input: () => undefined, inspect: ({ type }) => types.push(type) }),
    );
    expect(types).toEqual(['@xstate.actor', '@xstate.event', '@xstate.snapshot']);
    connection.deliver('one');
    expect(types.slice(3)).toEqual(['@xstate.event', '@xstate.microstep', '@xstate.snapshot']);
  });

  test('an inspector that throws is detached with a warning, and the actor goes on', async () => {
    const warned = new Promise<Error>((resolve) => process.once('warning', resolve));
    const error = new Error('bad inspector');
    const { connection, outcome } = handled(
      actorHandler(endingWith({ code: 4000 }), {
        input: () => undefined,
        inspect: () => {
          throw error;
        },
      }),
    );
    connection.deliver('one');
    expect(await outcome).toEqual({ returned: { code: 4000 } });
    expect(await warned).toMatchObject({ code: 'WIREKEEPER_INSPECTOR_THREW', cause: error });
  });

  test('anything but a function or an observer is refused', () => {
    const wrong = { input: () => undefined, inspect: true } as never;
    expect(() => actorHandler(endingWith(undefined), wrong)).toThrow(
      'actorHandler: inspect is of type boolean; it must be a function or an object with a method next.',
    );
  });
});
