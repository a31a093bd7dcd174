// Binds the viewport to the element: its size, the wheel, and the Space key that lets any tool pan.
import { useEffect, useLayoutEffect, useRef, type RefObject } from 'react';
import type { Point, Size } from './geometry';
import { centred, fit, panBy, zoomAt, type Viewport } from './viewport';

export interface Look {
  view: RefObject<Viewport>;
  stage: RefObject<Size>;
  /** Space is held. */
  space: RefObject<boolean>;
  fit: () => void;
  actualSize: () => void;
  zoomBy: (factor: number) => void;
  panBy: (by: Point) => void;
}

interface Options {
  /** The element that shows the picture and takes the wheel. */
  element: RefObject<HTMLElement | null>;
  size: Size;
  onResize: (stage: Size) => void;
  onLook: (view: Viewport) => void;
  /** Shift and wheel; `by` is 1 or -1. */
  onShiftWheel: (by: 1 | -1) => void;
}

export function useViewport(options: Options): Look {
  const view = useRef<Viewport>({ scale: 1, x: 0, y: 0 });
  const stage = useRef<Size>({ width: 1, height: 1 });
  const space = useRef(false);
  const latest = useRef(options);
  useLayoutEffect(() => {
    latest.current = options;
  });
  const look = (next: Viewport) => {
    view.current = next;
    latest.current.onLook(next);
  };
  const fitted = () => look(fit(latest.current.size, stage.current));

  // Both effects live as long as the element; they read what is current through refs.
  useLayoutEffect(() => {
    const element = latest.current.element.current;
    if (!element) return;
    const measure = () => {
      const box = element.getBoundingClientRect();
      stage.current = { width: box.width, height: box.height };
      latest.current.onResize(stage.current);
      fitted();
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => observer.disconnect();
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);

  useEffect(() => {
    const element = latest.current.element.current;
    if (!element) return;
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      const turned = event.deltaY || event.deltaX;
      if (event.shiftKey && turned !== 0) return latest.current.onShiftWheel(turned < 0 ? 1 : -1);
      look(zoomAt(view.current, placeOn(element, event), Math.exp(-event.deltaY * (event.deltaMode === 1 ? 0.05 : 0.0018))));
    };
    const key = (event: KeyboardEvent) => {
      const typing = event.target instanceof HTMLElement && event.target.closest('input, textarea, select, button, [contenteditable]');
      if (event.code === 'Space' && !event.ctrlKey && !typing) {
        space.current = event.type === 'keydown';
        event.preventDefault();
      }
    };
    element.addEventListener('wheel', wheel, { passive: false });
    window.addEventListener('keydown', key);
    window.addEventListener('keyup', key);
    return () => {
      element.removeEventListener('wheel', wheel);
      window.removeEventListener('keydown', key);
      window.removeEventListener('keyup', key);
    };
  }, []);

  return {
    view, stage, space, fit: fitted,
    actualSize: () => look(centred(latest.current.size, stage.current, 1)),
    zoomBy: (factor) => look(zoomAt(view.current, { x: stage.current.width / 2, y: stage.current.height / 2 }, factor)),
    panBy: (by) => look(panBy(view.current, by, latest.current.size, stage.current)),
  };
}

/** Where an event happened, in screen pixels from the element's corner. */
export function placeOn(element: HTMLElement, event: { clientX: number; clientY: number }): Point {
  const box = element.getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
}
