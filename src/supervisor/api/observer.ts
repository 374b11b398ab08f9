import type { CloseReport } from '../../transport/close-report.js';
import type { ChildExit } from './child-spec.js';
import type { Connection } from './connection.js';
import type { Dialer } from './dialer.js';
import type { Supervisor, SupervisorReport } from './supervisor.js';

/**
 * Sees the machines of a supervisor and of its child supervisors at work: see `Supervisor.observe`.
 *
 * Its methods are called while the machines work, so they should only note what they are given. They may call the API:
 * an event for a machine that is taking another one waits. An observer that throws is detached, and the error is
 * reported as `observer.threw`; the connection is as it was. Values passed in, contents included, are those that the
 * machines are given: an observer that shows or keeps them redacts them first.
 */
export interface Observer {
  /**
   * A machine has begun. Machines that run already when the observer is attached are reported at once.
   *
   * @param state the state that the machine is in, as a path: `closing.awaitingPeer`.
   */
  began?(subject: Subject, state: string): void;
  /** A machine has taken an event. Called before the effects are carried out, and what they lead to comes later. */
  stepped?(subject: Subject, step: ObservedStep): void;
  /** What is no event of a machine and yet explains what becomes of it. */
  noted?(subject: Subject, note: Note): void;
  /**
   * The end of a connection, when its report is made and nobody else has it; of a dialer, when it is not started again;
   * of a supervisor. After it only `handler.ended` may still be noted.
   */
  ended?(subject: Subject, how: CloseReport | ChildExit | SupervisorReport): void;
}

/**
 * The owner of an observed machine, with the supervisor that it belongs to. It is a new object at each call, with the
 * same parts: `connection`, `dialer`, and `supervisor` distinguish machines.
 */
export type Subject =
  | {
      readonly machine: 'connection';
      readonly connection: Connection<unknown>;
      readonly supervisor: Supervisor;
    }
  | { readonly machine: 'dialer'; readonly dialer: Dialer; readonly supervisor: Supervisor }
  | {
      readonly machine: 'supervisor';
      readonly supervisor: Supervisor;
      /** Whose child it is; `undefined` for the topmost one. */
      readonly parent: Supervisor | undefined;
    };

/** One step of a machine. */
export interface ObservedStep {
  /**
   * The event, as the machine was given it: a `ConnectionEvent`, `DialerEvent`, or `SupervisorMachineEvent` of
   * `wirekeeper/machines`. `undefined` when a machine starts, and enters its initial state; a dialer that has crashed
   * before starts in its backoff.
   */
  readonly event: { readonly type: string } | undefined;
  /** The state before, as a path: `closing.awaitingPeer`. */
  readonly from: string;
  /** The state after. It is the same as `from` if the event led nowhere, also if the state does not take it. */
  readonly to: string;
  /** What the machine asks of its runtime, by name, in this order. */
  readonly effects: readonly string[];
}

/** What explains the life of a connection or dialer beside the events of its machine. Times are in ms. */
export type Note =
  /** Frames wait for the handler, and the socket is not read, or is read again. */
  | { readonly type: 'reading.paused' }
  | { readonly type: 'reading.resumed' }
  /** The peer has sent what it may in a second: nothing is read for the rest of it. */
  | { readonly type: 'reading.throttled'; readonly limit: 'maxMessagesPerSecond' | 'maxBytesPerSecond' }
  /** More than `highWaterMark` waits for the peer; or all that waited was handed to the kernel. */
  | { readonly type: 'high-water.reached'; readonly bufferedBytes: number }
  | { readonly type: 'high-water.left' }
  /** The slow-peer policy has not taken a message. */
  | { readonly type: 'message.dropped'; readonly bytes: number }
  /** A Ping was answered. */
  | { readonly type: 'ping.answered'; readonly roundTripMs: number }
  /** A Ping has no answer yet when one was due. The peer is given up when `leftMs` is 0. */
  | { readonly type: 'ping.unanswered'; readonly sinceMs: number; readonly leftMs: number }
  /** A drain was announced to the handler. */
  | { readonly type: 'drain.announced' }
  /** The handler has returned or thrown; `isOver` says whether the connection had ended before. */
  | { readonly type: 'handler.ended'; readonly threw: boolean; readonly isOver: boolean }
  /** Code of the handler has thrown when the outcome was decided and the socket not yet gone. */
  | { readonly type: 'subscriber.threw'; readonly error: unknown }
  /** A dialer waits for its turn at the dial limiter. */
  | { readonly type: 'dial.queued' }
  /** A dialer begins an attempt, with this connection. Attempts count from 1 after the last success. */
  | { readonly type: 'dial.begun'; readonly attempt: number; readonly connectionId: string }
  /** What a dialer's retry policy, or the rules before it, say of an ending. */
  | {
      readonly type: 'dialer.judged';
      readonly verdict: 'retry' | 'refresh' | 'stuck' | 'stop' | 'finished' | 'crashed';
      /** The delay before the next attempt; absent if there is none. */
      readonly delayMs?: number;
      readonly report: CloseReport;
    };
