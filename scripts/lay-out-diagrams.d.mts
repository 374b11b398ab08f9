import type { AnyStateMachine } from 'xstate';
import type { Layouts } from '../src/inspect/dashboard/page/model/layout.js';

export function layOutDiagrams(machines: Readonly<Record<keyof Layouts, AnyStateMachine>>): Promise<Layouts>;
