import type { Place } from './cell.js';
import { LocalPeers } from './local-peers.js';
import type { Means } from './scene.js';
import type { SupervisedSide } from './supervised-side.js';

type Strike = (side: SupervisedSide) => void;

/** Nothing stands between the two sides: what strikes is the supervised side itself. */
export class LocalMeans extends LocalPeers implements Means<Strike> {
  hit(strike: Strike, _place: Place, side: SupervisedSide): void {
    strike(side);
  }
}
