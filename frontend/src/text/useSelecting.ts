// Binds the pointer and the keyboard to the machine that selects, and the machine's wishes to the page.
import { useEffect, useRef, useState, type RefObject } from 'react';
import { isRightToLeft, blockAt } from './blocks';
import { readKey, type LaidOut } from './keys';
import { offsetAtPoint, offsetNextLine, offsetOfNode } from './places';
import { chosenIn, NOTHING, point, pressKey, type Edge, type KeyInput, type PointerInput, type SelectEffect, type SelectScene, type SelectState, type SelectStep } from './selecting';

interface Options {
  scroller: RefObject<HTMLElement | null>;
  scene: SelectScene;
  onEffect: (effect: SelectEffect) => void;
  /** A press on a span's tag or a relation's name. */
  onTag: (id: string) => void;
  /** The caret has gone on by a key: it is brought into view and its place is said. */
  onMoved: (state: SelectState, extended: boolean) => void;
}

export function useSelecting(options: Options) {
  const { scroller } = options;
  const [state, setState] = useState<SelectState>(NOTHING);
  const current = useRef(state);
  const latest = useRef(options);
  useEffect(() => {
    latest.current = options;
  });
  /** Where the caret would like to stand while it goes up or down over short lines. */
  const goal = useRef<number | null>(null);
  const scrolling = useEdgeScroll(scroller);

  const take = ({ state: next, effects, used }: SelectStep): boolean => {
    current.current = next;
    setState(next);
    effects.forEach(latest.current.onEffect);
    return used;
  };
  const feed = (input: PointerInput) => take(point(current.current, input, latest.current.scene));
  const placeOf = (event: { clientX: number; clientY: number }): number | null => {
    const root = scroller.current;
    return root && offsetAtPoint(root, event.clientX, event.clientY);
  };

  const onPointerDown = (event: React.PointerEvent<HTMLElement>) => {
    if (event.button !== 0 || !(event.target instanceof Element)) return;
    // On the scroll bar, which lies beside the client area.
    if (event.nativeEvent.offsetX > event.currentTarget.clientWidth && event.target === event.currentTarget) return;
    event.currentTarget.focus({ preventScroll: true });
    goal.current = null;
    const tag = event.target.closest<HTMLElement>('[data-tag]');
    if (tag) return latest.current.onTag(tag.dataset['tag'] ?? '');
    const at = placeOf(event);
    if (at === null) return;
    const handle = event.target.closest<HTMLElement>('[data-handle]');
    const edge = handle ? { id: handle.dataset['span'] ?? '', edge: handle.dataset['handle'] as Edge } : undefined;
    event.currentTarget.setPointerCapture(event.pointerId);
    feed({ kind: 'down', at, clicks: 1, shift: event.shiftKey, edge });
  };
  const follow = (event: { clientX: number; clientY: number }) => {
    const at = placeOf(event);
    if (at !== null && current.current.hold) feed({ kind: 'move', at });
  };
  const onPointerMove = (event: React.PointerEvent<HTMLElement>) => {
    if (!current.current.hold) return;
    const { clientX, clientY } = event;
    follow({ clientX, clientY });
    scrolling.near(clientY, () => follow({ clientX, clientY }));
  };
  const onPointerUp = (event: React.PointerEvent<HTMLElement>) => {
    scrolling.stop();
    if (current.current.hold) feed({ kind: 'up', at: placeOf(event) ?? current.current.caret?.focus ?? 0, free: event.altKey });
  };
  const onPointerCancel = () => {
    scrolling.stop();
    feed({ kind: 'cancel' });
  };
  const onDoubleClick = (event: React.MouseEvent<HTMLElement>) => {
    if (event.target instanceof Element && event.target.closest('[data-tag], [data-handle]')) return;
    const at = placeOf(event);
    if (at !== null) feed({ kind: 'down', at, clicks: 2, shift: false });
  };

  /** A place that only the laid-out text knows. */
  const laidOut = (input: LaidOut): KeyInput | null => {
    const root = scroller.current;
    const { scene } = latest.current;
    const from = current.current.caret?.focus ?? 0;
    const to = (place: number | null): KeyInput | null => (place === null ? null : { kind: 'goto', to: place, extend: input.extend });
    if (input.kind === 'text_end') return to(input.forward ? scene.document.text.length : 0);
    const caret = root?.querySelector('[data-caret]')?.getBoundingClientRect();
    const block = scene.document.blocks[blockAt(scene.document.blocks, from)];
    if (!root || !caret || !block) return to(from);
    const view = root.getBoundingClientRect();
    if (input.kind === 'line_end') {
      const right = input.forward !== isRightToLeft(scene.document, block);
      return to(offsetAtPoint(root, right ? view.left + root.clientWidth - 3 : view.left + 3, (caret.top + caret.bottom) / 2));
    }
    // What lies outside the view can't be asked for: the next line is scrolled in first.
    const room = caret.height * 4;
    if (input.forward ? caret.bottom + room > view.bottom : caret.top - room < view.top) root.scrollBy({ top: input.forward ? room : -room, behavior: 'instant' });
    const now = root.querySelector('[data-caret]')?.getBoundingClientRect() ?? caret;
    goal.current ??= now.left;
    return to(offsetNextLine(root, now, goal.current, from, input.forward) ?? (input.forward ? scene.document.text.length : 0));
  };

  const onKeyDown = (event: React.KeyboardEvent<HTMLElement>) => {
    const { scene } = latest.current;
    // The workbench takes Tab to go through the answer; whoever is in the text must be able to leave it.
    if (event.key === 'Tab') return event.stopPropagation();
    const focus = current.current.caret?.focus ?? 0;
    const block = scene.document.blocks[blockAt(scene.document.blocks, focus)];
    const holding = scene.editable && scene.spans.some((span) => span.id === scene.selected);
    const read = readKey({ key: event.key, ctrl: event.ctrlKey || event.metaKey, shift: event.shiftKey, alt: event.altKey }, block ? isRightToLeft(scene.document, block) : false, holding);
    if (!read) return;
    const input = read.kind === 'line' || read.kind === 'line_end' || read.kind === 'text_end' ? laidOut(read) : read;
    if (read.kind !== 'line') goal.current = null;
    if (!input || !take(pressKey(current.current, input, scene))) return;
    event.preventDefault();
    event.stopPropagation();
    latest.current.onMoved(current.current, input.kind === 'adjust' || ('extend' in input && input.extend));
  };

  // Screen readers and touch select by themselves: what they selected is taken over.
  useEffect(() => {
    const adopt = () => {
      const root = scroller.current;
      const selection = document.getSelection();
      if (!root || !selection?.anchorNode || !selection.focusNode || selection.isCollapsed || current.current.hold) return;
      const anchor = offsetOfNode(root, selection.anchorNode, selection.anchorOffset);
      const focus = offsetOfNode(root, selection.focusNode, selection.focusOffset);
      if (anchor === null || focus === null) return;
      current.current = { caret: { anchor, focus }, hold: null };
      setState(current.current);
    };
    document.addEventListener('selectionchange', adopt);
    return () => document.removeEventListener('selectionchange', adopt);
  }, [scroller]);

  const onCopy = (event: React.ClipboardEvent<HTMLElement>) => {
    const chosen = chosenIn(current.current);
    if (!chosen) return;
    event.clipboardData.setData('text/plain', latest.current.scene.document.text.slice(chosen.start, chosen.end));
    event.preventDefault();
  };
  const press = (input: KeyInput): boolean => take(pressKey(current.current, input, latest.current.scene));

  return {
    state, press, chosen: () => chosenIn(current.current),
    handlers: {
      onPointerDown, onPointerMove, onPointerUp, onPointerCancel, onDoubleClick, onKeyDown, onCopy,
      // The browser's own selection would show beside ours, and vanish with the blocks that are taken away.
      onMouseDown: (event: React.MouseEvent) => event.preventDefault(),
    },
  };
}

const EDGE_PX = 28;

/** Scrolls while something is dragged to the upper or lower edge. */
function useEdgeScroll(scroller: RefObject<HTMLElement | null>) {
  const frame = useRef(0);
  const stop = () => {
    cancelAnimationFrame(frame.current);
    frame.current = 0;
  };
  useEffect(() => stop, []);
  const near = (y: number, scrolled: () => void) => {
    stop();
    const root = scroller.current;
    if (!root) return;
    const { top, bottom } = root.getBoundingClientRect();
    const by = y < top + EDGE_PX ? y - top - EDGE_PX : y > bottom - EDGE_PX ? y - bottom + EDGE_PX : 0;
    if (by === 0) return;
    const go = () => {
      root.scrollBy({ top: by / 3, behavior: 'instant' });
      scrolled();
      frame.current = requestAnimationFrame(go);
    };
    frame.current = requestAnimationFrame(go);
  };
  return { near, stop };
}
