import type { AddressInfo } from 'node:net';
import { test } from 'vitest';
import { start } from '../../examples/fastify-dashboard.js';
import { visitDashboard } from '../support/dashboard-visit.js';

test('serves the dashboard beside its routes and its WebSockets', async () => {
  const app = await start(0);
  try {
    await visitDashboard(`127.0.0.1:${(app.server.address() as AddressInfo).port}`);
  } finally {
    await app.close();
  }
});
