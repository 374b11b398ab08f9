import * as v from 'valibot';
import { DataFrame } from '../../../src/transport/frame.js';
import { accepted } from '../../support/a-connection.js';
import type { ParentParts } from '../../support/a-parent.js';

export const POINT = v.object({ x: v.number(), y: v.optional(v.number(), 0) });

/** A connection whose handler is the test itself, and what its peer does. */
export function aScene(limits: ParentParts['limits'] = {}) {
  const { connection, wire, parent } = accepted({ handler: () => new Promise(() => {}), limits });
  return {
    connection,
    wire,
    clock: parent.clock,
    says: (...texts: string[]) => {
      for (const text of texts) wire.deliver(text);
    },
    saysBinary: (data: Buffer) => connection.inbox.take(new DataFrame(data, true)),
    leaves: () => {
      wire.emitClosing(1000);
      wire.emitClosed();
    },
  };
}

export async function allOf<T>(messages: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const message of messages) all.push(message);
  return all;
}
