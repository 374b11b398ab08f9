import type { Sample } from '../../src/inspect/dashboard/protocol/overview.js';

/** What a dashboard measured in a span in which nothing happened, except for what is given. */
export const aSample = (values: Partial<Sample>): Sample => ({
  at: 0,
  connecting: 0,
  open: 0,
  closing: 0,
  opened: 0,
  ended: 0,
  refused: 0,
  restarts: 0,
  framesIn: 0,
  framesOut: 0,
  bytesIn: 0,
  bytesOut: 0,
  framesDropped: 0,
  bufferedBytes: 0,
  loopLagMs: 0,
  loopBusy: 0,
  heapUsed: 0,
  external: 0,
  rss: 0,
  endings: {},
  ...values,
});
