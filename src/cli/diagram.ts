import { connectionMachine, dialerMachine, supervisorMachine, toMermaid } from '../machines/index.js';

const MACHINES = { connection: connectionMachine, dialer: dialerMachine, supervisor: supervisorMachine };

/** A machine that can be drawn. */
export type MachineName = keyof typeof MACHINES;

export const MACHINE_NAMES = Object.keys(MACHINES) as readonly MachineName[];

/** Draws machines as Mermaid state diagrams; the titles say which is which. */
export function diagram(names: readonly MachineName[]): string {
  return names
    .map((name) => (names.length === 1 ? '' : `---\ntitle: ${name}\n---\n`) + toMermaid(MACHINES[name]))
    .join('\n');
}
