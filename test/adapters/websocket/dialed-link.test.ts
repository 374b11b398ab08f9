import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { DialedLink, Dialing } from '../../../src/adapters/websocket/dialed-link.js';
import { dialedPlace } from '../../../src/adapters/websocket/dialed-place.js';
import type { RedialEvent } from '../../../src/adapters/websocket/index.js';
import { createSupervisor } from '../../../src/index.js';
import { Log, Stage } from './stage.js';

let stage: Stage;
beforeEach(async () => {
  stage = await Stage.build();
});
afterEach(() => stage[Symbol.asyncDispose]());

const now = () => ({ afterMs: 0 });

describe('a socket with retry', () => {
  test('is connecting again after a loss, opens again, and closes once, at its end', async () => {
    const { socket, log, peer } = await stage.open({ retry: now });
    const states: number[] = [];
    for (const type of ['open', 'redial', 'close']) socket.addEventListener(type, () => states.push(socket.readyState));
    peer.send('1');
    await log.count(2);
    peer.wire.terminate();
    const next = await stage.server.accepted();
    await log.count(4);
    next.send('2');
    await log.count(5);
    socket.send('hello');
    expect((await next.next()).text()).toBe('hello');
    socket.close(3000, 'done');
    expect(await log.closed()).toEqual(['open', 'message 1', 'redial', 'open', 'message 2', 'close 3000 "done" clean']);
    expect(states).toEqual([0, 1, 3]);
  });

  test('has the report of what was lost in the event redial, and throws in send meanwhile', async () => {
    const { socket, log, peer } = await stage.open({ retry: () => ({ afterMs: 60_000 }) });
    peer.close(1012, 'deploy');
    const redial = await log.first<RedialEvent>('redial');
    expect(redial).toMatchObject({ delayMs: 60_000, report: { trigger: 'peer-closed', code: 1012, reason: 'deploy' } });
    expect(socket.report).toBe(redial.report);
    expect(() => socket.send('lost')).toThrow(expect.objectContaining({ name: 'InvalidStateError' }));
    expect(socket.bufferedAmount).toBe(0);
    socket.close();
    expect(socket.readyState).toBe(2);
    expect(await log.closed()).toEqual(['open', 'redial', 'error', 'close 1006 "" unclean']);
  });

  test('fires redial for each attempt that fails, and error and close when the policy gives up', async () => {
    await using away = await Stage.build();
    const { url } = away;
    await away.server[Symbol.asyncDispose]();
    const WebSocket = stage.classWith({ retry: (_report, attempt) => (attempt < 3 ? { afterMs: 0 } : 'stop') });
    const socket = new WebSocket(url);
    const log = new Log(socket);
    expect(await log.closed()).toEqual(['redial', 'redial', 'error', 'close 1006 "" unclean']);
    expect(socket.report).toMatchObject({ trigger: 'dial-failed' });
  });

  test('closes with the code of the peer when the policy gives up after it', async () => {
    const { log, peer } = await stage.open({ retry: () => 'stop' });
    peer.close(4401, 'no');
    expect(await log.closed()).toEqual(['open', 'close 4401 "no" clean']);
  });

  test('ends for good when a listener throws', async () => {
    const { socket, log, peer } = await stage.open({ retry: now });
    const bug = new Error('bug');
    const later: () => unknown = () => Promise.reject(bug);
    socket.addEventListener('message', later);
    peer.send('text');
    expect((await peer.fact('wire.closing')).received.code).toBe(1011);
    expect(await log.closed()).toEqual(['open', 'message text', 'error', 'close 1011 "" clean']);
    expect(socket.report).toMatchObject({ trigger: 'handler-threw', handlerError: bug });
  });
});

describe('the supervisor of a socket', () => {
  test('that stops closes it with 1001', async () => {
    const { socket, log, peer } = await stage.open();
    const stopped = stage.supervisor.stop();
    expect((await peer.fact('wire.closing')).received.code).toBe(1001);
    await stopped;
    expect(await log.closed()).toEqual(['open', 'close 1001 "" clean']);
    expect(socket.report).toMatchObject({ trigger: 'supervisor-stopped' });
  });

  test('that has ended lets no socket dial: error and close follow, as for a server that is away', async () => {
    await stage.supervisor.stop();
    const socket = new (stage.classWith())(stage.url);
    expect(socket.readyState).toBe(0);
    const log = new Log(socket);
    expect(await log.closed()).toEqual(['error', 'close 1006 "" unclean']);
    expect(log.events[0]).toMatchObject({ error: { code: 'WIREKEEPER_ENDED', cause: { code: 'WIREKEEPER_ENDED' } } });
    expect(socket.report).toBe(undefined);
  });

  test('that is stopped while a socket waits for its next attempt ends the socket', async () => {
    const { log, peer } = await stage.open({ retry: () => ({ afterMs: 60_000 }) });
    peer.wire.terminate();
    await log.first('redial');
    await stage.supervisor.stop();
    expect((await log.closed()).slice(-2)).toEqual(['error', 'close 1006 "" unclean']);
  });

  test('sees each socket as a child, and forgets it at the end', async () => {
    const { log, peer } = await stage.open();
    expect(stage.supervisor.countChildren().active).toBe(1);
    peer.close();
    await log.closed();
    expect(stage.supervisor.countChildren().specs).toBe(0);
  });
});

test('the sockets of one class share a supervisor, which is made for the first of them', () => {
  const dialing = new Dialing();
  expect(dialing.supervisor).toBe(dialing.supervisor);
  expect(dialing.supervisor.name).toBe('websocket');
  const supervisor = createSupervisor();
  expect(new Dialing({}, supervisor).supervisor).toBe(supervisor);
});

test('a link refuses options that a dial refuses, at once', () => {
  const events = { opened() {}, received() {}, closing() {}, lost() {}, ended() {} };
  const dialing = new Dialing({ limits: { maxPayloadBytes: 0 } }, stage.supervisor);
  const place = dialedPlace(stage.url, []);
  expect(() => new DialedLink(place, dialing, events)).toThrow(/maxPayloadBytes/);
});
