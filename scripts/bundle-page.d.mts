import type { AnyStateMachine } from 'xstate';
import type { Layouts } from '../src/inspect/dashboard/page/model/layout.js';

export function bundlePage(
  root: string,
  folder: string,
  machines: Readonly<Record<keyof Layouts, AnyStateMachine>>,
): Promise<void>;
