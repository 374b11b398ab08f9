/** Topics and identities over several nodes. Only compiled: against the source, and against the packed package. */
import { type Connection, createSupervisor } from 'wirekeeper';
import {
  type Broker,
  type Cluster,
  createCluster,
  type PublishResult,
  parsePosition,
  type Topic,
  type TopicPosition,
  topicPosition,
} from 'wirekeeper/cluster';

declare const broker: Broker;
declare const connection: Connection<{ readonly user: string }>;

const cluster: Cluster = await createCluster(createSupervisor(), { broker, name: 'chat' });
const room: Topic = cluster.topic('rooms.tea', { history: { messages: 1_000, ageMs: 600_000 } });
export const isMember: boolean = room.add(connection, { presence: { name: 'ann' }, envelope: true });
const { result, position }: PublishResult = await room.publish('hi', { except: connection });
export const sent: 'taken' | 'unconfirmed' | 'down' | 'refused' = result;
const from: TopicPosition | undefined = position ?? parsePosition('x');
export const { isComplete } = await room.resume(connection, from);
export const { closed, unanswered } = await cluster.close('user:42', { code: 4001, reason: 'signed out' });
export const reader: string = String(topicPosition());
export const lost: string[] = [];
cluster.events$.subscribe((event) => {
  if (event.type === 'node.lost') lost.push(event.node);
});

// @ts-expect-error a history has two bounds
cluster.topic('x', { history: { messages: 5 } });
// @ts-expect-error no broker
void createCluster(createSupervisor(), { name: 'chat' });
// @ts-expect-error no message
void room.publish(5);
