import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks';
import { W3CTraceContextPropagator } from '@opentelemetry/core';
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from '@opentelemetry/sdk-trace-base';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type Connection, connect, createSupervisor, type ListenOptions, refuse } from '../../../src/index.js';
import { traceConnections } from '../../../src/inspect/opentelemetry/index.js';
import { createHeapClock, createMemoryTransport } from '../../../src/testing/index.js';
import { FakeTransport } from '../../support/fake-transport.js';
import { settled } from '../../support/settled.js';

const exporter = new InMemorySpanExporter();
const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
const tracer = provider.getTracer('test');

beforeEach(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(new W3CTraceContextPropagator());
});

afterEach(() => {
  context.disable();
  propagation.disable();
  exporter.reset();
});

const spans = (name: string): readonly ReadableSpan[] =>
  exporter.getFinishedSpans().filter((one) => one.name === `websocket ${name}`);

/** The only span of this name. */
function span(name: string): ReadableSpan {
  const [found, ...more] = spans(name);
  if (found === undefined || more.length > 0) throw new Error(`${more.length + 1} spans are called ${name}`);
  return found;
}

const traceIdOf = (one: ReadableSpan): string => one.spanContext().traceId;
const handler = ({ closed }: Connection<unknown>) => closed;
const PARENT = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331' };

/** A traced supervisor over a network in memory, with a listener. */
async function aService(options: Partial<ListenOptions<unknown>> = {}) {
  const clock = createHeapClock();
  const transport = createMemoryTransport(clock);
  const supervisor = createSupervisor({ clock, transport, random: () => 0.5, warnWhenFailed: false });
  const tracing = traceConnections(supervisor, { tracer });
  const listener = await supervisor.listen<unknown>({ id: 'door', port: 0, handler, ...options });
  const url = `ws://memory:${listener.address?.port}/room`;
  const settle = async () => {
    await clock.advanceAsync(10);
    await clock.advanceAsync(10);
  };
  return { clock, transport, supervisor, tracing, url, settle };
}

test('a handshake is one span on each side, ended as soon as the connection is open', async () => {
  const { supervisor, url, settle } = await aService();
  supervisor.dial({ id: 'feed', url, handler });
  await settle();
  expect(span('accept')).toMatchObject({
    kind: SpanKind.SERVER,
    status: { code: SpanStatusCode.UNSET },
    attributes: {
      'http.request.method': 'GET',
      'http.response.status_code': 101,
      'url.path': '/room',
      'wirekeeper.child.id': 'door',
      'wirekeeper.connection.id': expect.stringMatching(/^c\d+$/),
    },
  });
  expect(span('dial')).toMatchObject({
    kind: SpanKind.CLIENT,
    attributes: {
      'http.response.status_code': 101,
      'url.full': url,
      'server.address': 'memory',
      'wirekeeper.child.id': 'feed',
    },
  });
  expect(spans('close')).toEqual([]);
});

test('a dial carries its trace to the server, whose span is its child', async () => {
  const { supervisor, url, settle } = await aService();
  supervisor.dial({ url, handler });
  await settle();
  expect(traceIdOf(span('accept'))).toBe(traceIdOf(span('dial')));
  expect(span('accept').parentSpanContext?.spanId).toBe(span('dial').spanContext().spanId);
});

test('the trace that a client names in its header fields reaches authenticate and the handler', async () => {
  const seen: (string | undefined)[] = [];
  const note = () => seen.push(trace.getSpanContext(context.active())?.traceId);
  const { supervisor, tracing, url, settle } = await aService({
    authenticate: async () => {
      await Promise.resolve();
      note();
      return { data: undefined };
    },
    handler: async (connection) => {
      await connection.receive();
      note();
      await connection.closed;
    },
  });
  supervisor.dial({
    url,
    headers: { traceparent: `00-${PARENT.traceId}-${PARENT.spanId}-01` },
    handler: (connection) => {
      connection.send('hello');
      return connection.closed;
    },
  });
  await settle();
  expect(seen).toEqual([PARENT.traceId, PARENT.traceId]);
  expect(span('accept').parentSpanContext).toMatchObject(PARENT);
  tracing.unsubscribe();
});

test('what a handler does is a child of the handshake of its connection', async () => {
  const { supervisor, url, settle } = await aService({
    handler: async (connection) => {
      await connection.receive();
      tracer.startSpan('websocket work').end();
      await connection.closed;
    },
  });
  supervisor.dial({
    url,
    handler: (connection) => {
      connection.send('hello');
      return connection.closed;
    },
  });
  await settle();
  expect(span('work').parentSpanContext?.spanId).toBe(span('accept').spanContext().spanId);
});

test('a connection that is dialed within a span belongs to its trace', async () => {
  const { supervisor, url, settle } = await aService();
  const outer = tracer.startSpan('websocket request');
  const connecting = context.with(trace.setSpan(context.active(), outer), () => connect(url, { supervisor }));
  await settle();
  await connecting;
  outer.end();
  expect(span('dial').parentSpanContext?.spanId).toBe(outer.spanContext().spanId);
});

