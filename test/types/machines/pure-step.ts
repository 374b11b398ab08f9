/**
 * What a consumer may do with the machines themselves. Only compiled: against the source, and against the packed
 * package.
 */
import { connectionMachine } from 'wirekeeper/machines';
import { createActor } from 'xstate';

export function opens(): boolean {
  const actor = createActor(connectionMachine).start();
  // @ts-expect-error no such event
  actor.send({ type: 'reopen' });
  return actor.getSnapshot().matches('open');
}
