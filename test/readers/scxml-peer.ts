import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** Debian's own interpreter: the module of its package is seen by no other. */
const PYTHON = '/usr/bin/python3';
const SCRIPT = fileURLToPath(new URL('scxml_peer.py', import.meta.url));

/** Whether Qt's interpreter of SCXML is installed. */
export const hasScxmlPeer = spawnSync(PYTHON, ['-c', 'import PySide2.QtScxml']).status === 0;

export interface ScxmlStep {
  readonly event: string;
  readonly data: object;
}

/** A document and the events that its interpreter is given, each walk from the start. */
export interface ScxmlOrder {
  readonly scxml: string;
  readonly walks: readonly (readonly ScxmlStep[])[];
}

export interface ScxmlState {
  readonly active: readonly string[];
  readonly running: boolean;
}

export type ScxmlAnswer =
  | { readonly walks: readonly (readonly ScxmlState[])[] }
  | { readonly errors: readonly string[] };

/** Lets Qt walk through documents. */
export function walkScxml(orders: readonly ScxmlOrder[]): ScxmlAnswer[] {
  const { stdout, stderr, status } = spawnSync(PYTHON, [SCRIPT], {
    input: orders.map((order) => `${JSON.stringify(order)}\n`).join(''),
    encoding: 'utf8',
    maxBuffer: 2 ** 28,
    timeout: 120_000,
    env: { ...process.env, QT_QPA_PLATFORM: 'offscreen', QT_LOGGING_RULES: '*.debug=false' },
  });
  if (status !== 0) throw new Error(`the interpreter ended with ${status}: ${stderr.slice(-2000)}`);
  return stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as ScxmlAnswer);
}
