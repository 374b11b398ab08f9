import type { ComponentChildren } from 'preact';
import type { EndingDetail } from '../../protocol/detail.js';
import type { ConnectionRow } from '../../protocol/tables.js';
import { bytes, count, duration, NOTHING } from '../model/format.js';
import { hashOf } from '../model/route.js';
import { Time } from './time.js';

interface ConnectionFactsProps {
  readonly connection: ConnectionRow;
  readonly ending: EndingDetail | undefined;
}

/** Who it is, and its counters. */
export function ConnectionFacts({ connection, ending }: ConnectionFactsProps) {
  const { role, childId, epoch, remoteAddress, path, protocol, openedAt, latencyMs, bufferedBytes } = connection;
  return (
    <section class="panel" aria-labelledby="facts-title">
      <header>
        <h2 id="facts-title">Facts</h2>
      </header>
      <dl class="facts">
        <Fact label="Role">{role}</Fact>
        <Fact label="Child">
          {childId === undefined ? (
            NOTHING
          ) : (
            <a href={hashOf({ view: 'connections', query: { childId } })}>{childId}</a>
          )}
        </Fact>
        {epoch === undefined ? null : <Fact label="Connection of its dialer">number {count(epoch)}</Fact>}
        <Fact label="Address">{remoteAddress ?? NOTHING}</Fact>
        {path === undefined ? null : <Fact label="Path">{path}</Fact>}
        <Fact label="Protocol">{protocol || 'none'}</Fact>
        <Fact label="Opened">
          <Time at={ending?.openedAt ?? openedAt} isAbsolute />
        </Fact>
        {ending === undefined ? null : (
          <Fact label="Ended">
            <Time at={ending.endedAt} isAbsolute />
          </Fact>
        )}
        <Fact label="Round trip">{latencyMs === undefined ? NOTHING : duration(latencyMs)}</Fact>
        <Fact label="Buffered">{bytes(bufferedBytes)}</Fact>
        <Fact label="Received">
          {count(connection.framesIn)} messages, {bytes(connection.bytesIn)}
        </Fact>
        <Fact label="Sent">
          {count(connection.framesOut)} messages, {bytes(connection.bytesOut)}
        </Fact>
      </dl>
    </section>
  );
}

/** One fact of a list of facts. */
export function Fact({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    <div class="fact-of">
      <dt>{label}</dt>
      <dd>{children}</dd>
    </div>
  );
}
