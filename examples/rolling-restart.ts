/**
 * A rolling restart in one process: instances of a service are replaced one after the other while clients stay
 * connected. Each old instance is drained: no new clients, then a Close for each at a pace, with a delay of its own
 * after which to come back, then an account of what became of every connection.
 *
 * Run it with `npm run example -- rolling-restart`.
 */
import { fileURLToPath } from 'node:url';
import { createSupervisor, type Dialer, type DrainOptions, type DrainReport, type Supervisor } from 'wirekeeper';

/** One process of the service, in real life. */
export interface Instance {
  readonly name: string;
  readonly supervisor: Supervisor;
  readonly url: string;
}

/** Starts an instance that sends its clients its name. */
export async function startInstance(name: string): Promise<Instance> {
  const supervisor = createSupervisor({ name });
  const listener = await supervisor.listen({
    port: 0,
    host: '127.0.0.1',
    handler: async (connection) => {
      connection.send(`you are served by ${name}`);
      for await (const frame of connection) connection.send(frame);
    },
  });
  return { name, supervisor, url: `ws://127.0.0.1:${listener.address?.port}/` };
}

/** What a load balancer does: sends each new client to one of the instances that are ready. */
export class LoadBalancer {
  #instances: readonly Instance[] = [];
  #nextInstance = 0;

  add(instance: Instance): void {
    this.#instances = [...this.#instances, instance];
  }

  remove(instance: Instance): void {
    this.#instances = this.#instances.filter((other) => other !== instance);
  }

  pick(): string {
    const ready = this.#instances.filter(({ supervisor }) => supervisor.isReady);
    this.#nextInstance += 1;
    const instance = ready[this.#nextInstance % ready.length];
    if (instance === undefined) throw new Error('no instance is ready');
    return instance.url;
  }
}

/** Clients that are to be served all the time; each dials what the load balancer says, again after each Close. */
export function startClients(count: number, balancer: LoadBalancer, supervisor: Supervisor): readonly Dialer[] {
  return Array.from({ length: count }, (_, n) =>
    supervisor.dial({
      id: `client-${n + 1}`,
      url: () => balancer.pick(),
      backoff: { initialMs: 50 },
      handler: (connection) => {
        connection.discardFrames();
        return connection.closed;
      },
    }),
  );
}

/** Replaces instances one after the other: the new one takes clients before the old one is drained. */
export async function roll(
  olds: readonly Instance[],
  balancer: LoadBalancer,
  version: string,
  drain: DrainOptions,
): Promise<RollResult> {
  const instances: Instance[] = [];
  const accounts: DrainReport[] = [];
  for (const old of olds) {
    const instance = await startInstance(`${old.name.split('@', 1)[0]}@${version}`);
    instances.push(instance);
    balancer.add(instance);
    accounts.push(await old.supervisor.drain({ reason: `${version} is out`, ...drain }));
    balancer.remove(old);
  }
  return { instances, accounts };
}

/** The new instances, and what became of the old ones' connections. */
export interface RollResult {
  readonly instances: readonly Instance[];
  readonly accounts: readonly DrainReport[];
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const balancer = new LoadBalancer();
  const olds = await Promise.all(['a', 'b', 'c'].map((name) => startInstance(`${name}@v1`)));
  for (const old of olds) balancer.add(old);
  const supervisor = createSupervisor({ name: 'clients' });
  const clients = startClients(30, balancer, supervisor);
  await Promise.all(clients.map((client) => client.connected()));
  console.log('30 clients are up on', olds.map(({ name }) => name).join(', '));

  const { instances, accounts } = await roll(olds, balancer, 'v2', {
    notReadyFirstMs: 200,
    spreadMs: 1_000,
    adviseReconnectMs: 500,
  });
  for (const [n, account] of accounts.entries()) console.log(`drained ${olds[n]?.name}:`, account);
  await Promise.all(clients.map((client) => client.connected()));
  console.log(
    '30 clients are up on',
    instances.map((instance) => `${instance.name} (${instance.supervisor.connections.size})`).join(', '),
  );

  await supervisor.stop();
  await Promise.all(instances.map((instance) => instance.supervisor.stop()));
}
