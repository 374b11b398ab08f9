import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { Connection } from '../../src/supervisor/api/connection.js';
import type { DialOptions } from '../../src/supervisor/api/dial-options.js';
import type { Dialer } from '../../src/supervisor/api/dialer.js';
import type { ListenOptions } from '../../src/supervisor/api/listener.js';
import type { Supervisor } from '../../src/supervisor/api/supervisor.js';
import { createSupervisor } from '../../src/supervisor/create-supervisor.js';
import { endingsOf } from '../support/endings.js';
import { hasPythonPeer, PythonPeer } from '../support/python-peer.js';
import { urlOf } from '../support/undici-client.js';

/** Each peer is a process that has to start. */
vi.setConfig({ testTimeout: 20_000 });

const MISSING = 'python3-websockets is not installed: run scripts/install-peers.sh';

// Where every peer is asked for, a missing one is a failure and no skipped test.
if (!hasPythonPeer) {
  test(MISSING, (context) => {
    if (process.env['WIREKEEPER_REQUIRE_PEERS'] === '1') throw new Error(MISSING);
    context.skip(MISSING);
  });
}

let supervisor: Supervisor;

beforeEach(() => {
  supervisor = createSupervisor();
});
afterEach(() => supervisor.stop());

const echo = async (connection: Connection) => {
  for await (const frame of connection) connection.send(frame);
};

const SIZES = [0, 1, 125, 126, 65_535, 65_536, 1_000_000];

/** Codes and reasons that either side may begin an ending with. */
const CLOSES = [
  [1000, ''],
  [1001, 'going away'],
  [1011, 'ünïcode'],
  [3000, 'x'.repeat(123)],
  [4999, 'private'],
] as const;

describe.skipIf(!hasPythonPeer)('as a client of our listener, python3-websockets', () => {
  async function serve(options: Partial<ListenOptions> = {}): Promise<string> {
    return urlOf(await supervisor.listen({ port: 0, host: '127.0.0.1', handler: echo, ...options }));
  }

  describe.each([false, true])('with perMessageDeflate %s', (perMessageDeflate) => {
    test('gets text and binary of every size back', async () => {
      await using peer = PythonPeer.client(await serve({ perMessageDeflate }));
      expect(await peer.next('open')).toMatchObject({ extensions: perMessageDeflate ? ['permessage-deflate'] : [] });
      for (const bytes of SIZES) {
        const base64 = Buffer.alloc(bytes, 'binary').toString('base64');
        peer.do({ do: 'text', text: 'ü'.repeat(bytes / 2) });
        expect((await peer.next('message')).text).toHaveLength(Math.floor(bytes / 2));
        peer.do({ do: 'binary', base64 });
        expect((await peer.next('message')).base64 === base64).toBe(true);
      }
    });

    test('gets a message sent in fragments back as one', async () => {
      await using peer = PythonPeer.client(await serve({ perMessageDeflate }));
      peer.do({ do: 'fragments', texts: ['one ', 'two ', 'three'] });
      expect(await peer.next('message')).toMatchObject({ text: 'one two three' });
    });
  });

  test.each(CLOSES)('sees our Close %i with its reason', async (code, reason) => {
    await using peer = PythonPeer.client(await serve({ handler: () => ({ code, reason }) }));
    expect(await peer.next('closed')).toMatchObject({ code, reason });
    expect(await endingsOf(supervisor)).toMatchObject([
      { outcome: 'closed', code, reason, startedBy: 'local', wasClean: true, received: { code, reason } },
    ]);
  });

  test.each(CLOSES)('ends with Close %i, which is in the report', async (code, reason) => {
    await using peer = PythonPeer.client(await serve());
    await peer.next('open');
    peer.do({ do: 'close', code, reason });
    expect(await peer.next('closed')).toMatchObject({ code, reason });
    expect(await endingsOf(supervisor)).toMatchObject([
      { outcome: 'closed', code, reason, startedBy: 'peer', trigger: 'peer-closed', wasClean: true },
    ]);
  });

  test('answers our Ping, and gets its own answered', async () => {
    await using peer = PythonPeer.client(await serve({ liveness: { pingEveryMs: 20, answerWithinMs: 1_000 } }));
    await peer.next('pinged');
    peer.do({ do: 'ping', payload: 'are you there' });
    expect(await peer.next('pong')).toMatchObject({ payload: 'are you there' });
  });

  test('agrees on a subprotocol', async () => {
    await using peer = PythonPeer.client(await serve({ protocols: ['v2', 'v1'] }), 'v1', 'v2');
    expect(await peer.next('open')).toMatchObject({ subprotocol: 'v2' });
  });
});

