/**
 * The interface by its specification, https://websockets.spec.whatwg.org/. The same cases run on undici's class as a
 * reference: where that differs, the case says so.
 */
import { Blob } from 'node:buffer';
import { WebSocket as UndiciWebSocket } from 'undici';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { ScriptedPeer } from '../../../src/testing/scripted-peer.js';
import { type AnySocket, type AnySocketClass, Log, Stage } from './stage.js';

const CONNECTING = 0;
const OPEN = 1;
const CLOSING = 2;
const CLOSED = 3;

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.build();
});
afterEach(() => stage[Symbol.asyncDispose]());

const IMPLEMENTATIONS = [
  ['wirekeeper', () => stage.classWith() as unknown as AnySocketClass],
  ['undici', () => UndiciWebSocket as unknown as AnySocketClass],
] as const;

describe.each(IMPLEMENTATIONS)('the interface of %s', (name, classOf) => {
  const isOurs = name === 'wirekeeper';

  function dialed(url: unknown = stage.url, protocols?: unknown): { socket: AnySocket; log: Log } {
    const WebSocket = classOf();
    const socket = protocols === undefined ? new WebSocket(url) : new WebSocket(url, protocols);
    return { socket, log: new Log(socket) };
  }

  async function opened(protocols?: unknown): Promise<{ socket: AnySocket; log: Log; peer: ScriptedPeer }> {
    const { socket, log } = dialed(stage.url, protocols);
    const peer = await stage.server.accepted();
    await log.first('open');
    return { socket, log, peer };
  }

  /** Calls the constructor, and ends what it has made. */
  async function made<T>(look: (socket: AnySocket) => T, ...args: readonly unknown[]): Promise<T> {
    const socket = new (classOf())(...args);
    const log = new Log(socket);
    const seen = look(socket);
    socket.close();
    await log.closed();
    return seen;
  }

  const thrownBy = (call: () => unknown): unknown => {
    try {
      call();
    } catch (error) {
      return error;
    }
    throw new Error('nothing was thrown');
  };

  describe('the constructor', () => {
    test('needs an argument, and new', () => {
      const WebSocket = classOf();
      expect(() => new WebSocket()).toThrow(TypeError);
      expect(() => (WebSocket as unknown as (url: string) => void)(stage.url)).toThrow(TypeError);
    });

    test.each([
      'ws://foo bar.com/',
      'wss://foo bar.com/',
      'ftp://127.0.0.1/',
      'mailto:example@example.org',
      'about:blank',
      '/relative',
      '#test',
      '',
      undefined,
      null,
    ])('throws a SyntaxError for the URL %s', (url) => {
      expect(thrownBy(() => new (classOf())(url))).toMatchObject({ constructor: DOMException, name: 'SyntaxError' });
    });

    test.each(['#', '#test', '?query#test'])('throws a SyntaxError for a URL with the fragment in "%s"', (end) => {
      expect(thrownBy(() => new (classOf())(`${stage.url}${end}`))).toMatchObject({ name: 'SyntaxError' });
    });

    test('throws what the conversion of an argument throws, for a symbol a TypeError', () => {
      const error = new Error('no text');
      const thrower = {
        toString() {
          throw error;
        },
      };
      expect(thrownBy(() => new (classOf())(thrower))).toBe(error);
      expect(thrownBy(() => new (classOf())(stage.url, [thrower]))).toBe(error);
      expect(thrownBy(() => new (classOf())(Symbol('url')))).toBeInstanceOf(TypeError);
    });

    test('serialises the URL', async () => {
      const { port } = stage.server;
      const urlOf = (url: unknown) => made((socket) => socket.url, url);
      expect(await urlOf(`ws://127.0.0.1:${port}`)).toBe(`ws://127.0.0.1:${port}/`);
      expect(await urlOf(`WS://127.1:${port}/a/../b c?d e`)).toBe(`ws://127.0.0.1:${port}/b%20c?d%20e`);
      expect(await urlOf(new URL(stage.url))).toBe(stage.url);
      expect(await urlOf(`${stage.url}?`)).toBe(`${stage.url}?`);
    });

    test('reads http: and https: as ws: and wss:', async () => {
      const { port } = stage.server;
      const urlOf = (url: string) => made((socket) => socket.url, url);
      expect(await urlOf(`http://127.0.0.1:${port}/x`)).toBe(`ws://127.0.0.1:${port}/x`);
      expect(await urlOf(`https://127.0.0.1:${port}/x`)).toBe(`wss://127.0.0.1:${port}/x`);
    });

    test.each([
      [''],
      ['a b'],
      ['a,b'],
      ['a/b'],
      ['a:b'],
      ['a"b'],
      ['a(b)'],
      ['a\tb'],
      ['a\u0000b'],
      ['a\u007f'],
      ['\u00e9'],
      [['a', 'a']],
      [['a', 'A']],
      [['a', '']],
    ])('throws a SyntaxError for the subprotocols %j', (protocols) => {
      expect(thrownBy(() => new (classOf())(stage.url, protocols))).toMatchObject({ name: 'SyntaxError' });
    });

    test('takes a text, anything iterable, or an object with protocols; other members are ignored', async () => {
      const protocolOf = async (protocols: unknown) => {
        const { socket, log } = await opened(protocols);
        const { protocol } = socket;
        socket.close();
        await log.closed();
        return protocol;
      };
      expect(await protocolOf('chat')).toBe('chat');
      expect(await protocolOf(['chat', 'other'])).toBe('chat');
      expect(await protocolOf(new Set(['chat', 'other']))).toBe('chat');
      expect(await protocolOf([])).toBe('');
      expect(await protocolOf(undefined)).toBe('');
      expect(await protocolOf({})).toBe('');
      expect(await protocolOf({ protocols: 'chat' })).toBe('chat');
      expect(await protocolOf({ protocols: ['chat', 'other'], unknown: 1 })).toBe('chat');
    });

    test('makes a socket that is connecting, with nothing negotiated', async () => {
      const facts = await made(
        ({ readyState, bufferedAmount, extensions, protocol, binaryType, onopen, onmessage, onerror, onclose }) => ({
          ...{ readyState, bufferedAmount, extensions, protocol, binaryType },
          handlers: [onopen, onmessage, onerror, onclose],
        }),
        stage.url,
      );
      expect(facts).toEqual({
        readyState: CONNECTING,
        bufferedAmount: 0,
        extensions: '',
        protocol: '',
        binaryType: 'blob',
        handlers: [null, null, null, null],
      });
    });
  });

  describe('the class', () => {
    const CONSTANTS = Object.entries({ CONNECTING, OPEN, CLOSING, CLOSED });

    test.each(CONSTANTS)('has the constant %s, which cannot be changed, as its instances have', async (key, value) => {
      const WebSocket = classOf();
      const Base = isOurs ? (Object.getPrototypeOf(WebSocket) as AnySocketClass) : WebSocket;
      for (const owner of [Base, Base.prototype])
        expect(Object.getOwnPropertyDescriptor(owner, key)).toEqual({
          value,
          writable: false,
          enumerable: true,
          configurable: false,
        });
      const seen = await made((socket) => {
        Reflect.set(socket, key, 9);
        Reflect.deleteProperty(socket, key);
        return Reflect.get(socket, key);
      }, stage.url);
      expect(seen).toBe(value);
    });

    test('has the name, the lengths, and the tag of the interface', () => {
      const WebSocket = classOf();
      expect(WebSocket.name).toBe('WebSocket');
      expect([WebSocket.length, WebSocket.prototype.send.length, WebSocket.prototype.close.length]).toEqual([1, 1, 0]);
      expect(Object.prototype.toString.call(WebSocket.prototype)).toBe('[object WebSocket]');
      expect(WebSocket.prototype).toBeInstanceOf(EventTarget);
    });

    test.each([
      'url',
      'readyState',
      'bufferedAmount',
      'extensions',
      'protocol',
      'binaryType',
      'onopen',
      'onmessage',
      'onerror',
      'onclose',
    ])('has the attribute %s on its prototype, for its instances only', (key) => {
      const Base = isOurs ? (Object.getPrototypeOf(classOf()) as AnySocketClass) : classOf();
      const descriptor = Object.getOwnPropertyDescriptor(Base.prototype, key);
      expect(descriptor).toMatchObject({ enumerable: true, configurable: true, get: expect.any(Function) });
      expect(() => descriptor?.get?.call({})).toThrow(TypeError);
    });

    test.each(['url', 'readyState', 'bufferedAmount', 'extensions', 'protocol'] as const)(
      'cannot have its %s set',
      async (key) => {
        const [before, after] = await made((socket) => {
          const first = socket[key];
          Reflect.set(socket, key, 'other');
          return [first, socket[key]];
        }, stage.url);
        expect(after).toBe(before);
      },
    );
  });

  describe('the events', () => {
    test('are open, messages, and close, in this order, each with its state', async () => {
      const { socket, log } = dialed();
      const states: unknown[] = [socket.readyState];
      for (const type of ['open', 'message', 'close'])
        socket.addEventListener(type, () => states.push([type, socket.readyState]));
      const peer = await stage.server.accepted();
      await log.first('open');
      peer.send('one');
      peer.send('two');
      await log.count(3);
      peer.close(1000, 'done');
      expect(await log.closed()).toEqual(['open', 'message one', 'message two', 'close 1000 "done" clean']);
      expect(states).toEqual([CONNECTING, ['open', OPEN], ['message', OPEN], ['message', OPEN], ['close', CLOSED]]);
    });

    test('are error and then close when nobody listens at the URL', async () => {
      const { port } = stage.server;
      await stage.server[Symbol.asyncDispose]();
      const { socket, log } = dialed(`ws://127.0.0.1:${port}/`);
      const states: number[] = [];
      for (const type of ['error', 'close']) socket.addEventListener(type, () => states.push(socket.readyState));
      expect(await log.closed()).toEqual(['error', 'close 1006 "" unclean']);
      expect(states).toEqual([CLOSED, CLOSED]);
    });

    test('are error and then close when the server chooses none of the subprotocols offered', async () => {
      await using plain = await Stage.build({
        onUpgrade: (upgrade) => {
          upgrade
            .accept(undefined, { maxPayloadBytes: 1_000, maxFragments: 10, perMessageDeflate: false })
            ?.terminate();
        },
      });
      const { log } = dialed(plain.url, 'chat');
      expect(await log.closed()).toEqual(['error', 'close 1006 "" unclean']);
    });

    test('are error and then close when TCP is lost', async () => {
      const { log, peer } = await opened();
      peer.wire.terminate();
      expect(await log.closed()).toEqual(['open', 'error', 'close 1006 "" unclean']);
    });

    test('are of the classes of the specification, with their fields', async () => {
      const { log, peer } = await opened();
      peer.send('text');
      await log.first('message');
      peer.close(3001, 'end');
      await log.closed();
      const [open, message, close] = log.events;
      expect(open).toMatchObject({ constructor: Event, bubbles: false, cancelable: false });
      expect(message?.constructor.name).toBe('MessageEvent');
      expect(message).toMatchObject({ data: 'text', origin: `ws://127.0.0.1:${stage.server.port}`, lastEventId: '' });
      expect(close?.constructor.name).toBe('CloseEvent');
      expect(close).toMatchObject({ code: 3001, reason: 'end', wasClean: true, bubbles: false, cancelable: false });
    });

    test('have the socket as their target, and as what handlers are called on', async () => {
      const socket = new (classOf())(stage.url);
      const seen: unknown[] = [];
      const look = function look(this: unknown, event: Event) {
        // Node 20 has no currentTarget for all listeners but the first.
        if (seen.length === 0) seen.push(event.currentTarget, event.eventPhase);
        seen.push(this, event.target);
      };
      socket.onopen = function handler(this: unknown, event: Event) {
        look.call(this, event);
      };
      socket.addEventListener('open', look);
      const log = new Log(socket);
      await log.first('open');
      expect(seen.map((value) => (value === socket ? 'the socket' : value))).toEqual(
        ['the socket', 2].concat(Array(4).fill('the socket')),
      );
      socket.close();
      await log.closed();
    });

    test('come to listeners and handlers in the order in which these were added', async () => {
      const { socket, log } = dialed();
      const order: number[] = [];
      socket.addEventListener('open', () => order.push(1));
      socket.onopen = () => order.push(2);
      socket.addEventListener('open', () => order.push(3));
      await log.first('open');
      expect(order).toEqual([1, 2, 3]);
      socket.close();
      await log.closed();
    });

    test('of one read come one by one: what a promise adds in between misses nothing', async () => {
      const { socket, log, peer } = await opened();
      const next = () =>
        new Promise((resolve) =>
          socket.addEventListener('message', (event) => resolve((event as MessageEvent).data), { once: true }),
        );
      const first = next();
      for (const text of ['1', '2', '3', '4']) peer.send(text);
      const got = [await first];
      if (isOurs) got.push(await next(), await next(), await next());
      // undici fires all messages of one read in one go.
      expect(got).toEqual(isOurs ? ['1', '2', '3', '4'] : ['1']);
      socket.close();
      await log.closed();
    });
  });

  describe('a handler attribute', () => {
    const TYPES = ['open', 'message', 'error', 'close'] as const;

    test.each(TYPES)('on%s keeps functions and objects; anything else is null', async (type) => {
      const handler = () => {};
      const object = { handleEvent() {} };
      const seen = await made((socket) => {
        const key = `on${type}` as const;
        return [handler, object, 'text', 1, null, undefined].map((value) => {
          socket[key] = value;
          return socket[key];
        });
      }, stage.url);
      expect(seen).toEqual([handler, object, null, null, null, null]);
    });

    test.each(TYPES)('on%s is called for an event that a program fires, and not when it is removed', async (type) => {
      const calls = await made((socket) => {
        const seen: string[] = [];
        const key = `on${type}` as const;
        socket[key] = () => seen.push('first');
        socket.dispatchEvent(new Event(type));
        socket[key] = () => seen.push('second');
        socket.dispatchEvent(new Event(type));
        socket[key] = null;
        socket.dispatchEvent(new Event(type));
        return [...seen];
      }, stage.url);
      expect(calls).toEqual(['first', 'second']);
    });

    test('keeps its place when it is replaced, and loses it when it is removed', async () => {
      const order = await made((socket) => {
        const seen: string[] = [];
        const fire = () => {
          seen.length = 0;
          socket.dispatchEvent(new Event('open'));
          return [...seen];
        };
        socket.onopen = () => seen.push('handler');
        socket.addEventListener('open', () => seen.push('listener'));
        socket.onopen = () => seen.push('other handler');
        const replaced = fire();
        socket.onopen = null;
        socket.onopen = () => seen.push('handler');
        return { replaced, removed: fire() };
      }, stage.url);
      // undici removes and adds a handler that is replaced.
      expect(order.replaced).toEqual(isOurs ? ['other handler', 'listener'] : ['listener', 'other handler']);
      expect(order.removed).toEqual(['listener', 'handler']);
    });

    test('that returns false prevents the default of an event that can be cancelled', async () => {
      const prevented = await made((socket) => {
        socket.onmessage = () => false;
        return !socket.dispatchEvent(new Event('message', { cancelable: true }));
      }, stage.url);
      // undici leaves this out.
      expect(prevented).toBe(isOurs);
    });

    test('does nothing with handleEvent, which listeners have', async () => {
      const calls = await made((socket) => {
        const seen: string[] = [];
        socket.onopen = { handleEvent: () => seen.push('attribute') };
        socket.addEventListener('open', { handleEvent: () => seen.push('listener') });
        socket.dispatchEvent(new Event('open'));
        return seen;
      }, stage.url);
      expect(calls).toEqual(['listener']);
    });
  });

  test('a listener that was removed gets nothing, and one that was added twice gets an event once', async () => {
    const calls = await made((socket) => {
      let count = 0;
      const listener = () => {
        count += 1;
      };
      socket.addEventListener('close', listener);
      socket.addEventListener('close', listener);
      socket.dispatchEvent(new Event('close'));
      socket.removeEventListener('close', listener);
      socket.dispatchEvent(new Event('close'));
      return count;
    }, stage.url);
    expect(calls).toBe(1);
  });

  describe('send', () => {
    test('throws an InvalidStateError while the socket is connecting, and a TypeError without an argument', async () => {
      await made((socket) => {
        expect(thrownBy(() => socket.send('early'))).toMatchObject({ name: 'InvalidStateError' });
        expect(() => (socket.send as () => void)()).toThrow(TypeError);
        expect(socket.bufferedAmount).toBe(0);
      }, stage.url);
    });

    test('sends texts as text: what is no text becomes one, and lone surrogates U+FFFD', async () => {
      const { socket, log, peer } = await opened();
      const texts = ['', 'a', 'é€😀', 'lone \ud800 surrogate', null, undefined, 12, { toString: () => 'object' }, true];
      for (const text of texts) socket.send(text);
      const frames = await peer.received(texts.length);
      expect(frames.map((frame) => [frame.isBinary, frame.text()])).toEqual(
        ['', 'a', 'é€😀', 'lone \ufffd surrogate', 'null', 'undefined', '12', 'object', 'true'].map((text) => [
          false,
          text,
        ]),
      );
      socket.close();
      await log.closed();
    });

    test('sends buffers, the parts that views show, and Blobs as binary, in order', async () => {
      const { socket, log, peer } = await opened();
      const bytes = Uint8Array.from({ length: 16 }, (_, index) => index);
      socket.send(bytes.buffer);
      socket.send(new Blob(['blob', bytes.subarray(0, 2)]));
      socket.send(new Uint8Array(bytes.buffer, 2, 3));
      socket.send(new DataView(bytes.buffer, 4, 2));
      socket.send(new Float32Array(bytes.buffer, 8, 1));
      socket.send(new Blob([]));
      socket.send('after');
      const frames = await peer.received(7);
      expect(frames.map((frame) => [frame.isBinary, frame.data.toString('hex')])).toEqual([
        [true, Buffer.from(bytes).toString('hex')],
        [true, `${Buffer.from('blob').toString('hex')}0001`],
        [true, '020304'],
        [true, '0405'],
        [true, '08090a0b'],
        [true, ''],
        [false, Buffer.from('after').toString('hex')],
      ]);
      socket.close();
      await log.closed();
    });

    test('counts the payload in bufferedAmount, all of one turn of the loop', async () => {
      const { socket, log } = await opened();
      const amounts = ['a', 'é€', new Uint8Array(5), new ArrayBuffer(7), new Blob(['blob']), 'lone \ud800'].map(
        (data) => {
          socket.send(data);
          return socket.bufferedAmount;
        },
      );
      expect(amounts).toEqual([1, 6, 11, 18, 22, 30]);
      socket.close();
      await log.closed();
    });

    test('sends nothing when the socket is closing or closed, and counts it for ever', async () => {
      const { socket, log, peer } = await opened();
      socket.close(1000);
      socket.send('late');
      const whileClosing = socket.bufferedAmount;
      await log.closed();
      socket.send(new Uint8Array(10));
      // undici does not count it.
      expect([whileClosing, socket.bufferedAmount]).toEqual(isOurs ? [4, 14] : [0, 0]);
      await peer.ended();
      expect(peer.texts).toEqual([]);
    });
  });

  describe('a binary message', () => {
    test('is a Blob, or an ArrayBuffer of its own, by the binaryType of that time', async () => {
      const { socket, log, peer } = await opened();
      const bytes = Uint8Array.of(1, 2, 3);
      peer.send(bytes);
      await log.count(2);
      socket.binaryType = 'arraybuffer';
      peer.send(bytes);
      await log.count(3);
      const [, blob, buffer] = log.events.map((event) => (event as MessageEvent).data as unknown);
      expect(blob).toBeInstanceOf(Blob);
      expect((blob as Blob).type).toBe('');
      expect(new Uint8Array(await (blob as Blob).arrayBuffer())).toEqual(bytes);
      expect(buffer).toBeInstanceOf(ArrayBuffer);
      expect(new Uint8Array(buffer as ArrayBuffer)).toEqual(bytes);
      socket.close();
      await log.closed();
    });

    test('has a binaryType that takes its two values only', async () => {
      const seen = await made(
        (socket) =>
          ['arraybuffer', 'nodebuffer', '', null, 'blob', 'arraybuffer', undefined].map((value) => {
            Reflect.set(socket, 'binaryType', value);
            return socket.binaryType;
          }),
        stage.url,
      );
      // undici sets any other value to blob.
      if (isOurs)
        expect(seen).toEqual([
          'arraybuffer',
          'arraybuffer',
          'arraybuffer',
          'arraybuffer',
          'blob',
          'arraybuffer',
          'arraybuffer',
        ]);
    });
  });

  describe('close', () => {
    test.each([
      [[], { code: 1005, reason: '' }],
      [[undefined], { code: 1005, reason: '' }],
      [[undefined, undefined], { code: 1005, reason: '' }],
      [[undefined, 'why'], { code: 1000, reason: 'why' }],
      [[1000], { code: 1000, reason: '' }],
      [[1000, 'bye'], { code: 1000, reason: 'bye' }],
      [['3000', 'é€'], { code: 3000, reason: 'é€' }],
      [[4999, 'lone \ud800'], { code: 4999, reason: 'lone \ufffd' }],
      [[3000.5], { code: 3000, reason: '' }],
      [[3000, 'x'.repeat(123)], { code: 3000, reason: 'x'.repeat(123) }],
      [[3000, null], { code: 3000, reason: 'null' }],
      [[{ valueOf: (): number => 4000 }], { code: 4000, reason: '' }],
    ])('with %j sends the Close frame %j', async (args, frame) => {
      const { socket, log, peer } = await opened();
      socket.close(...args);
      expect(socket.readyState).toBe(CLOSING);
      expect((await peer.fact('wire.closing')).received).toEqual(frame);
      expect(await log.closed()).toEqual(['open', `close ${frame.code} "${frame.reason}" clean`]);
    });

    test.each([0, 999, 1001, 1005, 1006, 1015, 2999, 5000, 65_535, 70_000, -1, Number.NaN, null, '', 'text'])(
      'throws an InvalidAccessError for the code %s, and the socket stays open',
      async (code) => {
        const { socket, log } = await opened();
        expect(thrownBy(() => socket.close(code))).toMatchObject({ name: 'InvalidAccessError', code: 15 });
        expect(socket.readyState).toBe(OPEN);
        socket.close();
        await log.closed();
      },
    );

    test.runIf(isOurs)('rounds the code to the nearest whole number, halves to even; undici cuts it', async () => {
      const { socket, log } = await opened();
      expect(thrownBy(() => socket.close(1000.6))).toMatchObject({ name: 'InvalidAccessError' });
      socket.close(1000.5);
      expect((await log.closed()).at(-1)).toBe('close 1000 "" clean');
    });

    test('throws a SyntaxError for a reason of more than 123 bytes, whatever the code', async () => {
      const { socket, log } = await opened();
      expect(thrownBy(() => socket.close(1000, 'x'.repeat(124)))).toMatchObject({ name: 'SyntaxError' });
      expect(thrownBy(() => socket.close(undefined, 'é'.repeat(62)))).toMatchObject({ name: 'SyntaxError' });
      expect(thrownBy(() => socket.close(1, 'x'.repeat(124)))).toMatchObject({ name: 'InvalidAccessError' });
      socket.close();
      await log.closed();
    });

    test('fails a socket that is connecting: closing at once, then error and close with 1006', async () => {
      const { socket, log } = dialed();
      socket.close(1000, 'never mind');
      const state = socket.readyState;
      // undici fires both at once, within the call.
      expect(state).toBe(isOurs ? CLOSING : CLOSING);
      await log.closed();
      expect(log.lines.at(-1)).toBe('close 1006 "" unclean');
      if (isOurs) expect(log.lines).toEqual(['error', 'close 1006 "" unclean']);
    });

    test('does nothing the second time, nor in its own event', async () => {
      const { socket, log } = await opened();
      socket.onclose = () => socket.close();
      socket.close(3000);
      socket.close(4000);
      await log.closed();
      expect(socket.readyState).toBe(CLOSED);
      socket.close();
      expect(log.lines).toEqual(['open', 'close 3000 "" clean']);
    });

    test('comes after the messages that were sent before, Blobs included', async () => {
      const { socket, log, peer } = await opened();
      socket.send('one');
      socket.send(new Blob(['two']));
      socket.send('three');
      socket.close();
      await log.closed();
      // undici sends the Close at once, and loses what waits behind a Blob.
      expect(peer.texts.slice(0, isOurs ? 3 : 1)).toEqual(isOurs ? ['one', 'two', 'three'] : ['one']);
    });

    test('has messages that come later dropped', async () => {
      const { socket, log, peer } = await opened();
      socket.close();
      await peer.fact('wire.closing');
      expect(await log.closed()).toEqual(['open', 'close 1005 "" clean']);
    });

    test('of the server with an empty frame has code 1005', async () => {
      const { log, peer } = await opened();
      peer.close(1005);
      expect(await log.closed()).toEqual(['open', 'close 1005 "" clean']);
    });
  });
});
