import { exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createJwtAuthenticator, type JwtOptions } from '../../../src/adapters/jwt/index.js';
import { connect, createSupervisor, type Supervisor } from '../../../src/index.js';
import { Issuer } from './issuer.js';

const SECRET = 'a secret of thirty-two bytes, yes';
const key = new TextEncoder().encode(SECRET);
const inAnHour = () => Math.floor(Date.now() / 1000) + 3600;

const signed = (claims: JWTPayload, alg = 'HS256') => new SignJWT(claims).setProtectedHeader({ alg }).sign(key);

let supervisor: Supervisor;
beforeEach(() => {
  supervisor = createSupervisor({ warnWhenFailed: false });
});
afterEach(() => supervisor.terminate());

/** A listener with these options, and a way to dial it with a token: resolves with the data, or the refusal. */
async function listening(options: JwtOptions, protocols: readonly string[] = []) {
  const errors: unknown[] = [];
  supervisor.events$.subscribe((event) => event.type === 'handshake.refused' && errors.push(event.error));
  const { address } = await supervisor.listen({
    port: 0,
    host: '127.0.0.1',
    protocols,
    authenticate: createJwtAuthenticator(options).authenticate,
    handler: async (connection) => {
      const { data, identity } = connection;
      connection.send(JSON.stringify({ data, identity }));
      await connection.closed;
    },
  });
  const dial = async (token: string | undefined, extra: Parameters<typeof connect>[1] = {}, query = '') => {
    const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    try {
      const connection = await connect(`ws://127.0.0.1:${address?.port}/${query}`, { headers, ...extra });
      const said = (await connection.receive())?.json();
      return { connection, said };
    } catch (error) {
      const { report } = error as { readonly report?: { readonly httpStatus?: number; readonly cause?: unknown } };
      return { status: report?.httpStatus };
    }
  };
  return { dial, errors };
}

describe('with a secret', () => {
  test('grants claims as data, the subject as identity, and closes with 3000 when the token ends', async () => {
    const { dial } = await listening({ secret: SECRET, clockToleranceMs: 0 });
    const exp = Math.floor(Date.now() / 1000) + 2;
    const { connection, said } = await dial(await signed({ sub: 'ann', exp, role: 'admin' }));
    expect(said).toEqual({ data: { sub: 'ann', exp, role: 'admin' }, identity: 'ann' });
    const { received } = (await connection?.closed) ?? {};
    expect(received?.code).toBe(3000);
    expect(Date.now()).toBeGreaterThanOrEqual(exp * 1000);
  });

  test.each<[what: string, token: () => Promise<string> | string]>([
    [
      'is signed with another secret',
      () => new SignJWT({ exp: inAnHour() }).setProtectedHeader({ alg: 'HS256' }).sign(new Uint8Array(32)),
    ],
    ['has ended', () => signed({ exp: 1 })],
    ['does not hold yet', () => signed({ exp: inAnHour(), nbf: inAnHour() })],
    ['never ends', () => signed({ sub: 'ann' })],
    ['is of another issuer', () => signed({ exp: inAnHour(), iss: 'https://other.example' })],
    ['is for another service', () => signed({ exp: inAnHour(), iss: 'https://id.example', aud: 'billing' })],
    ['uses another algorithm', () => signed({ exp: inAnHour() }, 'HS384')],
    ['is signed by nobody', () => `${btoa('{"alg":"none"}')}.${btoa(`{"exp":${inAnHour()}}`)}.`.replaceAll('=', '')],
    ['is no token', () => 'open-sesame'],
    [
      'has a subject that is no text',
      () => signed({ ...({ sub: 5 } as object), exp: inAnHour(), iss: 'https://id.example', aud: 'chat' }),
    ],
    ['has an empty subject', () => signed({ sub: '', exp: inAnHour(), iss: 'https://id.example', aud: 'chat' })],
  ])('a token that %s is refused with 401', async (_what, token) => {
    const { dial, errors } = await listening({ secret: SECRET, issuer: 'https://id.example', audience: 'chat' });
    expect(await dial(await token())).toEqual({ status: 401 });
    expect(errors).toEqual([undefined]);
  });

  test('a client without a token is refused with 401, and one with two with 400', async () => {
    const { dial } = await listening({ secret: SECRET, tokenFrom: ['authorization', { query: 'token' }] });
    const token = await signed({ exp: inAnHour() });
    expect(await dial(undefined)).toEqual({ status: 401 });
    expect(await dial(token, {}, `?token=${token}`)).toEqual({ status: 400 });
    expect(await dial(undefined, {}, `?token=${token}&token=${token}`)).toEqual({ status: 400 });
    expect(await dial(undefined, {}, `?token=${token}`)).toMatchObject({ said: { data: {} } });
  });

  test('clocks may differ by the tolerance, and the connection may live as long', async () => {
    const { dial } = await listening({ secret: SECRET, clockToleranceMs: 60_000 });
    const exp = Math.floor(Date.now() / 1000) - 5;
    const { connection } = await dial(await signed({ exp }));
    expect(connection?.state).toBe('open');
  });

  test('a token may end later than any date, or never if that is allowed', async () => {
    const { dial } = await listening({ secret: SECRET, requiredClaims: [] });
    expect(await dial(await signed({ exp: 1e15 }))).toMatchObject({ said: { data: { exp: 1e15 } } });
    expect(await dial(await signed({}))).toMatchObject({ said: { data: {} } });
  });

  test('browsers send it as a subprotocol beside the one that is spoken, or as a cookie', async () => {
    const { dial } = await listening({ secret: SECRET, tokenFrom: [{ subprotocol: 'bearer.' }, { cookie: 'token' }] }, [
      'chat.v1',
    ]);
    const token = await signed({ sub: 'ann', exp: inAnHour() });
    const { connection } = await dial(undefined, { protocols: ['chat.v1', `bearer.${token}`] });
    expect(connection?.protocol).toBe('chat.v1');
    expect(await dial(undefined, { headers: { cookie: `token=${token}` } })).toMatchObject({
      said: { identity: 'ann' },
    });
    expect(await dial(undefined, { protocols: ['chat.v1'] })).toEqual({ status: 401 });
  });
});

