import type { Context, Span, SpanContext, Tracer } from '@opentelemetry/api';
import type { Unsubscribable } from 'rxjs';
import type { Connection } from '../../supervisor/api/connection.js';
import type { FollowedHandshake, Handshake } from '../../supervisor/api/handshake-follower.js';
import type { ObservedStep, Subject } from '../../supervisor/api/observer.js';
import type { Supervisor } from '../../supervisor/api/supervisor.js';
import type { CloseReport } from '../../transport/close-report.js';
import {
  acceptedAttributes,
  closeAttributes,
  dialedAttributes,
  failureOf,
  openedAttributes,
  refusalAttributes,
  urlAttributes,
} from './attributes.js';
import { type OpenTelemetryApi, resolveTrace, type TraceOptions } from './trace-options.js';

/**
 * Traces a supervisor, with its child supervisors, by OpenTelemetry: a span for each opening handshake, accepted or
 * dialed, and a span for each close, in a trace of its own, with a link to the handshake. No span lasts as long as a
 * connection. A dial is linked to the end of the dialer's connection before it.
 *
 * `authenticate` and handlers run in the context of their handshake, whose parent is the client's span, as the header
 * fields of its request name it. A dial carries its context to the server in the same way; what `url`, `headers`, and
 * the handler of a dialer do belongs to its span. The first attempt of a dialer is a child of the span in which `dial`
 * or `connect` was called; later ones begin traces of their own.
 *
 * No attribute holds what could be a secret: no query, no user name, no header field, no close reason, and no message
 * of an error.
 *
 * @returns `unsubscribe` ends the tracing; handshakes under way are traced to their end.
 * @throws {PlatformError} when `@opentelemetry/api` is not installed; {OptionError} for a wrong option.
 */
export function traceConnections(supervisor: Supervisor, options: TraceOptions = {}): Unsubscribable {
  const tracing = new Tracing(resolveTrace(options));
  const following = supervisor.followHandshakes({
    planned: () => tracing.planned(),
    began: (handshake) => tracing.began(handshake),
  });
  const observing = supervisor.observe({
    stepped: (subject, step) => tracing.stepped(subject, step),
    ended: (subject, how) => {
      if (subject.machine === 'connection') tracing.ended(subject.connection, how as CloseReport);
    },
  });
  return {
    unsubscribe() {
      following.unsubscribe();
      observing.unsubscribe();
    },
  };
}

/** A dialer, from where it was made to its newest connection. */
interface DialOrigin {
  /** The context in which it was made; `undefined` after its first attempt. */
  context: Context | undefined;
  /** The span of the end of its newest connection, or of its newest attempt. */
  last: SpanContext | undefined;
}

/** An open connection, between its two spans. */
interface OpenTrace {
  readonly handshake: SpanContext;
  readonly origin: DialOrigin | undefined;
  /** When its ending began, Unix ms. */
  closingSince: number | undefined;
}

class Tracing {
  readonly #api: OpenTelemetryApi;
  readonly #tracer: Tracer;
  readonly #open = new Map<Connection<unknown>, OpenTrace>();

  constructor({ api, tracer }: { readonly api: OpenTelemetryApi; readonly tracer: Tracer }) {
    this.#api = api;
    this.#tracer = tracer;
  }

  planned(): DialOrigin {
    return { context: this.#api.context.active(), last: undefined };
  }

  began(handshake: Handshake): FollowedHandshake {
    return handshake.role === 'accepted' ? this.#accepted(handshake) : this.#dialed(handshake);
  }

  /** Notes when the ending of an open connection begins. */
  stepped({ machine, ...subject }: Subject, { from, to }: ObservedStep): void {
    if (machine !== 'connection' || from !== 'open' || to === 'open' || !('connection' in subject)) return;
    const open = this.#open.get(subject.connection);
    if (open !== undefined) open.closingSince = subject.connection.clock.wallNow();
  }

  ended(connection: Connection<unknown>, report: CloseReport): void {
    if (report.openedAt === undefined) return;
    const open = this.#open.get(connection);
    this.#open.delete(connection);
    const span = this.#tracer.startSpan('websocket close', {
      root: true,
      startTime: open?.closingSince ?? report.endedAt,
      attributes: closeAttributes(report),
      links: open === undefined ? [] : [{ context: open.handshake }],
    });
    const failure = failureOf(report);
    if (failure !== undefined) this.#failed(span, failure);
    span.end(report.endedAt);
    if (open?.origin !== undefined) open.origin.last = span.spanContext();
  }

  #accepted(handshake: Extract<Handshake, { role: 'accepted' }>): FollowedHandshake {
    const { context, propagation, ROOT_CONTEXT, SpanKind, trace } = this.#api;
    const { request, clock } = handshake;
    const remote = propagation.extract(ROOT_CONTEXT, request.headers);
    const span = this.#tracer.startSpan(
      'websocket accept',
      { kind: SpanKind.SERVER, startTime: clock.wallNow(), attributes: acceptedAttributes(handshake) },
      remote,
    );
    const own = trace.setSpan(remote, span);
    return {
      run: (code) => context.with(own, code),
      opened: (connection) => this.#opened(connection, span, undefined),
      refused: (refusal) => {
        span.setAttributes(refusalAttributes(refusal));
        // Of a server's span the client's faults are no errors.
        if (refusal.status >= 500) this.#failed(span, String(refusal.status));
        span.end(clock.wallNow());
      },
    };
  }

  #dialed(handshake: Extract<Handshake, { role: 'dialed' }>): FollowedHandshake {
    const { context, propagation, ROOT_CONTEXT, SpanKind, trace } = this.#api;
    const { clock } = handshake;
    const origin = handshake.origin as DialOrigin | undefined;
    const parent = origin?.context ?? ROOT_CONTEXT;
    const span = this.#tracer.startSpan(
      'websocket dial',
      {
        kind: SpanKind.CLIENT,
        startTime: clock.wallNow(),
        attributes: dialedAttributes(handshake),
        links: origin?.last === undefined ? [] : [{ context: origin.last }],
      },
      parent,
    );
    if (origin !== undefined) {
      origin.context = undefined;
      origin.last = span.spanContext();
    }
    const own = trace.setSpan(parent, span);
    return {
      dials: (url) => {
        span.setAttributes(urlAttributes(url));
        const fields: Record<string, string> = {};
        propagation.inject(own, fields);
        return fields;
      },
      run: (code) => context.with(own, code),
      opened: (connection) => this.#opened(connection, span, origin),
      failed: (report) => {
        const { trigger, endedAt } = report;
        const httpStatus = trigger === 'proxy-refused' ? undefined : report.httpStatus;
        if (httpStatus !== undefined) span.setAttribute('http.response.status_code', httpStatus);
        span.setAttribute('wirekeeper.close.trigger', trigger);
        if (trigger !== 'called-off') this.#failed(span, httpStatus === undefined ? trigger : String(httpStatus));
        span.end(endedAt);
      },
    };
  }

  #opened(connection: Connection<unknown>, span: Span, origin: DialOrigin | undefined): void {
    span.setAttributes(openedAttributes(connection));
    span.end(connection.clock.wallNow());
    this.#open.set(connection, { handshake: span.spanContext(), origin, closingSince: undefined });
  }

  #failed(span: Span, type: string): void {
    span.setAttribute('error.type', type);
    span.setStatus({ code: this.#api.SpanStatusCode.ERROR });
  }
}
