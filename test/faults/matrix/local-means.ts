import type { Place, Protocol } from './cell.js';
import { PolitePeer, PoliteServer } from './polite-peer.js';
import type { Means, Peer } from './scene.js';
import type { SupervisedSide } from './supervised-side.js';

type Strike = (side: SupervisedSide) => void;

/** Peers in this process, with nothing in between: what strikes is the supervised side itself. */
export class LocalMeans implements Means<Strike> {
  readonly #parts: AsyncDisposable[] = [];

  async connect(port: number, protocol: Protocol): Promise<Peer> {
    const peer = await PolitePeer.connect(port, protocol);
    this.#parts.push({ [Symbol.asyncDispose]: async () => void peer.socket.destroy() });
    return peer;
  }

  async listen(protocol: Protocol, onRequest: (peer: Peer) => void): Promise<number> {
    const server = await PoliteServer.listen(protocol);
    this.#parts.push(server);
    server.onRequest = onRequest;
    return server.port;
  }

  hit(strike: Strike, _place: Place, side: SupervisedSide): void {
    strike(side);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const part of [...this.#parts].reverse()) await part[Symbol.asyncDispose]();
  }
}
