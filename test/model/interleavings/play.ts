import type { Scheduler } from 'fast-check';
import { expect } from 'vitest';
import { OptionError, WirekeeperError } from '../../../src/transport/errors.js';
import { checkAll } from './account.js';
import { COMMANDS } from './commands.js';
import { dialOptions, listenOptions } from './options.js';
import type { Scenario, Step } from './scenario.js';
import { World } from './world.js';

/** Tasks before the end begins, and after: the second is never reached, or something does not end. */
const MAX_TASKS = 300;
const MAX_LAST_TASKS = 5_000;

/** Turns of the event loop without a task before it counts as idle. */
const IDLE_TURNS = 2;

/** How long is waited at a time: less than it takes to redial, and to ping. */
const WAIT_MS = 400;

/** How often it is looked at what connections hold, in ms, as long as one was noted at the look before. */
const LOOK_MS = 1_100;

const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

/** How much happens between two tasks: everything, one tick, a microtask, or nothing. */
const BREATHS: readonly (() => Promise<void> | void)[] = [
  turn,
  turn,
  () => new Promise<void>((resolve) => process.nextTick(resolve)),
  () => Promise.resolve(),
  () => {},
];

/** What was played, to be shown. */
export interface Tally {
  runs: number;
  tasks: number;
  connections: number;
  readonly triggers: Map<string, number>;
}

/** Plays one scenario in the order that the scheduler chooses, ends everything, and checks what is left. */
export async function play(scheduler: Scheduler, scenario: Scenario, tally: Tally): Promise<void> {
  const world = new World(scheduler, scenario.picks);
  const onRejection = (error: unknown) => world.faults.push(new Error('a rejection was not handled', { cause: error }));
  process.on('unhandledRejection', onRejection);
  try {
    await begin(world, scenario.subject);
    // Otherwise users would be through with most of their steps before anything is open.
    if (world.picks.below(8) > 0) tally.tasks += await run(world, MAX_TASKS, () => world.hasOpened);
    let users = scenario.users.length;
    const areUsersDone = () => users === 0 && world.attempts === 0;
    for (const [number, steps] of scenario.users.entries()) {
      void userOf(world, number, steps).then(() => {
        users -= 1;
      });
    }
    tally.tasks += await run(world, MAX_TASKS, () => areUsersDone() && scheduler.count() === 0);
    if (world.picks.below(3) === 2) await wait(world);
    tally.tasks += await end(world, areUsersDone);
    await turn();
    checkAll(world);
  } finally {
    process.off('unhandledRejection', onRejection);
  }
  tally.runs += 1;
  for (const { reports } of world.subjects.values()) {
    tally.connections += 1;
    for (const { trigger } of reports) tally.triggers.set(trigger, (tally.triggers.get(trigger) ?? 0) + 1);
  }
}

async function begin(world: World, subject: Scenario['subject']): Promise<void> {
  const { root, listeners, below, picks } = world;
  if (subject === 'accepted' || subject === 'tree') listeners.push(await root.listen(listenOptions(world)));
  if (subject === 'accepted') world.connect(0);
  if (subject === 'dialed') world.add(root.dial(dialOptions(world, true, false)));
  if (subject === 'dialer') {
    const isReadElsewhere = picks.below(3) === 2;
    const dialer = root.dial(dialOptions(world, false, isReadElsewhere));
    world.add(dialer);
    if (isReadElsewhere) readFrom(world, dialer);
  }
  if (subject === 'tree') {
    const child = await root.supervise({ strategy: picks.of(['one_for_one', 'one_for_all', 'rest_for_one']) });
    below.push(child);
    listeners.push(await child.listen(listenOptions(world)));
    world.add(child.dial(dialOptions(world, false, false)));
    world.add(root.dial(dialOptions(world, false, false)));
  }
}

/** Reads the frames of all connections of a dialer, each in a log of its own. */
function readFrom(world: World, { frames$ }: World['dialers'][number]): void {
  const logs = new Map<string, (text: string) => void>();
  // It is in conflict with users that pull at the time a connection opens.
  world.possible.add('handler-threw');
  frames$.subscribe((frame) => {
    const text = frame.text();
    const key = text.slice(0, text.indexOf(':'));
    const subject = [...world.subjects.values()].find((one) => one.key === key);
    if (subject === undefined) {
      world.faults.push(new Error(`${text} came from nowhere`));
      return;
    }
    const log = logs.get(key) ?? subject.consumer();
    logs.set(key, log);
    log(text);
  });
}