test('a public key takes tokens of its type of key only', async () => {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const { dial } = await listening({ publicKey: await exportSPKI(publicKey) });
  const good = await new SignJWT({ exp: inAnHour() }).setProtectedHeader({ alg: 'RS256' }).sign(privateKey);
  expect(await dial(good)).toMatchObject({ said: { data: {} } });
  // Whoever knows the public key could make this one, if it counted as a secret.
  const confused = await new SignJWT({ exp: inAnHour() })
    .setProtectedHeader({ alg: 'HS256' })
    .sign(new TextEncoder().encode(await exportSPKI(publicKey)));
  expect(await dial(confused)).toEqual({ status: 401 });
  const other = await generateKeyPair('ES256');
  const elliptic = await new SignJWT({ exp: inAnHour() }).setProtectedHeader({ alg: 'ES256' }).sign(other.privateKey);
  expect(await dial(elliptic)).toEqual({ status: 401 });
});

describe('with the keys of an issuer', () => {
  test('fetches them once for all that come together, and not again', async () => {
    await using issuer = await Issuer.start();
    let open = () => {};
    issuer.gate = new Promise((resolve) => {
      open = resolve;
    });
    const { dial } = await listening({ jwksUrl: issuer.url });
    const token = await issuer.sign({ sub: 'ann', exp: inAnHour() });
    const dials = Promise.all(Array.from({ length: 10 }, () => dial(token)));
    await expect.poll(() => supervisor.stats().handshakesInFlight).toBe(10);
    open();
    expect((await dials).map(({ said }) => said)).toEqual(
      Array.from({ length: 10 }, () => expect.objectContaining({ identity: 'ann' })),
    );
    await dial(token);
    expect(issuer.fetches).toBe(1);
  });

  test('an issuer that cannot be reached is 503, never 401', async () => {
    await using issuer = await Issuer.start();
    const { dial, errors } = await listening({ jwksUrl: issuer.url });
    const token = await issuer.sign({ exp: inAnHour() });
    for (const answer of [
      { status: 500, body: '' },
      { status: 302, body: '' },
      { status: 200, body: '<html>' },
      { status: 200, body: '{"keys":5}' },
    ]) {
      issuer.answer = answer;
      expect(await dial(token)).toEqual({ status: 503 });
    }
    expect(errors).toHaveLength(4);
    expect(errors[0]).toMatchObject({ name: 'IssuerKeysError', message: expect.stringMatching(/cannot be fetched$/) });
    issuer.answer = undefined;
    expect(await dial(token)).toMatchObject({ said: { data: {} } });
  });

  test('a key that the issuer does not have is 401', async () => {
    await using issuer = await Issuer.start();
    await using stranger = await Issuer.start();
    await stranger.rotate('unknown');
    const { dial } = await listening({ jwksUrl: issuer.url });
    expect(await dial(await stranger.sign({ exp: inAnHour() }, 'unknown'))).toEqual({ status: 401 });
    expect(await dial(await stranger.sign({ exp: inAnHour() }))).toEqual({ status: 401 });
  });
});

test('verify checks a token that came in a message, for renew', async () => {
  const { verify } = createJwtAuthenticator({ secret: SECRET, clockToleranceMs: 0 });
  const exp = inAnHour();
  expect(await verify(await signed({ sub: 'ann', exp }))).toEqual({
    data: { sub: 'ann', exp },
    identity: 'ann',
    expiresAt: exp * 1000,
  });
  expect(await verify('no token')).toBeUndefined();
});
