/**
 * Serves one of the programs beside it, and sends its port to the process that has forked it. Asked to drain, it sends
 * how each connection has ended.
 */
import { once } from 'node:events';
import { sharedSupervisor } from 'wirekeeper/ws';

const [program = '', port] = process.argv.slice(2);
const { serve } = await import(program);
const { server, close } = await serve(Number(port));
if (!server.listening) await once(server, 'listening');
process.send?.(server.address().port);

await once(process, 'message');
const supervisor = sharedSupervisor();
await supervisor.drain({ notReadyFirstMs: 0, finishFirstMs: 0, spreadMs: 0, withinMs: 5_000, reason: 'deploy' });
process.send?.(supervisor.endings.map(({ trigger, code }) => [trigger, code]));
await close();
process.disconnect();
