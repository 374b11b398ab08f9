import type { Resolution } from '../../protocol/overview.js';
import type { ViewerMessage } from '../../protocol.js';

type Message<Type extends ViewerMessage['type']> = Extract<ViewerMessage, { readonly type: Type }>;

/** What the page wants of every feed, and so of the next one after a loss. Actions are asked for once. */
export interface Wishes {
  readonly series?: readonly Resolution[];
  readonly look?: Message<'look'>;
  readonly follow?: Message<'follow'>;
}

/** The wishes after a message of the page. */
export function withWish(wishes: Wishes, message: ViewerMessage): Wishes {
  switch (message.type) {
    case 'series': {
      const others = (wishes.series ?? []).filter((resolution) => resolution !== message.resolution);
      return { ...wishes, series: [...others, message.resolution] };
    }
    case 'look':
      return { ...wishes, look: message };
    case 'follow':
      return { ...wishes, follow: message };
    case 'look-away': {
      const { look, ...others } = wishes;
      return look?.table === message.table ? others : wishes;
    }
    case 'unfollow': {
      const { follow: _, ...others } = wishes;
      return others;
    }
    case 'act':
      return wishes;
  }
}

/** The messages that wish all of it again. */
export function wishesOf({ series = [], look, follow }: Wishes): ViewerMessage[] {
  return [
    ...series.map((resolution) => ({ type: 'series', resolution }) as const),
    ...(look === undefined ? [] : [look]),
    ...(follow === undefined ? [] : [follow]),
  ];
}
