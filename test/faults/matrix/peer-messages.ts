import type { Protocol } from './cell.js';

/** What a process of peers is asked to do. `id` is the cell's. */
export type Order =
  | {
      readonly do: 'connect';
      readonly id: number;
      readonly port: number;
      readonly protocol: Protocol;
      readonly host: string;
    }
  | { readonly do: 'listen'; readonly id: number; readonly protocol: Protocol; readonly host: string }
  | { readonly do: 'request' | 'answer' | 'holdClose' | 'answerClose'; readonly id: number }
  | { readonly do: 'send'; readonly id: number; readonly text: string };

/** What it reports. */
export type News =
  | { readonly is: 'listening'; readonly id: number; readonly port: number }
  /** A client could not connect, or its TLS failed. */
  | { readonly is: 'turned away'; readonly id: number }
  /** A peer is there, and what is known of it now. */
  | {
      readonly is: 'peer';
      readonly id: number;
      readonly head: string | undefined;
      readonly texts: readonly string[];
      readonly hasClose: boolean;
      readonly hasEnded: boolean;
    };
