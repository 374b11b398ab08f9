import { count } from '../model/format.js';
import { hashOf } from '../model/route.js';
import { useFeed } from '../store.js';

/** How connections have ended since the start, the commonest way first. Each leads to those endings. */
export function EndingTotals() {
  const totals = useFeed((state) => state.overview?.totals);
  if (totals === undefined) return null;
  const endings = Object.entries(totals.endings).toSorted(([, a], [, b]) => b - a);
  const most = endings[0]?.[1] ?? 1;
  const refused = Object.entries(totals.refused);
  return (
    <section class="panel endings-by-trigger" aria-labelledby="triggers-title">
      <header>
        <h2 id="triggers-title">Endings by trigger</h2>
      </header>
      {endings.length === 0 ? <p class="empty">No connection has ended.</p> : null}
      <ul class="bars">
        {endings.map(([trigger, ended]) => (
          <li key={trigger}>
            <a href={hashOf({ view: 'endings', query: { trigger: trigger as keyof typeof totals.endings } })}>
              {trigger}
            </a>
            <span class="bar" aria-hidden="true">
              <span style={{ width: `${(100 * ended) / most}%` }} />
            </span>
            <span class="number">{count(ended)}</span>
          </li>
        ))}
      </ul>
      {refused.length === 0 ? null : (
        <p class="more">
          Handshakes refused: {refused.map(([status, times]) => `${count(times)} with ${status}`).join(', ')}. Why:{' '}
          {Object.entries(totals.refusedBy)
            .map(([why, times]) => `${why} ${count(times)}`)
            .join(', ')}
        </p>
      )}
    </section>
  );
}
