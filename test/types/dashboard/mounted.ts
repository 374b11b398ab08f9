/**
 * A dashboard on a server of one's own. Only compiled: against the source, and against the packed package.
 */
import { createServer, type IncomingMessage } from 'node:http';
import { createSupervisor } from 'wirekeeper';
import { createDashboard, type Dashboard, type DashboardAction, type DashboardOptions } from 'wirekeeper/dashboard';

const options: DashboardOptions = {
  authorize: async ({ headers, isSecure }) => isSecure && headers['x-user'] === 'ann',
  actions: true,
  onAction: ({ action, isDone }: DashboardAction) => void [action.kind, isDone],
};

export const dashboard: Dashboard = createDashboard(createSupervisor(), options);

const server = createServer((request: IncomingMessage, response) => {
  const isOurs: boolean = dashboard.handle(request, response);
  if (!isOurs) response.end();
});
server.on('upgrade', (request, socket, head) => dashboard.handleUpgrade(request, socket, head));

// @ts-expect-error a token is a text
createDashboard(createSupervisor(), { token: 5 });
