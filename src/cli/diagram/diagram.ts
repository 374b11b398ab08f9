import { existsSync } from 'node:fs';
import { extname, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { type AnyStateMachine, createMachine } from 'xstate';
import { OptionError } from '../../index.js';
import { toDot, toMermaid, toPlantUml, toScxml, toXStateJson, toXStateSource } from '../../inspect/index.js';
import { connectionMachine, dialerMachine, supervisorMachine } from '../../machines/index.js';

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
  const path = resolve(file);
  const quoted = JSON.stringify(file);
  if (!existsSync(path)) throw new OptionError(`--machine names ${quoted}, which does not exist.`);
  if (extname(path).endsWith('ts') && !('typescript' in process.features && process.features.typescript))
    throw new OptionError(
      `--machine names ${quoted}, and Node.js ${process.version} does not strip types: ` +
        'compile it to JavaScript, or use Node.js 22.18 or later.',
    );
  const exported = await moduleAt(path, quoted);
  const machine = exported[name];
  if (isMachine(machine)) return machine;
  const names = Object.keys(exported).filter((key) => isMachine(exported[key]));
  const hint = names.length === 0 ? 'it exports no machine' : `its machines are ${names.join(', ')}`;
  throw new OptionError(
    `--machine asks for ${JSON.stringify(name)} of ${quoted}, which is no machine of XState 5; ${hint}.`,
  );
}

async function moduleAt(path: string, quoted: string): Promise<Record<string, unknown>> {
  try {
    return (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    throw new OptionError(`--machine names ${quoted}, which cannot be loaded: ${message.split('\n', 1)[0]}`);
  }
}

/** Also of another copy of XState than ours. */
const isMachine = (value: unknown): value is AnyStateMachine =>
  typeof value === 'object' && value !== null && 'root' in value && 'implementations' in value && 'idMap' in value;
