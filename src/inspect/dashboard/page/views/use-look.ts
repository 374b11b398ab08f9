import { useCallback, useEffect, useRef } from 'preact/hooks';
import { type RowWindow, windowFor } from '../model/rows.js';
import { type Asked, store } from '../store.js';

/** Omits from each member of a union by itself. */
type WithoutWindow<Type> = Type extends unknown ? Omit<Type, keyof RowWindow> : never;

/** Looks at a table of the server as long as the view is there. Returns what to call with the rows in sight. */
export function useLook(asked: WithoutWindow<Asked>): (visible: RowWindow) => void {
  const printed = JSON.stringify(asked);
  const present = useRef<RowWindow | undefined>(undefined);
  const answered = useRef<string | undefined>(undefined);

  const look = (window: RowWindow): void => {
    const isNewQuery = answered.current !== printed;
    answered.current = printed;
    present.current = window;
    store.look({ ...asked, ...window }, isNewQuery);
  };

  useEffect(() => look(windowFor({ first: 0, count: 40 }, undefined)), [printed]);
  useEffect(() => () => store.send({ type: 'look-away', table: asked.table }), [asked.table]);
  return useCallback(
    (visible) => {
      const window = windowFor(visible, present.current);
      if (window !== present.current) look(window);
    },
    [printed],
  );
}
