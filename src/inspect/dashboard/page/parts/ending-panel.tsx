import type { EndingDetail } from '../../protocol/detail.js';
import { bytes, count, duration } from '../model/format.js';
import { sectionUrl, sentenceParts } from '../model/sentence.js';
import { Fact } from './connection-facts.js';
import { Time } from './time.js';

/** Why it ended: the sentence of `explain`, and the facts of the close report. */
export function EndingPanel({ ending }: { ending: EndingDetail }) {
  const { text, outcome, trigger, endedBy, startedBy, phase, code, sent, received, wasClean, errors } = ending;
  return (
    <section class={`panel ending of-${outcome}`} aria-labelledby="ending-title">
      <header>
        <h2 id="ending-title">Why it ended</h2>
      </header>
      <p class="explanation">
        {sentenceParts(text).map(({ text: part, section }) =>
          section === undefined ? (
            part
          ) : (
            <a key={part} href={sectionUrl(section)} target="_blank" rel="noopener noreferrer">
              {part}
            </a>
          ),
        )}
      </p>
      <dl class="facts">
        <Fact label="Outcome">{outcome}</Fact>
        <Fact label="Trigger">{trigger}</Fact>
        {endedBy === undefined ? null : <Fact label="Cut short by">{endedBy}</Fact>}
        <Fact label="Begun by">
          {startedBy}, while {phase}
        </Fact>
        <Fact label="Code">{code}</Fact>
        <Fact label="Close frames">
          {closeText('sent', sent)}, {closeText('received', received)}
          {wasClean ? '; both crossed' : ''}
        </Fact>
        {ending.httpStatus === undefined ? null : <Fact label="HTTP status">{ending.httpStatus}</Fact>}
        {ending.retryAfterMs === undefined ? null : <Fact label="Advised delay">{duration(ending.retryAfterMs)}</Fact>}
        <Fact label="Unconfirmed">
          {count(ending.unconfirmedFrames)} messages, {bytes(ending.unconfirmedBytes)}
        </Fact>
        {ending.localStallMs === 0 ? null : <Fact label="Event loop stalled">{duration(ending.localStallMs)}</Fact>}
        {ending.lastHeardAt === undefined ? null : (
          <Fact label="Last heard">
            <Time at={ending.lastHeardAt} isAbsolute />
          </Fact>
        )}
        {errors.length === 0 ? null : (
          <Fact label="Errors">
            {errors.map(({ name, code: errorCode, message }, index) => (
              <span key={`${index} ${name}`} class="error">
                {[name, errorCode, message].filter((part) => part !== undefined).join(' ')}
              </span>
            ))}
          </Fact>
        )}
      </dl>
    </section>
  );
}

function closeText(what: string, frame: { readonly code: number; readonly reason?: string } | undefined): string {
  if (frame === undefined) return `none ${what}`;
  return `${frame.code} ${what}${frame.reason ? ` ("${frame.reason}")` : ''}`;
}
