/** A machine of a user in every format. Only compiled: against the source, and against the packed package. */
import {
  type ScxmlOptions,
  toDot,
  toMermaid,
  toPlantUml,
  toScxml,
  toXStateJson,
  toXStateSource,
} from 'wirekeeper/inspect';
import { connectionMachine } from 'wirekeeper/machines';
import { setup } from 'xstate';

const lamp = setup({
  types: { context: {} as { count: number }, events: {} as { type: 'press' } },
  guards: { isWhole: ({ context }) => context.count < 10 },
}).createMachine({
  context: { count: 0 },
  initial: 'off',
  states: { off: { on: { press: { guard: 'isWhole', target: 'on' } } }, on: {} },
});

const options: ScxmlOptions = { guards: { isWhole: 'true' }, delays: { SOON: 100 } };

export const texts: readonly string[] = [
  ...[toMermaid, toDot, toPlantUml, toXStateJson, toXStateSource].map((write) => write(lamp)),
  toScxml(lamp, options),
  toScxml(connectionMachine),
];
