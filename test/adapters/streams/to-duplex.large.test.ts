import { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { expect, test } from 'vitest';
import { toDuplex } from '../../../src/adapters/streams/index.js';
import { aPair } from './a-pair.js';

const MIB = 1024 * 1024;
const GIB = 1024 * MIB;
const CHUNK = Buffer.alloc(64 * 1024, 'x');
const MOST_GROWTH = 192 * MIB;
const WITHIN_MS = 240_000;

// One stream in each direction of the test's process: what it grows is what both ends hold.
test(
  'a GiB through a Duplex that its reader pauses again and again keeps the memory bounded',
  async () => {
    const unbounded = { maxBytesPerSecond: Number.POSITIVE_INFINITY, maxMessagesPerSecond: Number.POSITIVE_INFINITY };
    await using pair = await aPair({ limits: unbounded });
    let left = GIB;
    const source = new Readable({
      read() {
        this.push(left > 0 ? CHUNK : null);
        left -= CHUNK.length;
      },
    });
    let received = 0;
    let most = 0;
    let pauses = 0;
    let nextPause = 64 * MIB;
    const before = process.memoryUsage.rss();
    const sink = new Writable({
      write(chunk: Buffer, _encoding, done) {
        received += chunk.length;
        most = Math.max(most, process.memoryUsage.rss());
        if (received < nextPause) done();
        else {
          nextPause += 64 * MIB;
          pauses += 1;
          // The reader does something else for a while: the writer has to wait.
          setTimeout(done, 200);
        }
      },
    });
    const begin = performance.now();
    await Promise.all([pipeline(source, toDuplex(pair.near)), pipeline(toDuplex(pair.far), sink)]);
    const seconds = (performance.now() - begin) / 1_000;
    process.stdout.write(
      `1 GiB in ${seconds.toFixed(1)} s with ${pauses} pauses: RSS grew by ${((most - before) / MIB).toFixed(0)} MiB at most\n`,
    );
    expect(received).toBe(GIB);
    expect(pauses).toBe(16);
    expect(most - before).toBeLessThan(MOST_GROWTH);
  },
  WITHIN_MS,
);
