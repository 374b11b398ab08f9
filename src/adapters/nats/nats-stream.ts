import { setTimeout as pause } from 'node:timers/promises';
import type { JetStreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { LogSpec } from '../../cluster/port/broker.js';
import type { Nats } from './load-nats.js';
import type { NatsSettings } from './resolve-nats.js';

/** How long a stream has to answer that it listens, in ms. It is asked again, and has twice as long, up to the last. */
const FIRST_ANSWER_MS = 100;
const LAST_ANSWER_MS = 3_200;

/** NATS's code for a stream with subjects of another one. */
const SUBJECTS_OVERLAP = 10_065;

/** A stream that another node is just making is looked for again, so often and after so long, in ms. */
const LOOKS = 10;
const LOOK_AGAIN_MS = 50;

export const storedSubject = ({ name }: LogSpec, key: string) => `wk-stored.${name}.${key}`;
export const republishedSubject = ({ name }: LogSpec, key: string) => `wk-log.${name}.${key}`;

/** Makes the stream of a log if it is not there. */
export async function makeStream(
  api: Pick<JetStreamManager, 'streams'>,
  name: string,
  nats: Nats,
  settings: NatsSettings,
  spec: LogSpec,
): Promise<void> {
  for (let look = 1; !(await isThere(api, name, nats)); look += 1) {
    try {
      await api.streams.add({
        name,
        subjects: [storedSubject(spec, '*')],
        retention: nats.RetentionPolicy.Limits,
        storage: settings.storage === 'file' ? nats.StorageType.File : nats.StorageType.Memory,
        num_replicas: settings.replicas,
        max_msgs_per_subject: spec.messages,
        max_age: nats.nanos(spec.ageMs),
        discard: nats.DiscardPolicy.Old,
        allow_direct: true,
        republish: { src: storedSubject(spec, '*'), dest: republishedSubject(spec, '{{wildcard(1)}}') },
      });
      return;
    } catch (error) {
      // The other one may be this stream, which another node is just making.
      const isOverlap = error instanceof nats.JetStreamApiError && error.code === SUBJECTS_OVERLAP;
      if (!isOverlap || look === LOOKS) throw error;
      await pause(LOOK_AGAIN_MS);
    }
  }
}

async function isThere(api: Pick<JetStreamManager, 'streams'>, name: string, nats: Nats): Promise<boolean> {
  try {
    await api.streams.info(name);
    return true;
  } catch (error) {
    const isMissing = error instanceof nats.JetStreamApiError && error.code === nats.JetStreamApiCodes.StreamNotFound;
    if (!isMissing) throw error;
    return false;
  }
}

/**
 * Waits until a stream listens. NATS already lists one that another node is just making. What it is asked
 * until then has no answer, not even that nobody listens, and would be waited for in vain.
 */
export async function listening(connection: NatsConnection, nats: Nats, name: string): Promise<void> {
  for (let timeout = FIRST_ANSWER_MS; ; timeout *= 2) {
    const api = await nats.jetstreamManager(connection, { timeout, checkAPI: false });
    try {
      // No stream has it: the answer is short.
      await api.direct.getMessage(name, { seq: Number.MAX_SAFE_INTEGER });
      return;
    } catch (error) {
      if (!(error instanceof nats.errors.TimeoutError) || timeout >= LAST_ANSWER_MS) throw error;
    }
  }
}
