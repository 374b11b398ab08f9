/**
 * What scenarios measure: title, unit, and which direction is better. Ratios are always the peer's figure through that
 * of raw ws, in whichever direction.
 *
 * @type {Readonly<Record<string, { title: string, unit: string, isBetter: 'higher' | 'lower' }>>}
 */
export const metrics = Object.freeze({
  perSecond: { title: 'messages per second', unit: '/s', isBetter: 'higher' },
  cpuUsPerMessage: { title: 'CPU per message', unit: 'us', isBetter: 'lower' },
  p50Us: { title: 'p50', unit: 'us', isBetter: 'lower' },
  p99Us: { title: 'p99', unit: 'us', isBetter: 'lower' },
  p999Us: { title: 'p99.9', unit: 'us', isBetter: 'lower' },
  rssMiB: { title: 'RSS of the server', unit: 'MiB', isBetter: 'lower' },
  acceptsPerSecond: { title: 'connections per second', unit: '/s', isBetter: 'higher' },
  cpuUsPerAccept: { title: 'CPU per connection opened and closed', unit: 'us', isBetter: 'lower' },
  rssKbPerConnection: { title: 'RSS per idle connection', unit: 'kB', isBetter: 'lower' },
  liveKbPerConnection: { title: 'live heap per idle connection', unit: 'kB', isBetter: 'lower' },
  usedRssKbPerConnection: { title: 'RSS per connection after an echo', unit: 'kB', isBetter: 'lower' },
  usedLiveKbPerConnection: { title: 'live heap per connection after an echo', unit: 'kB', isBetter: 'lower' },
  singleCpuUs: { title: 'CPU per delivery, single', unit: 'us', isBetter: 'lower' },
  burstCpuUs: { title: 'CPU per delivery, bursts of ten', unit: 'us', isBetter: 'lower' },
  singleLastUs: { title: 'until the last receiver has it, single', unit: 'us', isBetter: 'lower' },
  blockMs: { title: "longest block of the server's loop, single", unit: 'ms', isBetter: 'lower' },
  cpuUsPerDrop: { title: 'CPU per connection lost', unit: 'us', isBetter: 'lower' },
  goneMs: { title: 'until the server has noticed all', unit: 'ms', isBetter: 'lower' },
  aloneP99Us: { title: 'p99 of quiet connections alone', unit: 'us', isBetter: 'lower' },
  besideP99Us: { title: 'p99 beside a flood', unit: 'us', isBetter: 'lower' },
  besideTimesAlone: { title: 'p99 beside a flood through p99 alone', unit: 'x', isBetter: 'lower' },
  floodPerSecond: { title: 'messages of the flood per second', unit: '/s', isBetter: 'higher' },
  openGrowth: { title: 'CPU per opening at the most through that at 1,000', unit: 'x', isBetter: 'lower' },
  dropGrowth: { title: 'CPU per loss at the most through that at 1,000', unit: 'x', isBetter: 'lower' },
  startUs: { title: 'CPU per start at 1,000, both ends', unit: 'us', isBetter: 'lower' },
  stopUs: { title: 'CPU per stop at 1,000, both ends', unit: 'us', isBetter: 'lower' },
  sweepUs: { title: 'CPU per heartbeat at 1,000, both ends', unit: 'us', isBetter: 'lower' },
  startGrowth: { title: 'CPU per start at the most through that at 1,000', unit: 'x', isBetter: 'lower' },
  stopGrowth: { title: 'CPU per stop at the most through that at 1,000', unit: 'x', isBetter: 'lower' },
  sweepGrowth: { title: 'CPU per heartbeat at the most through that at 1,000', unit: 'x', isBetter: 'lower' },
  statsGrowth: { title: 'CPU of stats() at the most through that at 1,000', unit: 'x', isBetter: 'lower' },
  lookupGrowth: { title: 'CPU per look-up at the most through that at 1,000', unit: 'x', isBetter: 'lower' },
  slowReaderKiB: { title: 'buffered for a peer that reads 1 MB/s', unit: 'KiB', isBetter: 'lower' },
  muteReaderKiB: { title: 'buffered for a peer that never reads', unit: 'KiB', isBetter: 'lower' },
  slowHandlerMiB: { title: 'live heap after a flood to a slow handler', unit: 'MiB', isBetter: 'lower' },
  slowHandlerQuietP99Us: { title: 'p99 of others meanwhile', unit: 'us', isBetter: 'lower' },
});
