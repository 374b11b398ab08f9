import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';

/** A diagram in a frame that can be scrolled, by keyboard too. Its middle is seen first. */
export function Drawing({ name, children }: { name: string; children: ComponentChildren }) {
  const frame = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    const { current } = frame;
    if (current !== null) current.scrollLeft = (current.scrollWidth - current.clientWidth) / 2;
  }, [name]);
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by the keyboard
    <section ref={frame} class="drawing" tabIndex={0} aria-label="Diagram, can be scrolled">
      {children}
    </section>
  );
}
