import { useState } from 'preact/hooks';
import type { Detail, ShownEntry } from '../../protocol/detail.js';
import { clockTime, count, dateTime, since } from '../model/format.js';
import { factsText } from '../model/timeline.js';
import { useFeed } from '../store.js';

/** How many entries are shown until more are asked for. */
const FIRST_SHOWN = 200;

/** The steps of the machine and what explains them, the latest first. */
export function Timeline({ detail }: { detail: Detail }) {
  const hasRecorder = useFeed((state) => state.welcome?.hasRecorder === true);
  const [shown, setShown] = useState(FIRST_SHOWN);
  const { timeline, timelineMissed } = detail;
  const latest = timeline.slice(-shown).toReversed();
  const left = timeline.length - latest.length;
  return (
    <section class="panel timeline" aria-labelledby="timeline-title">
      <header>
        <h2 id="timeline-title">Timeline</h2>
        <span class="fact">{count(timeline.length)} entries, latest first</span>
      </header>
      {hasRecorder ? null : (
        <p class="more">Nothing is recorded: these are the entries since the page began to follow.</p>
      )}
      {timeline.length === 0 ? <p class="empty">Nothing has happened yet.</p> : null}
      <ol class="entries" reversed>
        {latest.map((entry, index) => (
          <Entry key={entry.number} entry={entry} before={latest[index + 1]?.at} />
        ))}
      </ol>
      {left === 0 ? null : (
        <button type="button" onClick={() => setShown(shown * 4)}>
          Show {count(Math.min(left, shown * 3))} earlier entries
        </button>
      )}
      {timelineMissed === 0 ? null : <p class="more">{count(timelineMissed)} entries before these were not kept.</p>}
    </section>
  );
}

function Entry({ entry, before }: { entry: ShownEntry; before: number | undefined }) {
  return (
    <li class={entry.kind} data-number={entry.number}>
      <time dateTime={new Date(entry.at).toISOString()} title={dateTime(entry.at)}>
        {clockTime(entry.at)}
      </time>
      <span class="since">{before === undefined ? '' : since(entry.at, before)}</span>
      {entry.kind === 'note' ? (
        <span class="what">
          <b>{entry.note}</b> <span class="about">{factsText(entry.facts)}</span>
        </span>
      ) : (
        <span class="what">
          <b>{entry.event ?? 'begins'}</b>{' '}
          {entry.about === undefined ? null : <span class="about">{entry.about} </span>}
          {entry.event === undefined ? (
            <span class="way">in {entry.to}</span>
          ) : entry.from === entry.to ? (
            <span class="way">stays in {entry.to}</span>
          ) : (
            <span class="way">
              {entry.from} → {entry.to}
            </span>
          )}{' '}
          {entry.effects.length === 0 ? null : <span class="effects">{entry.effects.join(', ')}</span>}
        </span>
      )}
    </li>
  );
}
