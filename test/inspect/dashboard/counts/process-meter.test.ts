import { expect, test } from 'vitest';
import { startProcessMeter } from '../../../../src/inspect/dashboard/counts/process-meter.js';
import { eventually } from '../../../support/eventually.js';

test('sees that the event loop was kept, and the memory of the process', async () => {
  const meter = startProcessMeter();
  try {
    let turns = 0;
    await eventually(() => {
      const until = performance.now() + 80;
      while (performance.now() < until);
      turns += 1;
      // The histogram measures from one probe to the next, and begins again at each reading.
      return turns % 5 === 0 && meter.read().loopLagMs >= 40;
    });
    const { heapUsed, rss, loopBusy } = meter.read();
    expect(heapUsed).toBeGreaterThan(1_000_000);
    expect(rss).toBeGreaterThan(heapUsed / 2);
    expect(loopBusy).toBeGreaterThanOrEqual(0);
  } finally {
    meter.stop();
  }
});