test('a close is a span in a trace of its own, from the beginning of the ending, linked to its handshake', async () => {
  const { clock, supervisor, url, settle } = await aService();
  const dialer = supervisor.dial({ url, handler, retry: () => 'stop' });
  await settle();
  const { connection } = dialer;
  await clock.advanceAsync(60_000);
  connection?.close(4001);
  await settle();
  const [accepted, dialed] = ['accepted', 'dialed'].map((role) =>
    spans('close').find(({ attributes }) => attributes['wirekeeper.connection.role'] === role),
  );
  expect(dialed?.attributes).toMatchObject({
    'wirekeeper.close.code': 4001,
    'wirekeeper.close.trigger': 'close-called',
    'wirekeeper.close.outcome': 'closed',
    'wirekeeper.close.clean': true,
  });
  expect(dialed?.links.map((link) => link.context.spanId)).toEqual([span('dial').spanContext().spanId]);
  expect(accepted?.links.map((link) => link.context.spanId)).toEqual([span('accept').spanContext().spanId]);
  expect(dialed?.parentSpanContext).toBeUndefined();
  expect(dialed === undefined ? undefined : traceIdOf(dialed)).not.toBe(traceIdOf(span('dial')));
  expect(dialed?.status.code).toBe(SpanStatusCode.UNSET);
});

test('no span is as long as its connection', async () => {
  const { clock, supervisor, url, settle } = await aService();
  supervisor.dial({ url, handler });
  await settle();
  await clock.advanceAsync(3_600_000);
  void supervisor.stop();
  await settle();
  const seconds = exporter.getFinishedSpans().map(({ duration: [whole] }) => whole);
  expect(seconds.length).toBe(4);
  expect(Math.max(...seconds)).toBe(0);
});

test('a redial is a trace of its own, linked to the end of the connection before it', async () => {
  const { supervisor, url, settle } = await aService();
  const dialer = supervisor.dial({ url, handler, backoff: { initialMs: 1, firstWithinMs: 1 } });
  await settle();
  dialer.redial();
  await settle();
  await settle();
  const [first, second] = spans('dial');
  expect(second?.links).toHaveLength(1);
  expect(second === undefined ? undefined : traceIdOf(second)).not.toBe(first === undefined ? '' : traceIdOf(first));
});

describe('failures', () => {
  test('a refusal ends both spans with its status; to the server it is an error only if it is its own', async () => {
    const { supervisor, url, settle } = await aService({ authenticate: () => refuse(403) });
    connect(url, { supervisor }).catch(() => {});
    await settle();
    expect(span('accept')).toMatchObject({
      status: { code: SpanStatusCode.UNSET },
      attributes: { 'http.response.status_code': 403, 'wirekeeper.refusal.why': 'authenticate' },
    });
    expect(span('dial')).toMatchObject({
      status: { code: SpanStatusCode.ERROR },
      attributes: { 'http.response.status_code': 403, 'error.type': '403' },
    });
  });

  test('a refusal of the proxy is no answer of the server', async () => {
    const transport = new FakeTransport();
    const supervisor = createSupervisor({ transport, warnWhenFailed: false });
    traceConnections(supervisor, { tracer });
    const connecting = connect('ws://a.test/', { supervisor });
    await settled();
    transport.lastWire.emitClosed({ kind: 'proxy-refused', httpStatus: 407 });
    await connecting.catch(() => {});
    expect(span('dial').attributes).toMatchObject({ 'error.type': 'proxy-refused' });
    expect(span('dial').attributes).not.toHaveProperty('http.response.status_code');
    await supervisor.stop();
  });

  test('a bug of authenticate is an error of the server', async () => {
    const { supervisor, url, settle } = await aService({
      authenticate: () => {
        throw new Error('a bug');
      },
    });
    connect(url, { supervisor }).catch(() => {});
    await settle();
    expect(span('accept')).toMatchObject({
      status: { code: SpanStatusCode.ERROR },
      attributes: { 'http.response.status_code': 503, 'error.type': '503' },
    });
  });

  test('each attempt is a span, linked to the attempt before it', async () => {
    const { clock, supervisor, transport, settle } = await aService();
    transport.network.refuseDials(9, { status: 503 });
    supervisor.dial({ url: 'ws://memory:9/', handler, backoff: { initialMs: 100, factor: 1 } });
    await settle();
    await clock.advanceAsync(200);
    const [first, second] = spans('dial');
    expect(first?.attributes).toMatchObject({ 'http.response.status_code': 503 });
    expect(second?.attributes).toMatchObject({ 'http.request.resend_count': 1 });
    expect(second?.links.map((link) => link.context.spanId)).toEqual([first?.spanContext().spanId]);
  });

  test('a handler that throws makes the close an error', async () => {
    const { supervisor, url, settle } = await aService({
      handler: () => {
        throw new Error('a bug');
      },
    });
    supervisor.dial({ url, handler, retry: () => 'stop' });
    await settle();
    expect(spans('close').map(({ attributes }) => attributes['error.type'])).toContain('handler-threw');
  });
});

test('nothing that could be a secret is in a span', async () => {
  const { supervisor, url, settle } = await aService({
    protocols: ['s3cret'],
    handler: (connection) => {
      connection.close(4001, 's3cret');
      throw new Error('s3cret');
    },
  });
  const dialing = connect(`${url.replace('://', '://s3cret:s3cret@')}?token=s3cret`, {
    supervisor,
    headers: { authorization: 's3cret', 'user-agent': 's3cret', tracestate: 'a=s3cret' },
    protocols: ['s3cret'],
  });
  dialing.catch(() => {});
  await settle();
  (await dialing).send('s3cret');
  await settle();
  expect(exporter.getFinishedSpans().length).toBe(4);
  for (const { name, attributes, events, status } of exporter.getFinishedSpans())
    expect(JSON.stringify({ name, attributes, events, status })).not.toContain('s3cret');
});

test('nothing is traced after the tracing has ended', async () => {
  const { supervisor, tracing, url, settle } = await aService();
  tracing.unsubscribe();
  supervisor.dial({ url, handler });
  await settle();
  expect(exporter.getFinishedSpans()).toEqual([]);
});
