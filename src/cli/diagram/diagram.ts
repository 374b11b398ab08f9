import { type AnyStateMachine, createMachine } from 'xstate';
import { OptionError } from '../../index.js';
import { toDot, toMermaid, toPlantUml, toScxml, toXStateJson, toXStateSource } from '../../inspect/index.js';
import { connectionMachine, dialerMachine, supervisorMachine } from '../../machines/index.js';
import { loadModule } from '../process/load-module.js';

const MACHINES = { connection: connectionMachine, dialer: dialerMachine, supervisor: supervisorMachine };

/** A machine of the library. */
export type MachineName = keyof typeof MACHINES;

export const MACHINE_NAMES = Object.keys(MACHINES) as readonly MachineName[];

const FORMATS = {
  mermaid: toMermaid,
  dot: toDot,
  scxml: toScxml,
  plantuml: toPlantUml,
  json: toXStateJson,
  source: toXStateSource,
};

/** What a machine can be written as. */
export type Format = keyof typeof FORMATS;

export const FORMAT_NAMES = Object.keys(FORMATS) as readonly Format[];

/** What is asked of `wirekeeper diagram`. */
export interface DiagramOptions {
  readonly format: Format;
  /** One of the library's machines. All, side by side, when neither this nor `file` is given. */
  readonly name: MachineName | undefined;
  /** A module, and after `#` the name under which it exports a machine; `default` when there is none. */
  readonly file: string | undefined;
}

/**
 * Writes a machine in a format: one of the library, one that a module exports, or all of the library side by side as
 * one machine, so that each format's reader takes the text.
 *
 * @throws {OptionError} if both are given, or if the file or its export is missing, or is no machine.
 */
export async function diagram({ format, name, file }: DiagramOptions): Promise<string> {
  if (name !== undefined && file !== undefined) throw new OptionError('diagram takes a name or --machine, not both.');
  const machine = file !== undefined ? await loaded(file) : name !== undefined ? MACHINES[name] : sideBySide();
  return FORMATS[format](machine);
}

function sideBySide(): AnyStateMachine {
  const states = Object.fromEntries(Object.entries(MACHINES).map(([name, { config }]) => [name, config]));
  return createMachine({ id: 'wirekeeper', type: 'parallel', states } as Parameters<typeof createMachine>[0]);
}

async function loaded(given: string): Promise<AnyStateMachine> {
  const [file = '', name = 'default'] = given.split('#', 2);
  const quoted = JSON.stringify(file);
  const exported = await loadModule(file, `--machine names ${quoted}, which`);
  const machine = exported[name];
  if (isMachine(machine)) return machine;
  const names = Object.keys(exported).filter((key) => isMachine(exported[key]));
  const hint = names.length === 0 ? 'it exports no machine' : `its machines are ${names.join(', ')}`;
  throw new OptionError(
    `--machine asks for ${JSON.stringify(name)} of ${quoted}, which is no machine of XState 5; ${hint}.`,
  );
}

/** Also of another copy of XState than ours. */
const isMachine = (value: unknown): value is AnyStateMachine =>
  typeof value === 'object' && value !== null && 'root' in value && 'implementations' in value && 'idMap' in value;
