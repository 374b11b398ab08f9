import type { Connection } from '../../../src/supervisor/api/connection.js';
import type { HandlerResult } from '../../../src/supervisor/api/handler.js';
import { DeadlineError, OptionError } from '../../../src/transport/errors.js';
import type { Subject } from './subject.js';
import type { World } from './world.js';

/** What a handler is given. */
interface Run {
  readonly world: World;
  readonly subject: Subject;
  readonly connection: Connection<unknown>;
}

type Program = (run: Run) => Promise<HandlerResult>;

/** What a handler throws: its error is expected, others are not. */
class HandlerError extends Error {}

/** A handler that takes one way for each connection, and waits for its turn wherever it can. */
export function handlerFrom(world: World): (connection: Connection<unknown>) => Promise<HandlerResult> {
  return async (connection) => {
    const subject = world.of(connection);
    const program = world.picks.of(PROGRAMS);
    const isReady = world.picks.below(6) < 5;
    world.handlersRunning += 1;
    try {
      if (isReady) void world.gate(`${connection.id} is ready`).then(() => connection.ready());
      const result = await program({ world, subject, connection });
      subject.possible.add('handler-returned');
      subject.returned = typeof result === 'object' && !('outcome' in result) ? result.code : 1000;
      return result;
    } catch (error) {
      subject.possible.add('handler-threw');
      // A user of the connection may be reading at the same time, who has the frames then.
      if (!(error instanceof HandlerError || error instanceof OptionError)) world.faults.push(error);
      throw error;
    } finally {
      world.handlersRunning -= 1;
      subject.isDiscarding = true;
    }
  };
}

const iterates: Program = async ({ world, subject, connection }) => {
  const log = subject.consumer();
  for await (const frame of connection) {
    log(frame.text());
    if (world.picks.below(3) === 0) await world.gate(`${connection.id} works on a frame`);
  }
  subject.sawEnd();
};

const receives: Program = async ({ world, subject, connection }) => {
  const log = subject.consumer();
  for (;;) {
    try {
      const frame = await connection.receive({ withinMs: 50 });
      if (frame === undefined) break;
      log(frame.text());
    } catch (error) {
      if (!(error instanceof DeadlineError)) throw error;
      await world.gate(`${connection.id} receives again`);
    }
  }
  subject.sawEnd();
  return connection.closed;
};

const breaks: Program = async ({ world, subject, connection }) => {
  const log = subject.consumer();
  while (connection.report === undefined) {
    let left = 2;
    let isOver = true;
    for await (const frame of connection) {
      log(frame.text());
      left -= 1;
      isOver = left > 0;
      if (!isOver) break;
    }
    if (isOver) {
      subject.sawEnd();
      break;
    }
    await world.gate(`${connection.id} iterates again`);
  }
};

const answers: Program = async ({ world, subject, connection }) => {
  const log = subject.consumer();
  for await (const frame of connection) {
    log(frame.text());
    const result = world.act(world.sending(connection), () => subject.send(4));
    // What a socket still had when it was cut is read, and nobody is there for the answer.
    if (result === 'closed' && world.linkOf(subject)?.near.destroyed !== true) subject.unanswered += 1;
  }
  subject.sawEnd();
};

/** With whoever pulls at the same time it is in conflict, which ends it as if it had thrown. */
const subscribes: Program = async ({ subject, connection }) => {
  subject.possible.add('handler-threw');
  const log = subject.consumer();
  connection.frames$.subscribe((frame) => log(frame.text()));
  return connection.closed;
};

const subscribesLater: Program = async (run) => {
  await run.world.gate(`${run.connection.id} subscribes`);
  return subscribes(run);
};

const returns: Program = async ({ world, subject, connection }) => {
  const log = subject.consumer();
  const frame = await connection.receive();
  if (frame !== undefined) log(frame.text());
  await world.gate(`${connection.id} returns`);
  return { code: 4_000 + world.picks.below(10), reason: 'enough' };
};

const throws: Program = async ({ world, subject, connection }) => {
  const log = subject.consumer();
  const frame = await connection.receive();
  if (frame !== undefined) log(frame.text());
  await world.gate(`${connection.id} throws`);
  throw new HandlerError('a bug');
};

const discards: Program = async ({ world, subject, connection }) => {
  await world.gate(`${connection.id} discards`);
  subject.isDiscarding = true;
  connection.discardFrames();
  return connection.closed;
};

const readsNothing: Program = ({ connection }) => connection.closed;

/** Most read. */
const PROGRAMS: readonly Program[] = [
  ...[iterates, receives, breaks, answers, subscribes],
  ...[iterates, receives, breaks, answers, subscribes],
  ...[returns, throws, discards, subscribesLater, readsNothing],
];
