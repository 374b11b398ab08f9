import type { Protocol } from './cell.js';
import { PolitePeer, PoliteServer } from './polite-peer.js';
import type { Peer } from './scene.js';

/** Peers in this process. */
export class LocalPeers implements AsyncDisposable {
  /** What is to be disposed of, the last one first. */
  protected readonly parts: AsyncDisposable[] = [];

  async connect(port: number, protocol: Protocol): Promise<Peer> {
    const peer = await PolitePeer.connect(await this.wayTo(port), protocol);
    this.parts.push({ [Symbol.asyncDispose]: async () => void peer.socket.destroy() });
    return peer;
  }

  async listen(protocol: Protocol, onRequest: (peer: Peer) => void): Promise<number> {
    const server = await PoliteServer.listen(protocol);
    this.parts.push(server);
    server.onRequest = onRequest;
    return this.wayTo(server.port);
  }

  /** The port by which another one is reached. */
  protected async wayTo(port: number): Promise<number> {
    return port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const part of [...this.parts].reverse()) await part[Symbol.asyncDispose]();
  }
}
