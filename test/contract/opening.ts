import { describe, expect, test } from 'vitest';
import { SCRIPTED_WIRE_OPTIONS, ScriptedPeer } from '../../src/testing/scripted-peer.js';
import { ScriptedServer } from '../../src/testing/scripted-server.js';
import type { Upgrade } from '../../src/transport/transport.js';
import { eventually, type Held, type Scene } from './harness.js';

/** A server that leaves opening handshakes to the test. */
async function undecided(scene: Scene): Promise<{ url: string; nextUpgrade(): Promise<Upgrade> }> {
  const upgrades: Upgrade[] = [];
  const server = await scene.listen({ onUpgrade: (upgrade) => upgrades.push(upgrade) });
  return {
    url: server.url,
    async nextUpgrade() {
      await eventually(() => upgrades.length > 0);
      return upgrades.shift() as Upgrade;
    },
  };
}

/** Accepts, with an owner that ends the wire. */
function accept(upgrade: Upgrade, protocol?: string): ScriptedPeer {
  const wire = upgrade.accept(protocol, SCRIPTED_WIRE_OPTIONS);
  if (wire === undefined) throw new Error('the client has gone away');
  return new ScriptedPeer(wire);
}

const KEY_BYTES = 16;

export function describeOpening(held: Held): void {
  describe('the opening', () => {
    test(
      'hands out a dialed wire that is not open yet and sends nothing',
      held(async (scene) => {
        const server = await scene.listen();
        const dialed = scene.dial(server.url);
        expect(dialed.wire).toMatchObject({ role: 'dialed', protocol: '', bufferedBytes: 0, heardAt: 0 });
        expect(dialed.wire.send('too early', false)).toBe(false);
        expect(dialed.facts).toEqual([]);
        await dialed.fact('wire.opened');
        expect(dialed.wire.send('now', false)).toBe(true);
        expect((await (await server.accepted()).received(1)).map(({ data }) => data.toString())).toEqual(['now']);
      }),
    );

    test(
      'is a fact of dialed wires only: accepted ones are handed out open',
      held(async (scene) => {
        const { near: accepted, far: dialed } = await scene.pair('accepted');
        expect(dialed.facts).toEqual([{ type: 'wire.opened', protocol: '', remoteAddress: dialed.wire.remoteAddress }]);
        expect(accepted.facts).toEqual([]);
        expect(accepted.wire.role).toBe('accepted');
        expect(accepted.wire.remoteAddress).toEqual(expect.any(String));
        expect(dialed.wire.remoteAddress).toEqual(expect.any(String));
      }),
    );

    test(
      "shows the server the client's request (RFC 6455 section 4.1)",
      held(async (scene) => {
        const { url, nextUpgrade } = await undecided(scene);
        scene.dial(`${url}rooms/1?since=7`, { headers: { 'X-Token': 'abc' }, protocols: ['chat', 'superchat'] });
        const upgrade = await nextUpgrade();
        const { method, url: path, headers, remoteAddress, isSecure } = upgrade.request;
        const isStream = scene.harness.isWithinHttp2 === true;
        expect({ method, path, remoteAddress, isSecure }).toEqual({
          method: isStream ? 'CONNECT' : 'GET',
          path: '/rooms/1?since=7',
          remoteAddress: expect.any(String),
          isSecure: scene.harness.scheme === 'wss',
        });
        expect(headers).toMatchObject({
          host: new URL(url).host,
          ...(isStream ? {} : { upgrade: 'websocket', connection: 'Upgrade' }),
          'sec-websocket-version': '13',
          'sec-websocket-protocol': 'chat,superchat',
          'x-token': 'abc',
        });
        if (isStream) expect(upgrade.request.connectProtocol).toBe('websocket');
        else expect(Buffer.from(String(headers['sec-websocket-key']), 'base64')).toHaveLength(KEY_BYTES);
        upgrade.refuse({ status: 403 });
      }),
    );

    test(
      'knows the URL that was dialed, also when it has ended; an accepted wire has none',
      held(async (scene) => {
        const server = await scene.listen();
        const url = `${server.url}feed?since=7`;
        const dialed = scene.dial(url);
        const known = url.replace(/^ws:/, `${scene.harness.scheme ?? 'ws'}:`);
        expect(dialed.wire.url).toBe(known);
        await dialed.fact('wire.opened');
        expect(dialed.wire.url).toBe(known);
        expect((await server.accepted()).wire.url).toBeUndefined();
        dialed.wire.terminate();
        await dialed.ended();
        expect(dialed.wire.url).toBe(known);
      }),
    );

    test.each([
      [true, true, 'permessage-deflate'],
      [true, false, ''],
      [false, true, ''],
    ])('where the client offers permessage-deflate: %s, and the server: %s, has the extensions %j', (near, far, both) =>
      held(async (scene) => {
        const options = (perMessageDeflate: boolean) => ({ ...SCRIPTED_WIRE_OPTIONS, perMessageDeflate });
        const server = await scene.listen({ options: options(far) });
        const dialed = scene.dial(server.url, { options: options(near) });
        expect(dialed.wire.extensions).toBe('');
        await dialed.fact('wire.opened');
        expect([dialed.wire.extensions, (await server.accepted()).wire.extensions]).toEqual([both, both]);
        const answered = dialed.wire.response?.headers['sec-websocket-extensions'];
        expect(String(answered ?? '').split(';')[0]).toBe(both);
      })(),
    );

    test(
      'settles on the subprotocol that the server has chosen',
      held(async (scene) => {
        const { url, nextUpgrade } = await undecided(scene);
        const dialed = scene.dial(url, { protocols: ['chat', 'superchat'] });
        const upgrade = await nextUpgrade();
        expect(accept(upgrade, 'superchat').wire.protocol).toBe('superchat');
        expect(await dialed.fact('wire.opened')).toMatchObject({ protocol: 'superchat' });
        expect(dialed.wire.protocol).toBe('superchat');
      }),
    );

    test(
      'shows the client the header fields of the 101 (RFC 6455 section 4.2.2)',
      held(async (scene) => {
        const { url, nextUpgrade } = await undecided(scene);
        const dialed = scene.dial(url, { protocols: ['chat'] });
        const upgrade = await nextUpgrade();
        expect(dialed.wire.response).toBeUndefined();
        const wire = upgrade.accept('chat', SCRIPTED_WIRE_OPTIONS, {
          'Set-Cookie': ['a=1; Path=/', 'b=2'],
          'X-Node': 'seven',
          'X-Zones': ['eu', 'us'],
        });
        if (wire === undefined) throw new Error('the client has gone away');
        const accepted = new ScriptedPeer(wire);
        await dialed.fact('wire.opened');
        expect(dialed.wire.response?.headers).toMatchObject({
          upgrade: 'websocket',
          connection: 'Upgrade',
          'sec-websocket-protocol': 'chat',
          'set-cookie': ['a=1; Path=/', 'b=2'],
          'x-node': 'seven',
          'x-zones': 'eu, us',
        });
        expect(accepted.wire.response).toBeUndefined();
      }),
    );

    test.each([
      ['none of the subprotocols that were offered', undefined],
      ['a subprotocol that was not offered', 'other'],
    ])('fails a dial whose server chooses %s', (_what, chosen) =>
      held(async (scene) => {
        const { url, nextUpgrade } = await undecided(scene);
        const dialed = scene.dial(url, { protocols: ['chat'] });
        const upgrade = await nextUpgrade();
        const accepted = accept(upgrade, chosen);
        expect(await dialed.ended()).toMatchObject({ kind: 'dial-failed', cause: expect.any(Error) });
        expect(dialed.facts.map(({ type }) => type)).toEqual(['wire.closed']);
        expect((await accepted.ended()).sent).toBeUndefined();
      })(),
    );

    test.each([
      // status  headers                     reported
      [401, { 'WWW-Authenticate': 'Bearer' }, { httpStatus: 401 }],
      [503, { 'Retry-After': '7' }, { httpStatus: 503, retryAfterMs: 7_000 }],
      [429, { 'retry-after': '0' }, { httpStatus: 429, retryAfterMs: 0 }],
      [500, { 'Retry-After': 'soon' }, { httpStatus: 500 }],
    ])('refused with %i %j ends as %j', (status, headers, reported) =>
      held(async (scene) => {
        const server = await scene.listen({ onUpgrade: (upgrade) => upgrade.refuse({ status, headers }) });
        const dialed = scene.dial(server.url);
        expect(await dialed.ended()).toEqual({
          kind: 'refused',
          cause: expect.any(Error),
          unconfirmed: { frames: 0, bytes: 0 },
          ...reported,
        });
        expect(dialed.facts).toHaveLength(1);
      })(),
    );

    test(
      'has header fields and the beginning of the body of a refusal, which nothing writes down',
      held(async (scene) => {
        const answer = { status: 401, headers: { 'X-Why': 's3cret' }, body: `s3cret${'x'.repeat(10_000)}` };
        const server = await scene.listen({ onUpgrade: (upgrade) => upgrade.refuse(answer) });
        const end = await scene.dial(server.url).ended();
        expect(end.httpResponse).toMatchObject({
          headers: { 'x-why': 's3cret' },
          body: answer.body.slice(0, 4_096),
        });
        expect(JSON.stringify({ ...end })).not.toContain('s3cret');
      }),
    );

    test(
      'reads a Retry-After that is a date',
      held(async (scene) => {
        const inAMinute = new Date(Date.now() + 60_000).toUTCString();
        const server = await scene.listen({
          onUpgrade: (upgrade) => upgrade.refuse({ status: 503, headers: { 'Retry-After': inAMinute } }),
        });
        const { retryAfterMs = 0 } = await scene.dial(server.url).ended();
        expect(retryAfterMs).toBeGreaterThan(50_000);
        expect(retryAfterMs).toBeLessThanOrEqual(60_000);
      }),
    );

    test(
      'is refused with 404 where nobody wants the request',
      held(async (scene) => {
        const server = await scene.listen({ wants: (request) => request.url !== '/' });
        expect(await scene.dial(server.url).ended()).toMatchObject({ kind: 'refused', httpStatus: 404 });
        await scene.dial(`${server.url}rooms`).fact('wire.opened');
      }),
    );

    test(
      'fails with ECONNREFUSED where nobody listens',
      held(async (scene) => {
        const server = await ScriptedServer.listen(scene.transport);
        const { url } = server;
        await server[Symbol.asyncDispose]();
        const end = await scene.dial(url).ended();
        const refused = { code: 'ECONNREFUSED', syscall: 'connect', errno: expect.any(Number) };
        expect(end).toMatchObject(
          scene.harness.unreachable === undefined
            ? { kind: 'dial-failed', cause: refused }
            : { kind: scene.harness.unreachable },
        );
        expect(end.cause).toBeInstanceOf(Error);
      }),
    );

    test.each(['close', 'terminate'] as const)('is cancelled by %s, and both sides report it', (how) =>
      held(async (scene) => {
        const { url, nextUpgrade } = await undecided(scene);
        const dialed = scene.dial(url);
        const upgrade = await nextUpgrade();
        const { signal } = upgrade;
        expect(signal.aborted).toBe(false);
        dialed.wire[how](1000, '');
        expect(dialed.facts).toEqual([]);
        expect(await dialed.ended()).toEqual({
          kind: 'dial-failed',
          cause: expect.any(Error),
          unconfirmed: { frames: 0, bytes: 0 },
        });
        expect(dialed.facts).toHaveLength(1);
        await eventually(() => signal.aborted);
        expect(upgrade.accept(undefined, SCRIPTED_WIRE_OPTIONS)).toBeUndefined();
      })(),
    );

    test(
      'takes a refusal that comes after it was called off',
      held(async (scene) => {
        const { url, nextUpgrade } = await undecided(scene);
        const dialed = scene.dial(url);
        const upgrade = await nextUpgrade();
        dialed.wire.terminate();
        await eventually(() => upgrade.signal.aborted);
        upgrade.refuse({ status: 403 });
        expect(await dialed.ended()).toMatchObject({ kind: 'dial-failed' });
      }),
    );

    test(
      'is called off in the tick of the dial, and again',
      held(async (scene) => {
        const server = await scene.listen();
        const dialed = scene.dial(server.url);
        dialed.wire.close(1000, '');
        dialed.wire.terminate();
        expect(await dialed.ended()).toMatchObject({ kind: 'dial-failed', cause: expect.any(Error) });
        expect(dialed.facts).toHaveLength(1);
      }),
    );

    test(
      'is answered once',
      held(async (scene) => {
        const { url, nextUpgrade } = await undecided(scene);
        const dialed = scene.dial(url);
        const upgrade = await nextUpgrade();
        accept(upgrade);
        expect(() => upgrade.accept(undefined, SCRIPTED_WIRE_OPTIONS)).toThrow('once');
        expect(() => upgrade.refuse({ status: 403 })).toThrow('once');
        await dialed.fact('wire.opened');
      }),
    );

    test.each([
      ['a URL that is none', { url: 'not a url' }],
      ['a scheme that is not for WebSockets', { url: 'ftp://127.0.0.1/' }],
      ['a fragment', { url: 'ws://127.0.0.1/#fragment' }],
      ['a repeated subprotocol', { protocols: ['chat', 'chat'] }],
      ['a subprotocol that is no token', { protocols: ['two words'] }],
    ])('throws a SyntaxError for %s', (_what, wrong) =>
      held(async ({ transport }) => {
        const request = {
          url: 'ws://127.0.0.1/',
          headers: {},
          protocols: [],
          tls: {},
          options: SCRIPTED_WIRE_OPTIONS,
          ...wrong,
        };
        expect(() => transport.dial(request)).toThrow(SyntaxError);
      })(),
    );

    test(
      'is emitted before the frames that were sent in the tick of the accept',
      held(async (scene) => {
        const { url, nextUpgrade } = await undecided(scene);
        const dialed = scene.dial(url);
        const order: string[] = [];
        dialed.wire.facts$.subscribe(({ type }) => order.push(type));
        dialed.wire.frames$.subscribe(({ data }) => order.push(data.toString()));
        const upgrade = await nextUpgrade();
        const accepted = accept(upgrade);
        accepted.wire.send('one', false);
        accepted.wire.send('two', false);
        accepted.wire.close(4000, '');
        await Promise.all([dialed.ended(), accepted.ended()]);
        expect(order).toEqual(['wire.opened', 'one', 'two', 'wire.closing', 'wire.closed']);
      }),
    );

    test(
      'rejects to listen on a port that is taken, with EADDRINUSE',
      held(async (scene) => {
        const { port } = await scene.listen();
        await expect(scene.listen({ port })).rejects.toMatchObject({ code: 'EADDRINUSE', syscall: 'listen' });
      }),
    );

    test(
      'is over for newcomers when the acceptor is closed, while open wires go on',
      held(async (scene) => {
        const accepted: ScriptedPeer[] = [];
        const target = { kind: 'port', port: 0, host: '127.0.0.1', backlog: 511 } as const;
        const take = (upgrade: Upgrade) => accepted.push(accept(upgrade));
        const acceptor = await scene.transport.listen(
          target,
          () => true,
          take,
          () => {},
        );
        const port = acceptor.address?.port ?? 0;
        const dialed = scene.dial(`ws://127.0.0.1:${port}/`);
        await dialed.fact('wire.opened');
        await acceptor.close();
        await acceptor.close();
        expect(acceptor.address).toBeUndefined();
        const { unreachable = 'dial-failed' } = scene.harness;
        expect(await scene.dial(`ws://127.0.0.1:${port}/`).ended()).toMatchObject({ kind: unreachable });
        accepted[0]?.wire.send('still here', false);
        await dialed.received(1);
        await scene.listen({ port });
        dialed.wire.close(1000, '');
        expect(await accepted[0]?.ended()).toMatchObject({ kind: 'closed' });
      }),
    );
  });
}
