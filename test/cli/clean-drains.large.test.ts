import { afterAll, beforeAll, expect, test } from 'vitest';
import { Compiled } from './compiled.js';
import { RawClient } from './raw-client.js';

/**
 * A signal to the process group of `npm start` comes to the service twice, since npm forwards it as well, at times that
 * differ from run to run: so it is sent many times over. `WIREKEEPER_DRAINS=100 npx vitest run --project large
 * test/cli` sends a hundred.
 */
const DRAINS = Number(process.env['WIREKEEPER_DRAINS'] ?? 5);
const WITHIN_MS = 30_000;
const CLIENTS = 3;

let wirekeeper: Compiled;
beforeAll(async () => {
  wirekeeper = await Compiled.build();
}, 60_000);
afterAll(async () => {
  await wirekeeper.stop();
  await wirekeeper.remove();
});

test(`SIGTERM to the process group of npm start, ${DRAINS} times: as many clean drains`, {
  timeout: DRAINS * WITHIN_MS,
}, async () => {
  for (let drain = 1; drain <= DRAINS; drain += 1) {
    const npm = wirekeeper.startNpm('--port', '0', '--json');
    const [, authority = ''] = await npm.stdout.said(/"http":"http:\/\/([\d.:]+)/, WITHIN_MS);
    const opened = await Promise.all(Array.from({ length: CLIENTS }, () => RawClient.open(authority, '/echo')));
    npm.signalGroup('SIGTERM');
    expect(await Promise.all(opened.map(({ client }) => client.closed()))).toEqual(opened.map(() => 1012));
    const [, account = ''] = await npm.stdout.said(/"event":"drain.ended","report":(.*)\}\n/, WITHIN_MS);
    expect({ drain, ...(JSON.parse(account) as object) }).toMatchObject({
      drain,
      outcome: 'drained',
      total: CLIENTS,
      clean: CLIENTS,
      forced: 0,
    });
    await npm.stdout.said(/"event":"supervisor.stopped"/, WITHIN_MS);
    expect([drain, await npm.status]).toEqual([drain, 0]);
  }
});
