import type { Socket } from 'node:net';
import type { FromWorker, ToWorker } from '../../../src/service/pool/messages.js';
import type { WorkerProcess } from '../../../src/service/pool/worker-process.js';
import { deferred } from '../../../src/supervisor/time/deferred.js';

/** A worker's process that does what its test says. */
export class FakeWorker implements WorkerProcess {
  readonly got: ToWorker['kind'][] = [];
  readonly sockets: Socket[] = [];
  isCut = false;
  readonly #exited = deferred<number | string>();
  readonly exited = this.#exited.promise;
  #listener: ((message: FromWorker) => void) | undefined;

  readonly worker: number;

  constructor(worker: number) {
    this.worker = worker;
  }

  send(message: ToWorker, socket?: Socket): void {
    this.got.push(message.kind);
    if (socket !== undefined) this.sockets.push(socket);
  }

  onMessage(listener: (message: FromWorker) => void): void {
    this.#listener = listener;
  }

  say(message: FromWorker): void {
    this.#listener?.(message);
  }

  ready(): void {
    this.say({ kind: 'ready', host: '127.0.0.1', port: 0, isSecure: false, listeners: [], metrics: undefined });
  }

  exit(status: number | string): void {
    this.#exited.resolve(status);
  }

  cut(): void {
    this.isCut = true;
    this.exit('SIGKILL');
  }
}
