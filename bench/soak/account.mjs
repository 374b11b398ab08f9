/** How long an act may wait for the report of its connection, in ms. */
const WITHIN_MS = 20_000;

/** The most faults that are kept; all are counted. */
const KEPT = 20;

/** Accounts for the reports of a supervisor, each by the number of the act that its connection belongs to. */
export class Account {
  opened = 0;
  ended = 0;
  /** How many acts there were of each fate. */
  fates = {};
  faultCount = 0;
  faults = [];
  #acts = new Map();
  #waits = new Map();
  #seen = new Map();

  /** @param actOf the number of the act of a connection, from its request's URL or its child's id */
  constructor(supervisor, actOf) {
    supervisor.events$.subscribe((event) => {
      if (event.type === 'connection.opened') this.#opened(event.connection, actOf(event.connection));
      else if (event.type === 'connection.ended') this.#reported(event.report);
    });
  }

  fault(text) {
    this.faultCount += 1;
    if (this.faults.length < KEPT) this.faults.push(text);
  }

  /** The report of the connection of an act; a fault when it does not come. */
  async report(act) {
    const seen = this.#seen.get(act);
    this.#seen.delete(act);
    if (seen !== undefined) return seen;
    const { promise, resolve } = Promise.withResolvers?.() ?? deferred();
    const timer = setTimeout(() => resolve(undefined), WITHIN_MS);
    this.#waits.set(act, resolve);
    const report = await promise;
    clearTimeout(timer);
    this.#waits.delete(act);
    this.#seen.delete(act);
    return report;
  }

  /** Whether every connection that has opened has ended. */
  get isEven() {
    return this.opened === this.ended;
  }

  #opened({ id }, act) {
    this.opened += 1;
    this.#acts.set(id, act);
  }

  #reported(report) {
    const { connectionId, openedAt } = report;
    if (openedAt === undefined) return;
    this.ended += 1;
    if (!this.#acts.has(connectionId)) {
      this.fault(`connection ${connectionId} has a report too many: ${report.trigger}`);
      return;
    }
    const act = this.#acts.get(connectionId);
    this.#acts.delete(connectionId);
    if (act === undefined) return;
    const wait = this.#waits.get(act);
    if (wait === undefined) this.#seen.set(act, report);
    else wait(report);
  }
}

function deferred() {
  let resolve;
  const promise = new Promise((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
