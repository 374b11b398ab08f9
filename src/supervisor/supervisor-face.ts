import type { Observable } from 'rxjs';
import type { CloseReport } from '../transport/close-report.js';
import { printAsJson } from '../transport/print-as-json.js';
import type { Child, ChildCounts, ChildInfo } from './api/child-spec.js';
import { type Clock, systemClock } from './api/clock.js';
import type { Connection } from './api/connection.js';
import type { SupervisorEvent } from './api/events.js';
import type { Supervisor, SupervisorState } from './api/supervisor.js';
import type { Children } from './children/children.js';
import { ConnectionRegistry } from './connection-registry.js';
import type { SupervisorSettings } from './options/resolve-supervisor.js';
import { isAncestorOrSelf, type TreeNode } from './supervisor-tree.js';
import type { KeepAlive } from './time/keep-alive.js';

/** What users see of a supervisor, and what it has in common with the one above it. */
export abstract class SupervisorFace implements TreeNode {
  static {
    printAsJson(this.prototype, 'Supervisor');
  }

  readonly kind = 'supervisor';
  readonly id: string;
  readonly name: string;
  readonly clock: Clock;
  readonly shared: ConnectionRegistry;

  constructor(
    { id, name, limits, clock = systemClock, keepAlive }: SupervisorSettings,
    parent: SupervisorFace | undefined,
  ) {
    this.id = id;
    this.name = name;
    this.clock = clock;
    this.shared = new ConnectionRegistry(clock, limits.maxConnections, parent?.shared, keepAlive);
  }

  abstract readonly parent: SupervisorFace | undefined;
  abstract readonly state: SupervisorState;
  protected abstract readonly children: Children;

  get isReady(): boolean {
    return this.state === 'running';
  }

  get keepAlive(): KeepAlive {
    return this.shared.wheel.keepAlive;
  }

  get events$(): Observable<SupervisorEvent> {
    return this.shared.events$;
  }

  get endings(): readonly CloseReport[] {
    return this.shared.endings;
  }

  get connections(): ReadonlyMap<string, Connection<unknown>> {
    return this.shared.connections;
  }

  child(id: string): Child | undefined {
    return this.children.get(id)?.handle;
  }

  whichChildren(): readonly ChildInfo[] {
    return this.children.which();
  }

  countChildren(): ChildCounts {
    return this.children.counts();
  }

  toJSON(): ReturnType<Supervisor['toJSON']> {
    const { kind, id, name, state, connections } = this;
    return { kind, id, name, state, connections: connections.size, children: this.whichChildren() };
  }

  get childSupervisors(): Iterable<TreeNode> {
    return [...this.children].map(({ handle }) => handle).filter((handle) => handle instanceof SupervisorFace);
  }

  /** Whether a handle is this supervisor, or one that it is below. */
  isAncestorOrSelf(handle: Child): boolean {
    return handle instanceof SupervisorFace && isAncestorOrSelf(handle, this);
  }

  publish(event: SupervisorEvent): void {
    this.shared.publish(event);
  }
}
