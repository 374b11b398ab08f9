import { filter, firstValueFrom, take, toArray } from 'rxjs';
import { expect, test } from 'vitest';
import { roomsHandler } from '../../../src/cli/config/rooms.js';
import { createSupervisor, type Dialer, type Group } from '../../../src/index.js';
import { startService } from '../fake-terminal.js';
import { RawClient } from '../raw-client.js';

const TEXT = 1;

test('sends each message to the others of the room as it came, and to nobody else', async () => {
  const { authority, terminal, status } = await startService();
  const [ann, ben, cid] = await Promise.all(
    ['/rooms/a', '/rooms/a', '/rooms/b'].map(async (path) => (await RawClient.open(authority, path)).client),
  );
  ann?.send('from ann');
  expect(await ben?.frame()).toEqual({ opcode: TEXT, payload: Buffer.from('from ann') });
  ben?.send('from ben');
  // Its own message would have come to Ann first.
  expect(await ann?.frame()).toEqual({ opcode: TEXT, payload: Buffer.from('from ben') });
  terminal.raise();
  // Nothing came to the other room: the first frame there is the Close.
  expect((await cid?.frame())?.opcode).toBe(8);
  for (const client of [ann, ben, cid]) client?.drop();
  expect(await status).toBe(0);
});

test('keeps a room as long as somebody is in it', async () => {
  await using supervisor = createSupervisor();
  const rooms = new Map<string, Group>();
  const { address } = await supervisor.listen<unknown>({
    port: 0,
    host: '127.0.0.1',
    path: ['/rooms/*', '/lobby'],
    handler: roomsHandler(rooms),
  });
  const join = (path: string) =>
    supervisor.dial({ url: `ws://127.0.0.1:${address?.port}${path}`, handler: (connection) => connection.closed });
  /** Leaves, and waits until the listener's end is gone as well. */
  const leave = async (dialer: Dialer) => {
    const gone = firstValueFrom(
      supervisor.events$.pipe(
        filter(({ type }) => type === 'connection.ended'),
        take(2),
        toArray(),
      ),
    );
    await dialer.stop();
    await gone;
  };
  const dialers = [join('/rooms/a'), join('/rooms/a'), join('/lobby')] as const;
  await Promise.all(dialers.map((dialer) => dialer.connected()));
  expect([...rooms].map(([name, { size }]) => [name, size])).toEqual(
    expect.arrayContaining([
      ['a', 2],
      ['/lobby', 1],
    ]),
  );
  await leave(dialers[0]);
  expect([...rooms.keys()].sort()).toEqual(['/lobby', 'a']);
  await leave(dialers[1]);
  expect([...rooms.keys()]).toEqual(['/lobby']);
});
