import type { AddressInfo } from 'node:net';
import { test } from 'vitest';
import { start } from '../../examples/express-dashboard.js';
import { visitDashboard } from '../support/dashboard-visit.js';

test('serves the dashboard beside its routes and its WebSockets', async () => {
  const { supervisor, server } = await start(0);
  try {
    await visitDashboard(`127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    await supervisor.stop();
    server.close();
  }
});
