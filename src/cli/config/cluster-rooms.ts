import { BrokerDownError, type Cluster, parsePosition, type Topic, type TopicHistory } from '../../cluster/index.js';
import { type CloseFrame, type Connection, OptionError } from '../../index.js';
import { roomOf } from './rooms.js';

/** A cluster, and what its rooms keep for clients that come back; nothing if `history` is undefined. */
export interface RoomsCluster {
  readonly cluster: Pick<Cluster, 'topic'>;
  readonly history: TopicHistory | undefined;
}

/** A parameter of a path. */
const PARAMETER = /(?<=\/)(?:\*|:[^/]+)(?=\/|$)/;

/** Try Again Later: RFC 6455 section 7.4 and the registry of IANA. */
const AWAY: CloseFrame = { code: 1013, reason: 'the other nodes are not reached' };
const NOT_TAKEN: CloseFrame = { code: 1013, reason: 'the last message was not taken' };
const UNCONFIRMED: CloseFrame = { code: 1013, reason: 'the last message may not have been taken' };
const TOO_LONG: CloseFrame = { code: 1009, reason: 'the last message is too long for the other nodes' };
const NO_ROOM: CloseFrame = { code: 1008, reason: 'the name of the room is too long' };

/**
 * Makes the handler of a listener whose rooms span the nodes of a cluster. Each message is sent as it came to all
 * others in the room. A client that gives the position `since` in its query, be it empty, gets what it has missed since
 * then, and messages with their positions, its own among them. One whose message was not taken is closed with 1013.
 *
 * @param paths of the listener: a room is named by the first of them.
 */
export function clusterRoomsHandler({ cluster, history }: RoomsCluster, paths: readonly string[]) {
  const topicOf = (connection: Connection<unknown>) => {
    try {
      return cluster.topic(nameOf(paths, connection), { history });
    } catch (error) {
      if (error instanceof OptionError) return undefined;
      throw error;
    }
  };
  return async (connection: Connection<unknown>): Promise<void | CloseFrame> => {
    const room = topicOf(connection);
    if (room === undefined) return NO_ROOM;
    const since = history === undefined ? null : (connection.request?.query.get('since') ?? null);
    if (since === null) room.add(connection);
    else if (!(await isResumed(room, connection, since))) return AWAY;
    const options = since === null ? { except: connection } : {};
    for await (const frame of connection) {
      const problem = await problemOf(room.publish(frame, options));
      if (problem !== undefined) return problem;
    }
  };
}

/** A room's topic: its path, by the first of the listener's paths. */
function nameOf([path = '']: readonly string[], connection: Connection<unknown>): string {
  const params = Object.values(connection.request?.params ?? {});
  if (params.length === 0) return roomOf(connection);
  return params.reduce<string>((name, param) => name.replace(PARAMETER, () => param ?? ''), path);
}

async function isResumed(room: Topic, connection: Connection<unknown>, since: string): Promise<boolean> {
  try {
    await room.resume(connection, parsePosition(since), { envelope: true });
    return true;
  } catch (error) {
    if (error instanceof BrokerDownError) return false;
    throw error;
  }
}

/** Why a client has to know that its message did not reach the room; `undefined` if it did. */
async function problemOf(published: ReturnType<Topic['publish']>): Promise<CloseFrame | undefined> {
  try {
    const { result } = await published;
    if (result === 'taken') return undefined;
    return result === 'unconfirmed' ? UNCONFIRMED : NOT_TAKEN;
  } catch (error) {
    if (error instanceof OptionError) return TOO_LONG;
    throw error;
  }
}