describe.skipIf(!hasPythonPeer)('as a server of our dialer, python3-websockets', () => {
  let peer: PythonPeer;
  let url: string;

  beforeEach(async () => {
    ({ peer, url } = await PythonPeer.server('v2', 'v1'));
  });
  afterEach(async () => {
    await supervisor.stop();
    await peer[Symbol.asyncDispose]();
  });

  const dial = (options: Partial<DialOptions> = {}): Dialer =>
    supervisor.dial({
      url,
      retry: () => 'stop',
      handler: (connection) => connection.closed.then(() => {}),
      ...options,
    });

  describe.each([false, true])('with perMessageDeflate %s', (perMessageDeflate) => {
    test('is sent text and binary of every size, and sends the same back', async () => {
      const connection = await dial({ perMessageDeflate }).connected();
      expect(await peer.next('open')).toMatchObject({ extensions: perMessageDeflate ? ['permessage-deflate'] : [] });
      for (const bytes of SIZES) {
        const data = Buffer.alloc(bytes, 'binary');
        connection.send(data);
        expect((await peer.next('message')).base64 === data.toString('base64')).toBe(true);
        peer.do({ do: 'binary', base64: data.toString('base64') });
        expect((await connection.receive())?.data.equals(data)).toBe(true);
        connection.send('ü'.repeat(bytes / 2));
        expect((await peer.next('message')).text).toHaveLength(Math.floor(bytes / 2));
        peer.do({ do: 'text', text: 'ü' });
        expect(await connection.receive()).toMatchObject({ isBinary: false, data: Buffer.from('ü') });
      }
    });

    test('has its fragments put together', async () => {
      const connection = await dial({ perMessageDeflate }).connected();
      peer.do({ do: 'fragments', texts: ['one ', 'two ', 'three'] });
      expect((await connection.receive())?.data.toString()).toBe('one two three');
    });
  });

  test.each(CLOSES)('sees our Close %i with its reason', async (code, reason) => {
    const connection = await dial().connected();
    connection.close(code, reason);
    expect(await peer.next('closed')).toMatchObject({ code, reason });
    expect(await connection.closed).toMatchObject({
      outcome: 'closed',
      code,
      reason,
      startedBy: 'local',
      wasClean: true,
      received: { code, reason },
    });
  });

  test.each(CLOSES)('ends with Close %i, which is in the report', async (code, reason) => {
    const connection = await dial().connected();
    peer.do({ do: 'close', code, reason });
    expect(await connection.closed).toMatchObject({
      outcome: 'closed',
      code,
      reason,
      startedBy: 'peer',
      trigger: 'peer-closed',
      wasClean: true,
    });
    expect(await peer.next('closed')).toMatchObject({ code, reason });
  });

  test('answers our Ping, and gets its own answered', async () => {
    await dial({ liveness: { pingEveryMs: 20, answerWithinMs: 1_000 } }).connected();
    await peer.next('pinged');
    peer.do({ do: 'ping', payload: 'are you there' });
    expect(await peer.next('pong')).toMatchObject({ payload: 'are you there' });
  });

  test('agrees on a subprotocol', async () => {
    const connection = await dial({ protocols: ['v3', 'v1'] }).connected();
    expect(connection.protocol).toBe('v1');
    expect(await peer.next('open')).toMatchObject({ subprotocol: 'v1' });
  });
});
