import type { Supervisor } from '../../index.js';
import { logEntry } from '../../inspect/index.js';
import { dialerHandler } from '../config/behaviours.js';
import type { DialerConfig } from '../config/config.js';
import { located } from '../config/located.js';
import type { Log } from '../output/log.js';
import type { ServedCluster } from './cluster.js';
import type { Route } from './http-server.js';
import type { Plan } from './plan.js';

/**
 * Starts the listeners of a plan, without a port. An error names its place in the plan's file.
 *
 * @param hosts that requests may name; `undefined` for every host.
 * @param cluster whose nodes the rooms span; `undefined` for rooms of this process.
 */
export async function startListeners(
  supervisor: Supervisor,
  { file, listeners, settings: { trustProxy } }: Plan,
  hosts: readonly string[] | undefined,
  cluster?: Pick<ServedCluster, 'roomsHandler'>,
): Promise<Route[]> {
  const routes: Route[] = [];
  for (const { place, paths, options: planned, hasRooms } of listeners) {
    const options = cluster === undefined || !hasRooms ? planned : { ...planned, handler: cluster.roomsHandler(paths) };
    const listener = await located(file, place, () => supervisor.listen({ ...options, hosts, trustProxy }));
    routes.push({ listener, paths });
  }
  return routes;
}

/**
 * Starts the dialers of a plan. They are checked now and dial later: a service that cannot start connects to nobody.
 *
 * @param mayDial resolves when the service listens.
 */
export async function startDialers(
  supervisor: Supervisor,
  { file, dialers }: Plan,
  mayDial: Promise<void>,
  log: Log,
): Promise<void> {
  for (const [i, dialer] of dialers.entries())
    await located(file, `dialers[${i}]`, () => startDialer(supervisor, dialer, mayDial, log));
}

function startDialer(
  supervisor: Supervisor,
  { behaviour, url, ...settings }: DialerConfig,
  mayDial: Promise<void>,
  log: Log,
): void {
  const dialer = supervisor.dial({
    ...settings,
    url: () => mayDial.then(() => url),
    handler: dialerHandler(behaviour, ({ data, isBinary }) => {
      const content = isBinary ? `base64:${data.toString('base64')}` : data.toString();
      const fields = { childId: dialer.id, ...(isBinary ? { base64: data.toString('base64') } : { text: content }) };
      log.write(logEntry('frame', 'frame', { about: dialer.id, text: content, fields, isData: true }));
    }),
  });
}
