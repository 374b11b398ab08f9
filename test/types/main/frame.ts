/**
 * What a consumer may and may not do with a frame. Only compiled: against the source, and against the packed package.
 */
import { broadcast, type Connection, type Frame, type Group, prepare, type Sendable } from 'wirekeeper';

export function read(frame: Frame): string {
  const text: string = frame.text();
  const value: unknown = frame.json();
  return `${text} ${String(value)}`;
}

export function jsonIsCheckedBeforeUse(frame: Frame): unknown {
  // @ts-expect-error nobody knows what the peer has sent
  return frame.json().price;
}

export function framesMadeByHandAreSent(connection: Connection, group: Group<Connection>): void {
  const made = { data: Buffer.from('x'), isBinary: false };
  const sendable: Sendable = made;
  connection.send(sendable);
  void connection.sendAndWait(made);
  broadcast(group, made);
  connection.send(prepare(made));
}

export function framesMadeByHandSayWhetherTheyAreBinary(connection: Connection): void {
  // @ts-expect-error text or binary?
  connection.send({ data: Buffer.from('x') });
}
