import type { BrokerLog, LogPlace, LogRead } from '../port/broker.js';

/**
 * Reads of what is older than the tail. Connections that come back together have the same position: they share a read.
 */
export class OlderReads {
  readonly #key: string;
  readonly #batch: number;
  readonly #underWay = new Map<string, Promise<LogRead>>();

  /** @param batch how many entries are read at once. */
  constructor(key: string, batch: number) {
    this.#key = key;
    this.#batch = batch;
  }

  read(log: BrokerLog, after: LogPlace): Promise<LogRead> {
    const place = `${log.epoch} ${after.offset} ${after.at}`;
    let read = this.#underWay.get(place);
    if (read === undefined) {
      read = log.read(this.#key, after, this.#batch);
      this.#underWay.set(place, read);
      const over = () => this.#underWay.delete(place);
      read.then(over, over);
    }
    return read;
  }
}
