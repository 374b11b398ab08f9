import { test } from 'vitest';
import { createCluster } from '../../../src/cluster/index.js';
import { createSupervisor, systemClock } from '../../../src/index.js';
import { createMemoryBroker } from '../../../src/testing/index.js';
import { aService } from './a-service.js';
import { inBrowser, live } from './in-browser.js';

inBrowser('a cluster in the page', (open) => {
  test('shows its nodes, whether the broker is reached, and the topics with members here, as they change', async () => {
    const broker = createMemoryBroker(systemClock);
    await using own = createSupervisor({ name: 'own' });
    await using other = createSupervisor({ name: 'other' });
    const cluster = await createCluster(own, { broker, name: 'chat', node: 'one', heartbeatMs: 100, lostAfterMs: 500 });
    await createCluster(other, { broker, name: 'chat', node: 'two', heartbeatMs: 100, lostAfterMs: 500 });
    await using service = await aService({ dashboard: { cluster } });
    const { page } = await open(service.url);
    await live(page);
    const panel = page.getByRole('region', { name: 'Cluster chat' });
    await panel.locator('li[data-node^="one-"]').getByText('this one').waitFor();
    await panel.locator('li[data-node^="two-"]').waitFor();
    await panel.getByText('No topic has members here.').waitFor();

    const { connection } = await service.join('/rooms/silent');
    cluster.topic('<b>tea</b>', { history: { messages: 1_000, ageMs: 60_000 } }).add(connection);
    const topic = panel.locator('li[data-topic="<b>tea</b>"]');
    await topic.getByText('1 member here').waitFor();
    await topic.getByText('<b>tea</b>', { exact: true }).waitFor();

    await other.stop();
    await panel.locator('li[data-node^="two-"]').waitFor({ state: 'detached' });
    broker.stop();
    await panel
      .locator('header')
      .getByText(/down|connecting/)
      .waitFor();
  });
});
