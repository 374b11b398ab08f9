import type { ReaderSink } from '../../../../src/transport/ws/read/reader-sink.js';

const nothing = () => {};

/** Takes everything that a reader calls it with, and does nothing. */
export const silentSink: ReaderSink = {
  heardAt: 0,
  now: () => 0,
  onFrame: nothing,
  onPing: nothing,
  onPong: nothing,
  onClose: nothing,
  onFault: nothing,
  onPart: nothing,
  onSpent: nothing,
  onCongestion: nothing,
};