/** One user: does one thing after the other, each when its turn has come. */
async function userOf(world: World, number: number, steps: readonly Step[]): Promise<void> {
  for (const { command, pick, awaits } of steps) {
    await world.gate(`user ${number}: ${command} ${pick}`);
    const done = attempt(world, command, pick);
    if (awaits) await done;
  }
}

/** What goes wrong for a user goes wrong as documented. */
async function attempt(world: World, command: Step['command'], pick: number): Promise<void> {
  world.attempts += 1;
  try {
    await COMMANDS[command].run(world, pick);
  } catch (error) {
    const isConflict = error instanceof OptionError && (command === 'receive' || command === 'iterate');
    const isRefused = error instanceof WirekeeperError && !(error instanceof OptionError);
    const isAborted = error instanceof DOMException && error.name === 'AbortError';
    if (!isConflict && !isRefused && !isAborted) world.faults.push(new Error(`${command} ${pick}`, { cause: error }));
  } finally {
    world.attempts -= 1;
  }
}

/** Has the scheduler's tasks done, with more or less in between. Returns how many there were. */
async function run(world: World, most: number, isDone: () => boolean): Promise<number> {
  const { scheduler, picks } = world;
  let idle = 0;
  for (let tasks = 0; tasks < most; tasks += 1) {
    if (isDone()) return tasks;
    if (scheduler.count() === 0) {
      idle += 1;
      if (idle > IDLE_TURNS) return tasks;
      await turn();
    } else {
      idle = 0;
      await scheduler.waitNext(1);
      await picks.of(BREATHS)();
    }
    world.look(undefined);
  }
  return most;
}

/** Nobody does anything for a while: what was begun comes to its end, or to its deadline. */
async function wait(world: World): Promise<void> {
  for (let n = 0; n < 12; n += 1) {
    world.pass(WAIT_MS);
    await run(world, MAX_TASKS, () => false);
  }
}

/** Stops everything: in half of the runs first every child, whereupon a supervisor at rest owes nothing. */
async function end(world: World, areUsersDone: () => boolean): Promise<number> {
  const { root, dialers, listeners, below, clock, picks } = world;
  world.possible.add('close-called').add('supervisor-stopped').add('called-off').add('terminated');
  let tasks = 0;
  if (picks.below(2) === 0 && root.state === 'running') {
    const children = [...dialers, ...listeners, ...below];
    // Users may dial meanwhile, or stop the supervisor.
    const isQuiet = () => areUsersDone() && (world.handlersRunning === 0 || root.connections.size > 0);
    tasks += await untilStopped(world, isQuiet, () => Promise.all(children.map((child) => child.stop())));
    // One more look at what connections hold.
    world.pass(LOOK_MS);
    const isAtRest =
      root.state === 'running' && dialers.every(({ state }) => state === 'stopped' || state === 'failed');
    if (isAtRest) expect(clock.pending, 'timers of a supervisor at rest').toBe(0);
  }
  const isOver = () => areUsersDone() && world.handlersRunning === 0;
  return tasks + (await untilStopped(world, isOver, () => root.stop()));
}

/** Stops something, until that is done and everything else too; time passes whenever nothing else happens. */
async function untilStopped(world: World, isOver: () => boolean, stop: () => Promise<unknown>): Promise<number> {
  const { root, scheduler, clock } = world;
  let hasStopped = false;
  world.act(undefined, () => {
    void stop().then(() => {
      hasStopped = true;
    });
  });
  for (let tasks = 0; tasks < MAX_LAST_TASKS; tasks += 1) {
    await turn();
    world.look(undefined);
    if (scheduler.count() > 0) await scheduler.waitNext(1);
    else if (hasStopped && isOver()) return tasks;
    else if (clock.nextDueAt !== undefined) world.pass(WAIT_MS);
  }
  const left = `stopped: ${hasStopped}, commands: ${world.attempts}, handlers: ${world.handlersRunning}`;
  throw new Error(`it never came to an end: ${left}, ${JSON.stringify(root)}`);
}
