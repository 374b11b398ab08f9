import { expect, test } from 'vitest';
import { Gathering, MEASURED_WITHIN_MS, type Measured } from '../../../src/service/pool/gathering.js';
import { createHeapClock } from '../../../src/testing/index.js';

type Sent = Parameters<Measured['send']>[0];

class Worker implements Measured {
  readonly sent: Sent[] = [];

  send(message: Sent): void {
    this.sent.push(message);
  }
}

test('asks all, and answers when all have answered, once each', () => {
  const gathering = new Gathering(createHeapClock());
  const [asker, other] = [new Worker(), new Worker()];
  gathering.gather(asker, 7, [asker, other]);
  expect([asker.sent, other.sent]).toEqual([[{ kind: 'measure', request: 1 }], [{ kind: 'measure', request: 1 }]]);
  gathering.measured(other, { kind: 'measured', request: 1, metrics: [{ of: 'other' }] });
  gathering.measured(other, { kind: 'measured', request: 1, metrics: [{ of: 'other' }] });
  gathering.measured(asker, { kind: 'measured', request: 1, metrics: [{ of: 'asker' }] });
  expect(asker.sent[1]).toEqual({ kind: 'gathered', request: 7, metrics: [[{ of: 'other' }], [{ of: 'asker' }]] });
});

test('a worker that does not answer is left out after a time', async () => {
  const clock = createHeapClock();
  const gathering = new Gathering(clock);
  const [asker, mute] = [new Worker(), new Worker()];
  gathering.gather(asker, 1, [asker, mute]);
  gathering.measured(asker, { kind: 'measured', request: 1, metrics: [] });
  await clock.advanceAsync(MEASURED_WITHIN_MS);
  expect(asker.sent[1]).toEqual({ kind: 'gathered', request: 1, metrics: [[]] });
  gathering.measured(mute, { kind: 'measured', request: 1, metrics: [] });
  expect(asker.sent).toHaveLength(2);
});

test('without workers it answers at once', () => {
  const asker = new Worker();
  new Gathering(createHeapClock()).gather(asker, 1, []);
  expect(asker.sent).toEqual([{ kind: 'gathered', request: 1, metrics: [] }]);
});
