import { describe } from 'vitest';
import { describeBackpressure } from './backpressure.js';
import { describeClosing } from './closing.js';
import { describeControlFrames } from './control-frames.js';
import { describeFrames } from './frames.js';
import { type Held, Scene, type TransportHarness } from './harness.js';
import { describeLosses } from './losses.js';
import { describeOpening } from './opening.js';
import { describeStreams } from './streams.js';

/**
 * What `src/transport/transport.ts` promises, as tests; every transport passes them. Each test has a harness of its
 * own.
 */
export function describeTransportContract(
  name: string,
  makeHarness: () => TransportHarness | Promise<TransportHarness>,
): void {
  const held: Held = (run) => async () => {
    await using scene = new Scene(await makeHarness());
    await run(scene);
  };
  describe(`the transport ${name}`, () => {
    describeOpening(held);
    describeFrames(held);
    describeControlFrames(held);
    describeClosing(held);
    describeLosses(held, name !== 'memory');
    describeBackpressure(held);
    describeStreams(held);
  });
}
