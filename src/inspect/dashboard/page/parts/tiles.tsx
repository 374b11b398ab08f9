import type { ComponentChildren } from 'preact';
import { bytes, compact, count, duration, figure } from '../model/format.js';
import { useFeed } from '../store.js';

/** The figures of the last second. */
export function Tiles() {
  const overview = useFeed((state) => state.overview);
  if (overview === undefined) return null;
  const { second, totals } = overview;
  const rate = (value: number): string => `${compact(value)}/s`;
  return (
    <section class="tiles" aria-label="Figures of the last second">
      <Tile name="open" label="Open connections" value={count(second.open)}>
        {count(second.connecting)} connecting, {count(second.closing)} closing
      </Tile>
      <Tile name="opened" label="Opened" value={rate(second.opened)}>
        {compact(totals.opened)} since the start
      </Tile>
      <Tile name="ended" label="Ended" value={rate(second.ended)}>
        {compact(totals.ended)} since the start
      </Tile>
      <Tile name="messages" label="Messages" value={rate(second.framesIn + second.framesOut)}>
        {rate(second.framesIn)} in, {rate(second.framesOut)} out
      </Tile>
      <Tile name="bytes" label="Payload" value={`${bytes(second.bytesIn + second.bytesOut)}/s`}>
        {bytes(second.bytesIn)} in, {bytes(second.bytesOut)} out
      </Tile>
      <Tile name="buffered" label="Buffered" value={bytes(second.bufferedBytes)}>
        {rate(second.framesDropped)} dropped
      </Tile>
      <Tile name="loop" label="Event loop lag" value={duration(second.loopLagMs)} isFaulty={second.loopLagMs > 100}>
        {figure(second.loopBusy * 100)} % busy
      </Tile>
      <Tile name="memory" label="Memory" value={bytes(second.rss)}>
        {bytes(second.heapUsed)} heap
      </Tile>
    </section>
  );
}

interface TileProps {
  readonly name: string;
  readonly label: string;
  readonly value: string;
  readonly isFaulty?: boolean;
  readonly children: ComponentChildren;
}

function Tile({ name, label, value, isFaulty = false, children }: TileProps) {
  return (
    <dl class={`tile${isFaulty ? ' faulty' : ''}`} data-tile={name}>
      <dt>{label}</dt>
      <dd class="value">{value}</dd>
      <dd class="more">{children}</dd>
    </dl>
  );
}
