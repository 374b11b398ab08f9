import type { ChildNode, SupervisorNode } from '../../protocol/overview.js';
import { compact, count, duration } from '../model/format.js';
import { connectionHash, hashOf } from '../model/route.js';
import { useFeed } from '../store.js';
import { ActionButton } from './action-button.js';
import { StateBadge } from './state-badge.js';
import { Time } from './time.js';

/** The supervision tree: who supervises whom, with restarts, the intensity used, and drains. */
export function Tree() {
  const supervisors = useFeed((state) => state.overview?.supervisors);
  const omitted = useFeed((state) => state.overview?.supervisorsOmitted ?? 0);
  if (supervisors === undefined) return null;
  const [top] = supervisors;
  return (
    <section class="panel tree" aria-labelledby="tree-title">
      <header>
        <h2 id="tree-title">Supervision tree</h2>
      </header>
      <ul class="supervisors">
        {top === undefined ? null : <SupervisorItem node={top} all={supervisors} restarts={0} />}
      </ul>
      {omitted === 0 ? null : <p class="more">{count(omitted)} more supervisors are not shown.</p>}
    </section>
  );
}

interface SupervisorItemProps {
  readonly node: SupervisorNode;
  readonly all: readonly SupervisorNode[];
  /** Its own, as a child of its parent. */
  readonly restarts: number;
}

function SupervisorItem({ node, all, restarts }: SupervisorItemProps) {
  const { key, name, state, isReady, connections, drain, children, childrenOmitted } = node;
  const inner = new Map(all.filter(({ parent }) => parent === key).map((child) => [child.id, child]));
  return (
    <li data-supervisor={key}>
      <div class="node">
        <span class="kind">supervisor</span>
        <a class="name" href={hashOf({ view: 'subject', subject: { machine: 'supervisor', supervisor: key } })}>
          {name}
        </a>
        <StateBadge state={state} />
        {isReady || state !== 'running' ? null : <span class="warning">takes no new connections</span>}
        <span class="fact">{count(connections)} connections</span>
        <Restarts restarts={restarts} />
        <IntensityMeter node={node} />
        <ActionButton kind="drain" supervisor={key} name={name} />
      </div>
      {drain === undefined ? null : (
        <p class="drain">
          {drain.isPartial ? 'Drains a part' : 'Drains'}: {count(drain.total - drain.left)} of {count(drain.total)}{' '}
          ended, begun <Time at={drain.since} />{' '}
          <progress max={Math.max(1, drain.total)} value={drain.total - drain.left} aria-label={`Drain of ${name}`} />
        </p>
      )}
      {children.length + inner.size === 0 ? null : (
        <ul>
          {children.map((child) => {
            const own = child.kind === 'supervisor' ? inner.get(child.id) : undefined;
            return own === undefined ? (
              <ChildItem key={child.id} child={child} supervisor={key} />
            ) : (
              <SupervisorItem key={child.id} node={own} all={all} restarts={child.restarts} />
            );
          })}
          {childrenOmitted === 0 ? null : <li class="more">{count(childrenOmitted)} more children are not shown.</li>}
        </ul>
      )}
    </li>
  );
}

function IntensityMeter({ node: { intensity, restarts } }: { node: SupervisorNode }) {
  const { used, restarts: most, withinMs } = intensity;
  if (most === undefined || withinMs === undefined)
    return restarts === 0 ? null : <span class="fact">{count(restarts)} restarts of children</span>;
  const isNear = used > 0 && used >= most;
  return (
    <span class={`fact${isNear ? ' warning' : ''}`}>
      intensity {used} of {most} in {duration(withinMs)}
    </span>
  );
}

function Restarts({ restarts }: { restarts: number }) {
  if (restarts === 0) return null;
  return <span class="fact warning">{restarts === 1 ? '1 restart' : `${count(restarts)} restarts`}</span>;
}

function ChildItem({ child, supervisor }: { child: ChildNode; supervisor: string }) {
  const { id, kind, state, ownState, restarts, connections, port, connectionId } = child;
  return (
    <li data-child={id}>
      <div class="node">
        <span class="kind">{kind}</span>
        <span class="name">
          {kind === 'dialer' ? (
            <a href={hashOf({ view: 'subject', subject: { machine: 'dialer', supervisor, childId: id } })}>{id}</a>
          ) : kind === 'listener' ? (
            <a href={hashOf({ view: 'connections', query: { childId: id } })}>{id}</a>
          ) : (
            id
          )}
        </span>
        <StateBadge state={state === 'running' ? (ownState ?? state) : state} />
        {port === undefined ? null : <span class="fact">port {port}</span>}
        {connections === undefined ? null : <span class="fact">{compact(connections)} connections</span>}
        {connectionId === undefined ? null : (
          <a class="fact" href={connectionHash(connectionId)}>
            {connectionId}
          </a>
        )}
        <Restarts restarts={restarts} />
        {kind === 'dialer' ? <ActionButton kind="redial" supervisor={supervisor} childId={id} /> : null}
      </div>
    </li>
  );
}
