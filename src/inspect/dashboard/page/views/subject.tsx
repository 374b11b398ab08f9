import { layouts } from 'virtual:layouts';
import { useEffect, useMemo } from 'preact/hooks';
import type { Detail, SubjectRef } from '../../protocol/detail.js';
import { subjectFigures } from '../model/flow.js';
import { connectionHash } from '../model/route.js';
import { stepsOf, subjectKey } from '../model/timeline.js';
import { ActionButton } from '../parts/action-button.js';
import { announce } from '../parts/announce.js';
import { ConnectionFacts } from '../parts/connection-facts.js';
import { Diagram } from '../parts/diagram.js';
import { Drawing } from '../parts/drawing.js';
import { EndingPanel } from '../parts/ending-panel.js';
import { StateBadge } from '../parts/state-badge.js';
import { Timeline } from '../parts/timeline.js';
import { useIsWide } from '../parts/use-is-wide.js';
import { store, useFeed } from '../store.js';

/** One connection, dialer, or supervisor: where it stands, what has happened to it, and why it ended. */
export function SubjectView({ subject }: { subject: SubjectRef }) {
  const key = subjectKey(subject);
  useEffect(() => {
    store.forgetDetail();
    store.send({ type: 'follow', subject });
    return () => store.send({ type: 'unfollow' });
  }, [key]);
  const followed = useFeed((state) => state.detail);
  const detail = followed !== undefined && subjectKey(followed.subject) === key ? followed : undefined;
  const path = detail?.path;
  useEffect(() => {
    if (path !== undefined) announce('state', `State: ${path}.`);
  }, [path]);
  return (
    <article class="subject" aria-labelledby="view-title">
      <header>
        <h1 id="view-title" tabIndex={-1}>
          <span class="kind">{subject.machine}</span> <span class="id">{nameOf(subject)}</span>
        </h1>
        {path === undefined ? null : <StateBadge state={path} />}
        {detail?.presence === 'ended' ? <span class="fact">has ended</span> : null}
        <SubjectActions subject={subject} detail={detail} />
      </header>
      {detail === undefined ? (
        <p class="empty">Asking the server…</p>
      ) : detail.presence === 'unknown' ? (
        <p class="empty">The server does not know it: there was none, or it ended too long ago to be kept.</p>
      ) : (
        <SubjectBody detail={detail} />
      )}
    </article>
  );
}

function nameOf(subject: SubjectRef): string {
  switch (subject.machine) {
    case 'connection':
      return subject.connectionId;
    case 'dialer':
      return subject.childId;
    case 'supervisor':
      return subject.supervisor;
  }
}

function SubjectActions({ subject, detail }: { subject: SubjectRef; detail: Detail | undefined }) {
  const isLive = detail?.presence === 'live';
  return (
    <div class="actions">
      {subject.machine === 'connection' && isLive ? (
        <>
          <ActionButton kind="close" connectionId={subject.connectionId} />
          <ActionButton kind="terminate" connectionId={subject.connectionId} />
        </>
      ) : null}
      {subject.machine === 'dialer' && isLive ? (
        <ActionButton kind="redial" supervisor={subject.supervisor} childId={subject.childId} />
      ) : null}
      {detail?.download === undefined ? null : (
        <a class="button download" href={detail.download} download={`${nameOf(subject)}.json`}>
          Download as JSON
        </a>
      )}
    </div>
  );
}

function SubjectBody({ detail }: { detail: Detail }) {
  const { machine, path, timeline, connection, ending, status, connectionIds } = detail;
  const isWide = useIsWide();
  const layout = layouts[machine][isWide ? 'wide' : 'tall'];
  const figures = useMemo(() => subjectFigures(stepsOf(timeline), path), [timeline, path]);
  return (
    <>
      {ending === undefined ? null : <EndingPanel ending={ending} />}
      {status === undefined ? null : <p class="status">{status}</p>}
      {connection === undefined ? null : <ConnectionFacts connection={connection} ending={ending} />}
      <section class="panel" aria-labelledby="position-title">
        <header>
          <h2 id="position-title">Position</h2>
        </header>
        <Drawing name={`${machine} ${isWide}`}>
          <Diagram
            id={machine}
            title={`The ${machine} machine, in ${path ?? 'an unknown state'}. The timeline below lists its steps.`}
            layout={layout}
            figures={figures}
          />
        </Drawing>
      </section>
      <Timeline detail={detail} />
      {connectionIds === undefined || connectionIds.length === 0 ? null : (
        <section class="panel" aria-labelledby="own-connections-title">
          <header>
            <h2 id="own-connections-title">Its connections, latest first</h2>
          </header>
          <ul class="plain">
            {connectionIds.map((id) => (
              <li key={id}>
                <a class="id" href={connectionHash(id)}>
                  {id}
                </a>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  );
}
