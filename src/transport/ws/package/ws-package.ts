import * as wsModule from '@wirekeeper/plain-ws';
import type { FrameReceiver } from './frame-receiver.js';

/** What `Receiver` takes, as ws has it. */
interface ReceiverOptions {
  readonly isServer: boolean;
  readonly maxPayload: number;
  readonly maxFragments: number;
  readonly maxBufferedChunks: number;
  readonly extensions: Readonly<Record<string, unknown>>;
}

type Ws = typeof wsModule & { readonly Receiver: new (options: ReceiverOptions) => FrameReceiver };

/** Settings of permessage-deflate, as ws has them. */
export type DeflateSettings = Exclude<wsModule.ClientOptions['perMessageDeflate'], boolean | undefined>;

/**
 * The ws package, by the name `@wirekeeper/plain-ws`. So what takes the place of `ws` does not take it here: an
 * override of a project (see docs/ws.md), or Bun, whose own has no parser and does not hand the socket over.
 *
 * In the published package another function takes the place of this one, which loads ws when it is first called
 * (scripts/required-packages.mjs).
 */
export const wsPackage = (): Ws => wsModule as unknown as Ws;
