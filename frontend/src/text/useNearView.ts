// Which blocks are laid out: those near the view. Their heights are guessed until they have been seen.
import { useLayoutEffect, useMemo, useReducer, useRef, useState, type RefObject } from 'react';
import type { TextDocument } from './blocks';
import { guessHeight, Heights, nearView, type NearView } from './heights';

const MARGIN_PX = 800;
const LINE = 1.75;

export interface Windowed extends NearView {
  heights: Heights;
  /** Of the text, in pixels. */
  width: number;
}

/** `blocks` holds the laid-out blocks and the room of the others; `font` is the size of the text in pixels. */
export function useNearView(document: TextDocument, scroller: RefObject<HTMLElement | null>, blocks: RefObject<HTMLElement | null>, font: number): Windowed {
  const [view, setView] = useState({ top: 0, height: 800, width: 800 });
  const [, remeasured] = useReducer((count: number) => count + 1, 0);
  const frame = useRef(0);
  const heights = useMemo(() => {
    const line = { width: view.width / (font * 0.5), height: font * LINE };
    return new Heights(document.blocks.map((block) => guessHeight(document.text, block.start, block.end, line)));
  }, [document, view.width, font]);

  useLayoutEffect(() => {
    const outer = scroller.current;
    const inner = blocks.current;
    if (!outer || !inner) return;
    const look = () => {
      frame.current = 0;
      const next = { top: Math.max(0, outer.scrollTop - inner.offsetTop), height: outer.clientHeight, width: inner.clientWidth };
      setView((now) => (now.top === next.top && now.height === next.height && now.width === next.width ? now : next));
    };
    const soon = () => {
      if (!frame.current) frame.current = requestAnimationFrame(look);
    };
    const observer = new ResizeObserver(look);
    observer.observe(outer);
    outer.addEventListener('scroll', soon, { passive: true });
    look();
    return () => {
      observer.disconnect();
      outer.removeEventListener('scroll', soon);
      cancelAnimationFrame(frame.current);
      frame.current = 0;
    };
  }, [scroller, blocks]);

  useLayoutEffect(() => {
    let changed = false;
    for (const element of blocks.current?.querySelectorAll<HTMLElement>('[data-block]') ?? []) changed = heights.measure(Number(element.dataset['block']), element.getBoundingClientRect().height) || changed;
    if (changed) remeasured();
  });

  return { ...nearView(heights, document.blocks.length, view.top, view.height, MARGIN_PX), heights, width: view.width };
}
