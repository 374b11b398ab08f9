import { describe, expect, test } from 'vitest';
import { toWeb } from '../../../src/adapters/streams/to-web.js';
import { OptionError } from '../../../src/index.js';
import { eventually } from '../../support/eventually.js';
import { aPair } from './a-pair.js';

describe('web streams of a connection', () => {
  test('read and write whole messages, text as strings, binary as bytes', async () => {
    await using pair = await aPair();
    const { readable, writable, protocol, extensions } = toWeb(pair.near);
    expect([protocol, extensions]).toEqual(['', '']);
    const writer = writable.getWriter();
    await writer.write('text');
    await writer.write(new Uint8Array([1]));
    expect([await pair.far.receive(), await pair.far.receive()]).toEqual([
      { data: Buffer.from('text'), isBinary: false },
      { data: Buffer.from([1]), isBinary: true },
    ]);
    for (const message of ['one', '', new Uint8Array([2])]) pair.far.send(message);
    pair.far.close(1000, 'done');
    const messages: unknown[] = [];
    for await (const message of readable) messages.push(message);
    expect(messages).toEqual(['one', '', Buffer.from([2])]);
  });

  test('read nothing ahead: the peer has to wait for the reader', async () => {
    await using pair = await aPair();
    const { readable } = toWeb(pair.near);
    const chunk = Buffer.alloc(64 * 1024);
    let sent = 0;
    while (pair.far.bufferedBytes < 4 * chunk.length && sent < 2_000) {
      pair.far.send(chunk);
      sent += 1;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(pair.near.toJSON().bytesIn).toBeLessThan(sent * chunk.length);
    const reader = readable.getReader();
    for (let n = 0; n < sent; n += 1) await reader.read();
    expect(pair.near.toJSON().bytesIn).toBe(sent * chunk.length);
  });

  test('write no faster than the peer reads', async () => {
    await using pair = await aPair();
    pair.far.pause();
    const writer = toWeb(pair.near).writable.getWriter();
    const chunk = Buffer.alloc(1024 * 1024);
    let written = 0;
    const writing = (async () => {
      for (; written < 32; written += 1) await writer.write(chunk);
    })();
    await eventually(() => pair.near.bufferedBytes > 0);
    expect(written).toBeLessThan(32);
    pair.far.resume();
    for (let n = 0; n < 32; n += 1) await pair.far.receive();
    await writing;
  });

  test('closed has the code and the reason of the peer', async () => {
    await using pair = await aPair();
    const { closed, close } = toWeb(pair.near);
    close({ closeCode: 4000, reason: 'mine' });
    expect(await closed).toEqual({ closeCode: 4000, reason: 'mine' });
    expect(() => close({ closeCode: 1006 })).toThrow(RangeError);
  });

  test('fail, and closed rejects, when the connection is lost; nobody has to handle that', async () => {
    await using pair = await aPair();
    const { readable, closed } = toWeb(pair.near);
    const reading = readable.getReader().read();
    pair.far.terminate();
    await expect(reading).rejects.toMatchObject({ code: 'WIREKEEPER_ENDED', report: { outcome: 'failed' } });
    await expect(closed).rejects.toMatchObject({ code: 'WIREKEEPER_ENDED' });
  });

  test('closing the writable side and cancelling the readable one close with 1000', async () => {
    await using one = await aPair();
    await toWeb(one.near).writable.close();
    expect((await one.far.closed).received?.code).toBe(1000);
    await using two = await aPair();
    await toWeb(two.near).readable.cancel();
    expect((await two.far.closed).received?.code).toBe(1000);
  });

  test('aborting the writable side closes with 1011, and a write then fails', async () => {
    await using pair = await aPair();
    const { writable } = toWeb(pair.near);
    await writable.abort(new Error('a bug'));
    expect((await pair.far.closed).received).toEqual({ code: 1011, reason: '' });
    await expect(writable.getWriter().write('late')).rejects.toThrow('a bug');
  });

  test('what is no connection is refused', () => {
    expect(() => toWeb({} as never)).toThrow(OptionError);
  });
});
