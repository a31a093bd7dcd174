// Putting the rows of a list in another order: by dragging a handle, or with the arrow keys while it has the focus.
import { useEffect, useId, useRef, useState, type KeyboardEvent, type PointerEvent } from 'react';
import { useTranslation } from 'react-i18next';

/** Where the pointer is: over which row, and in its upper or lower half. */
interface Drag {
  from: number;
  to: number;
}

export function useReorder(count: number, onMove: (from: number, to: number) => void) {
  const { t } = useTranslation();
  const id = useId();
  const [drag, setDrag] = useState<Drag | null>(null);
  const [told, setTold] = useState('');
  const moved = useRef<number | null>(null);
  useEffect(() => {
    // Rows are known by their place, so the handle in hand has to be looked for at the new one.
    if (moved.current === null) return;
    document.querySelector<HTMLElement>(`[data-handle="${id}/${moved.current}"]`)?.focus();
    moved.current = null;
  });
  const move = (from: number, to: number) => {
    if (from === to || to < 0 || to >= count) return;
    moved.current = to;
    onMove(from, to);
    setTold(t('standards.moved', { place: to + 1, count }));
  };
  const rowUnder = (event: PointerEvent): number | null => {
    const row = document.elementFromPoint(event.clientX, event.clientY)?.closest<HTMLElement>(`[data-row^="${id}/"]`);
    return row ? Number(row.dataset['row']?.slice(id.length + 1)) : null;
  };
  const handle = (index: number) => ({
    'data-handle': `${id}/${index}`,
    onKeyDown: (event: KeyboardEvent) => {
      const by = { ArrowUp: -1, ArrowDown: 1 }[event.key];
      if (by === undefined) return;
      event.preventDefault();
      move(index, index + by);
    },
    onPointerDown: (event: PointerEvent<HTMLElement>) => {
      if (event.button !== 0) return;
      event.currentTarget.setPointerCapture(event.pointerId);
      setDrag({ from: index, to: index });
    },
    onPointerMove: (event: PointerEvent) => {
      const to = drag ? rowUnder(event) : null;
      if (drag && to !== null && to !== drag.to) setDrag({ ...drag, to });
    },
    onPointerUp: () => {
      if (drag) move(drag.from, drag.to);
      setDrag(null);
    },
    onPointerCancel: () => setDrag(null),
  });
  const row = (index: number) => ({
    'data-row': `${id}/${index}`,
    'data-dragged': drag?.from === index || undefined,
    'data-drop': drag?.to === index && drag.from !== index ? (drag.to > drag.from ? 'after' : 'before') : undefined,
  });
  return { handle, row, told };
}
