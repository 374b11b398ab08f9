/** Polite peers in a process of their own, which can be stopped or ended by a signal. */
import type { News, Order } from './peer-messages.js';
import { PolitePeer, PoliteServer } from './polite-peer.js';

const peers = new Map<number, PolitePeer>();

const report = (news: News): void => void process.send?.(news);

function keep(id: number, peer: PolitePeer): void {
  peers.set(id, peer);
  peer.onChange = () => {
    const { head, texts, hasClose, hasEnded } = peer;
    report({ is: 'peer', id, head, texts, hasClose, hasEnded });
  };
  peer.onChange();
}

async function obey(order: Order): Promise<void> {
  const { id } = order;
  switch (order.do) {
    case 'connect':
      try {
        keep(id, await PolitePeer.connect(order.port, order.protocol, order.host));
      } catch {
        report({ is: 'turned away', id });
      }
      return;
    case 'listen': {
      const server = await PoliteServer.listen(order.protocol, order.host);
      server.onRequest = (peer) => keep(id, peer);
      report({ is: 'listening', id, port: server.port });
      return;
    }
    case 'send':
      peers.get(id)?.send(order.text);
      return;
    default:
      peers.get(id)?.[order.do]();
  }
}

process.on('message', (order: Order) => void obey(order));
// Its end is the end of all of them.
process.on('disconnect', () => process.exit());
