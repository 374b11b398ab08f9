import { expect } from 'vitest';
import { connect } from '../../src/index.js';
import { PROTOCOL } from '../../src/inspect/dashboard/protocol.js';

/** Visits a dashboard as its page does, beside the ordinary route `/` and the WebSockets of `/live` on one server. */
export async function visitDashboard(authority: string): Promise<void> {
  expect(await (await fetch(`http://${authority}/`)).text()).toBe('An ordinary route.\n');
  const page = await fetch(`http://${authority}/_wirekeeper/`);
  expect([page.status, await page.text()]).toEqual([200, expect.stringContaining('<!doctype html>')]);
  expect((await fetch(`http://${authority}/nowhere`)).status).toBe(404);

  const guest = await connect(`ws://${authority}/live`);
  const feed = await connect(`ws://${authority}/_wirekeeper/feed`, { protocols: [PROTOCOL] });
  feed.send(JSON.stringify({ type: 'look', look: 1, table: 'connections', query: {}, first: 0, count: 5 }));
  let rows: unknown;
  for await (const frame of feed) {
    const message = frame.json() as { readonly type: string };
    if (message.type !== 'rows') continue;
    rows = message;
    break;
  }
  expect(rows).toMatchObject({ total: 1, rows: [{ role: 'accepted' }] });
  guest.close();
  feed.close();
  await Promise.all([guest.closed, feed.closed]);
}
