/**
 * A model test: two members of the chat in chat-session.ts, over real sockets, are taken along every way through the
 * chat's own machine, and have to hear what it says. Its delays pass on a clock that the test moves.
 *
 * Run it with `npm run example -- chat-model`. In a test file each path becomes a test of its own, as in
 * test/examples/chat-model.test.ts.
 */
import assert from 'node:assert/strict';
import { fileURLToPath } from 'node:url';
import { type CloseReport, type Connection, connect, Group, type Supervisor } from 'wirekeeper';
import { createTestModel, type DriverRun, type ModelStep, type TestModel } from 'wirekeeper/testing';
import { chatter, start } from './chat-session.js';

/** The chat, a member who does what the model says, and a witness who listens. */
interface Scene {
  readonly supervisor: Supervisor;
  readonly member: Connection;
  readonly witness: Connection;
  /** What each of them has heard, and is to hear. */
  readonly heard: { readonly member: string[]; readonly witness: string[] };
  readonly expected: { readonly member: string[]; readonly witness: string[] };
}

/** What has to be heard after a step of the machine, and by whom. */
function soundOf({ event, from, to }: ModelStep<typeof chatter>): Partial<Record<keyof Scene['heard'], string>> {
  if (from.name.startsWith('present') && !to.name.startsWith('present')) return { witness: 'ann has left' };
  if (from.name === 'present.talking' && to.name === 'present.muted')
    return { member: 'Take a breath: you are muted for a minute.' };
  if (event.type !== 'line') return {};
  if (to.name === 'nameless') return { member: 'Who are you?' };
  if (from.name === 'nameless') return { witness: 'ann has come' };
  return to.name === 'present.talking' ? { witness: `ann: ${event.text}` } : {};
}

/** Starts the chat on a port of its own, with both members; the witness has a name already. */
export async function open({ clock }: Pick<DriverRun<typeof chatter>, 'clock'>): Promise<Scene> {
  // The clock jumps by a minute at once: too fast for a Ping to be answered.
  const { supervisor, listener } = await start({ port: 0, clock, liveness: false });
  const url = `ws://127.0.0.1:${listener.address?.port}/chat`;
  const [witness, member] = [await connect(url), await connect(url)];
  const heard: Scene['heard'] = { member: [], witness: [] };
  member.frames$.subscribe((frame) => heard.member.push(frame.text()));
  witness.frames$.subscribe((frame) => heard.witness.push(frame.text()));
  witness.send('witness');
  return { supervisor, member, witness, heard, expected: { member: ['Who are you?'], witness: ['Who are you?'] } };
}

/** Resolves when both have heard all that they were to hear; the kit's `withinMs` bounds the wait. */
async function hasHeardAll({ heard, expected }: Scene): Promise<void> {
  const isShort = (who: keyof Scene['heard']) => heard[who].length < expected[who].length;
  while (isShort('member') || isShort('witness')) await new Promise((resolve) => setImmediate(resolve));
  assert.deepEqual(heard, expected);
}

/** The same for a member whose connection the chat has closed with this code. */
const isClosedWith =
  (code: number) =>
  async (scene: Scene): Promise<void> => {
    await hasHeardAll(scene);
    assert.equal((await scene.member.closed).received?.code, code);
  };

/** The chat's machine as a test of the chat. */
export function chatModel(openScene: typeof open = open): TestModel<typeof chatter> {
  return createTestModel(chatter, {
    // Actions are not carried out on a model, so nothing is sent on this connection.
    input: { connection: {} as Connection, room: new Group() },
    distinguish: ({ context: { name, lines } }) => [name, lines],
    events: [
      { type: 'line', text: 'ann' },
      { type: 'line', text: 'not a name!' },
      { type: 'line', text: '/quit' },
      // The machine does not look at the report.
      { type: 'connection.ended', report: {} as CloseReport },
    ],
    // A drain ends the connection as well; the machine alone does not say when.
    undriven: ['connection.draining'],
    driver: {
      start: openScene,
      events: {
        line: ({ member, expected }, { text }, step) => {
          member.send(text);
          hear(expected, step);
        },
        'connection.ended': ({ member, expected }, _event, step) => {
          member.terminate();
          hear(expected, step);
        },
      },
      states: {
        nameless: hasHeardAll,
        'present.talking': hasHeardAll,
        'present.muted': hasHeardAll,
        gone: hasHeardAll,
        late: isClosedWith(4408),
        thrownOut: isClosedWith(4429),
      },
      end: async ({ supervisor, member, witness }) => {
        member.terminate();
        witness.terminate();
        await supervisor.stop();
      },
    },
  });
}

function hear(expected: Scene['expected'], step: ModelStep<typeof chatter>): void {
  const { member, witness } = soundOf(step);
  if (member !== undefined) expected.member.push(member);
  if (witness !== undefined) expected.witness.push(witness);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const model = chatModel();
  const paths = await model.testPaths();
  const { seed, walks, steps } = await model.testWalks({ runs: 20 });
  console.log(`${paths} paths, and ${walks} random walks with ${steps} steps by seed ${seed}.`);
  console.log(String(model.coverage));
  console.log(model.coverage.toMermaid());
}
