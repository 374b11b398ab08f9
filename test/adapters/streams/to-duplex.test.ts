import { once } from 'node:events';
import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { describe, expect, test } from 'vitest';
import { toDuplex } from '../../../src/adapters/streams/to-duplex.js';
import { OptionError } from '../../../src/index.js';
import { eventually } from '../../support/eventually.js';
import { aPair } from './a-pair.js';

describe('what is written', () => {
  test('is sent chunk by chunk, a string as text, bytes as binary', async () => {
    await using pair = await aPair();
    const duplex = toDuplex(pair.near);
    duplex.write('schön');
    duplex.write(Buffer.from([1, 2]));
    duplex.write('0102', 'hex');
    const frames = [await pair.far.receive(), await pair.far.receive(), await pair.far.receive()];
    expect(frames).toEqual([
      { data: Buffer.from('schön'), isBinary: false },
      { data: Buffer.from([1, 2]), isBinary: true },
      { data: Buffer.from([1, 2]), isBinary: true },
    ]);
  });

  test('is held back while the peer does not read, and arrives when it does', async () => {
    await using pair = await aPair();
    const duplex = toDuplex(pair.near);
    pair.far.pause();
    const chunk = Buffer.alloc(256 * 1024, 'x');
    let written = 0;
    const source = new Readable({
      read() {
        written += 1;
        this.push(written > 80 ? null : chunk);
      },
    });
    const sending = pipeline(source, duplex, { end: false });
    await eventually(() => pair.near.bufferedBytes > 0);
    const { bufferedBytes } = pair.near;
    expect(written).toBeLessThan(80);
    expect(bufferedBytes).toBeLessThan(2 * chunk.length);
    pair.far.resume();
    let bytes = 0;
    while (bytes < 80 * chunk.length) bytes += (await pair.far.receive())?.data.length ?? 0;
    await sending;
  });

  test('fails when the connection takes no more', async () => {
    await using pair = await aPair();
    const duplex = toDuplex(pair.near);
    pair.near.close();
    duplex.write('late');
    const [error] = await once(duplex, 'error');
    expect(error).toMatchObject({ code: 'WIREKEEPER_NOT_SENT', fate: 'closed' });
  });
});

describe('what is read', () => {
  test('is bytes, without the bounds of messages', async () => {
    await using pair = await aPair();
    const duplex = toDuplex(pair.near);
    for (const text of ['one', '', 'two']) pair.far.send(text);
    pair.far.close(1000);
    let all = '';
    for await (const chunk of duplex) {
      expect(chunk).toBeInstanceOf(Buffer);
      all += String(chunk);
    }
    expect(all).toBe('onetwo');
  });

  test('is whole messages with readableObjectMode, empty ones too', async () => {
    await using pair = await aPair();
    const duplex = toDuplex(pair.near, { readableObjectMode: true });
    for (const message of ['one', '', new Uint8Array([1])]) pair.far.send(message);
    pair.far.close(1001);
    const chunks: unknown[] = [];
    for await (const chunk of duplex) chunks.push(chunk);
    expect(chunks).toEqual(['one', '', Buffer.from([1])]);
  });

  test('is not read from the socket while nobody reads the stream', async () => {
    await using pair = await aPair();
    const duplex = toDuplex(pair.near, { readableHighWaterMark: 1 });
    duplex.read(0);
    const chunk = Buffer.alloc(64 * 1024);
    let sent = 0;
    while (pair.far.bufferedBytes < 4 * chunk.length && sent < 2_000) {
      pair.far.send(chunk);
      sent += 1;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(pair.near.toJSON().bytesIn).toBeLessThan(sent * chunk.length);
    let bytes = 0;
    duplex.on('data', (data: Buffer) => {
      bytes += data.length;
    });
    await eventually(() => bytes === sent * chunk.length);
    duplex.end();
    await once(duplex, 'close');
  });

  test('is refused to a second consumer', async () => {
    await using pair = await aPair();
    pair.near.frames$.subscribe();
    const duplex = toDuplex(pair.near);
    duplex.resume();
    const [error] = await once(duplex, 'error');
    expect(error).toBeInstanceOf(OptionError);
  });
});

describe('the end', () => {
  test('by end() closes with 1000 after what was written, and the stream ends when the peer has answered', async () => {
    await using pair = await aPair();
    const duplex = toDuplex(pair.near);
    pair.far.send('last');
    duplex.end('bye');
    let all = '';
    for await (const chunk of duplex) all += String(chunk);
    expect((await pair.far.receive())?.text()).toBe('bye');
    expect((await pair.far.closed).received).toEqual({ code: 1000, reason: '' });
    expect([all, duplex.destroyed, duplex.errored]).toEqual(['last', true, null]);
  });

  test("by the peer's Close with another code destroys the stream with the report, after what came before", async () => {
    await using pair = await aPair();
    const duplex = toDuplex(pair.near);
    pair.far.send('before');
    pair.far.close(4001, 'no more');
    let all = '';
    const reading = (async () => {
      for await (const chunk of duplex) all += String(chunk);
    })();
    await expect(reading).rejects.toMatchObject({
      code: 'WIREKEEPER_ENDED',
      report: { code: 4001, startedBy: 'peer' },
    });
    expect(all).toBe('before');
  });

  test('by a loss destroys the stream with the report', async () => {
    await using pair = await aPair();
    const duplex = toDuplex(pair.near);
    duplex.resume();
    pair.far.terminate();
    const [error] = await once(duplex, 'error');
    expect(error).toMatchObject({ code: 'WIREKEEPER_ENDED', report: { outcome: 'failed' } });
  });

  test('by destroy(error) tells the peer by 1011, without the error', async () => {
    await using pair = await aPair();
    const duplex = toDuplex(pair.near);
    duplex.on('error', () => {});
    duplex.destroy(new Error('a secret'));
    await new Promise((resolve) => duplex.once('close', resolve));
    expect((await pair.far.closed).received).toEqual({ code: 1011, reason: '' });
    expect(pair.near.report).toMatchObject({ trigger: 'handler-threw', code: 1011, cause: { message: 'a secret' } });
  });

  test('by destroy() drops TCP, and close comes when the connection has ended', async () => {
    await using pair = await aPair();
    const duplex = toDuplex(pair.near);
    duplex.destroy();
    await once(duplex, 'close');
    expect(pair.near.report?.trigger).toBe('terminated');
  });

  test('of a pipeline whose other stream fails tells the peer', async () => {
    await using pair = await aPair();
    pair.far.send('x');
    const failing = new Writable({ write: (_chunk, _encoding, done) => done(new Error('the disk is full')) });
    await expect(pipeline(toDuplex(pair.near), failing)).rejects.toThrow('the disk is full');
    expect((await pair.far.closed).received?.code).toBe(1011);
  });
});

test.each([
  [{ readableObjectMode: 1 }, 'toDuplex: readableObjectMode is 1; allowed are true and false.'],
  [{ readableHighWaterMark: -1 }, 'toDuplex: readableHighWaterMark is -1; allowed are whole numbers from 0 on.'],
  [{ objectMode: true }, 'toDuplex: objectMode'],
])('the options %o are refused', async (options, message) => {
  await using pair = await aPair();
  expect(() => toDuplex(pair.near, options as never)).toThrow(message);
});

test.each([
  [undefined],
  [null],
  ['x'],
  [{}],
  [
    new Proxy(
      {},
      {
        get: () => {
          throw new Error('no');
        },
      },
    ),
  ],
])('what is no connection is refused: %#', (given) => {
  expect(() => toDuplex(given as never)).toThrow(OptionError);
});
