import type { ChildProcess } from 'node:child_process';
import cluster from 'node:cluster';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { fromWorker, sealed, toWorker } from '../../service/pool/messages.js';
import type { PrimaryLink } from '../../service/pool/worker-process.js';
import { atMost } from './outlet.js';
import type { ForkedWorker } from './terminal.js';

/** Names the worker in its environment. A cluster of the user's own does not set it. */
const WORKER_VARIABLE = 'WIREKEEPER_WORKER';

/** Starts this program once more, as a worker with the same arguments. What it prints is read by the caller. */
export function forkWorker(worker: number, env: Readonly<Record<string, string>> = {}): ForkedWorker {
  cluster.setupPrimary({ silent: true });
  const forked = cluster.fork({ ...env, [WORKER_VARIABLE]: String(worker) });
  const { process: child } = forked;
  // A worker that has gone gets no messages; its exit says that it has gone.
  forked.on('error', () => {});
  const { stdout, stderr } = child;
  if (stdout === null || stderr === null) throw new Error('a worker is forked with pipes');
  return {
    stdout,
    stderr,
    send: (message, socket) => {
      if (!forked.isConnected()) socket?.destroy();
      else forked.send(sealed(message), socket, () => {});
    },
    onMessage: (listener) => {
      forked.on('message', (received: unknown) => {
        const message = fromWorker(received);
        if (message !== undefined) listener(message);
      });
    },
    exited: exitOf(child),
    cut: () => void child.kill('SIGKILL'),
  };
}

/** The link to the primary, in a process that `forkWorker` has started; `undefined` in others. */
export function primaryLink(env: Readonly<Record<string, string | undefined>>): PrimaryLink | undefined {
  const { worker } = cluster;
  const number = Number(env[WORKER_VARIABLE]);
  if (worker === undefined || !(number > 0)) return undefined;
  // Otherwise Node ends the process at once when the primary has gone; its clients should still get a Close.
  worker.exitedAfterDisconnect = true;
  return {
    worker: number,
    send: (message) => {
      if (worker.isConnected()) worker.send(sealed(message), undefined, () => {});
    },
    onMessage: (listener) => {
      const hear = (received: unknown, handle: unknown) => {
        const message = toWorker(received);
        if (message !== undefined) listener(message, handle as Socket | undefined);
      };
      process.on('message', hear);
      return () => process.off('message', hear);
    },
    gone: once(process, 'disconnect').then(() => {}),
  };
}

/** How long the rest of what a process has printed is awaited after its exit, in ms: another process may hold on. */
const PRINTED_WITHIN_MS = 500;

async function exitOf(child: ChildProcess): Promise<number | string> {
  const printed = once(child, 'close');
  const [status, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
  await atMost(PRINTED_WITHIN_MS, printed);
  return status ?? signal ?? 'an unknown end';
}
