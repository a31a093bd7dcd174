// The stage for one picture: binds pointer, wheel and size to the viewport and the tools, and paints on demand.
import { useEffect, useImperativeHandle, useLayoutEffect, useRef, useState, type Ref } from 'react';
import { paint, type PaintedShape } from './draw';
import { toImage, fit, centred, panBy, zoomAt, type Viewport } from './viewport';
import { cursorFor, IDLE, step, type Effect, type PointerInput, type Scene, type ToolName, type ToolState } from './tools';
import type { Point, Rect, Size } from './geometry';
import classes from './ImageCanvas.module.css';

export interface CanvasHandle {
  zoomBy: (factor: number) => void;
  fit: () => void;
  actualSize: () => void;
  /** Gives up the shape in the making. True if there was one. */
  cancel: () => boolean;
}

interface Props {
  ref?: Ref<CanvasHandle>;
  picture: HTMLImageElement | null;
  size: Size;
  shapes: readonly PaintedShape[];
  selected: string | null;
  tool: ToolName;
  activeColor: string;
  editable: boolean;
  label: string;
  onSelect?: (id: string | null) => void;
  onCreate?: (rect: Rect) => void;
  onChange?: (id: string, rect: Rect) => void;
}

const GRAB_PX = 7;

export function ImageCanvas(props: Props) {
  const { ref, picture, size, shapes, selected, tool, activeColor, editable, label } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const view = useRef<Viewport>({ scale: 1, x: 0, y: 0 });
  const stage = useRef<Size>({ width: 1, height: 1 });
  const state = useRef<ToolState>(IDLE);
  const pointer = useRef<PointerInput | null>(null);
  const space = useRef(false);
  const frame = useRef(0);
  const latest = useRef(props);
  const [percent, setPercent] = useState(100);

  const scene = (): Scene => {
    const now = latest.current;
    return { shapes: now.shapes.filter((shape) => !shape.predicted), selected: now.selected, picture: now.size, editable: now.editable };
  };

  const draw = () => {
    frame.current = 0;
    const element = canvas.current;
    const context = element?.getContext('2d');
    if (!element || !context) return;
    const now = latest.current;
    const drawing = now.tool === 'box' && now.editable && pointer.current && !pointer.current.panning && state.current.kind === 'idle';
    paint(context, view.current, stage.current, window.devicePixelRatio || 1, {
      picture: now.picture, size: now.size, shapes: now.shapes, selected: now.selected, state: state.current,
      activeColor: now.activeColor, crosshair: drawing && pointer.current ? pointer.current.screen : null, editable: now.editable,
    });
    element.style.cursor = cursorFor(now.tool, state.current, pointer.current, scene());
  };
  const redraw = () => {
    if (!frame.current) frame.current = requestAnimationFrame(draw);
  };
  const look = (next: Viewport) => {
    view.current = next;
    setPercent(Math.round(next.scale * 100));
    redraw();
  };

  useLayoutEffect(() => {
    latest.current = props;
    redraw();
  });

  useLayoutEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const measure = () => {
      const box = element.getBoundingClientRect();
      const ratio = window.devicePixelRatio || 1;
      stage.current = { width: box.width, height: box.height };
      element.width = Math.max(1, Math.round(box.width * ratio));
      element.height = Math.max(1, Math.round(box.height * ratio));
      look(fit(latest.current.size, stage.current));
    };
    const observer = new ResizeObserver(measure);
    observer.observe(element);
    measure();
    return () => {
      observer.disconnect();
      cancelAnimationFrame(frame.current);
      frame.current = 0;
    };
    // The observer lives as long as the canvas; it reads what is current through refs.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);

  useLayoutEffect(() => {
    state.current = IDLE;
    look(fit(size, stage.current));
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [picture, size.width, size.height]);

  useImperativeHandle(ref, () => ({
    zoomBy: (factor) => look(zoomAt(view.current, { x: stage.current.width / 2, y: stage.current.height / 2 }, factor)),
    fit: () => look(fit(latest.current.size, stage.current)),
    actualSize: () => look(centred(latest.current.size, stage.current, 1)),
    cancel: () => {
      const busy = state.current.kind !== 'idle';
      state.current = IDLE;
      redraw();
      return busy;
    },
  }));

  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const wheel = (event: WheelEvent) => {
      event.preventDefault();
      look(zoomAt(view.current, at(element, event), Math.exp(-event.deltaY * (event.deltaMode === 1 ? 0.05 : 0.0018))));
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
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);

  const run = (effect: Effect) => {
    const now = latest.current;
    if (effect.kind === 'pan') look(panBy(view.current, effect.by, now.size, stage.current));
    if (effect.kind === 'select') now.onSelect?.(effect.id);
    if (effect.kind === 'create') now.onCreate?.(effect.rect);
    if (effect.kind === 'change') now.onChange?.(effect.id, effect.rect);
  };

  const handle = (kind: PointerInput['kind']) => (event: React.PointerEvent<HTMLCanvasElement>) => {
    if (kind === 'down' && event.button > 1) return;
    const element = event.currentTarget;
    const screen = at(element, event);
    const input: PointerInput = {
      kind, screen, image: toImage(view.current, screen), tolerance: GRAB_PX / view.current.scale, panning: event.button === 1 || space.current,
    };
    pointer.current = input;
    if (kind === 'down') element.setPointerCapture(event.pointerId);
    const next = step(latest.current.tool, state.current, input, scene());
    state.current = next.state;
    next.effects.forEach(run);
    redraw();
  };

  return (
    <div className={classes.stage} data-testid="image-stage" data-selected={selected ?? ''} data-shapes={shapes.length} data-tool={tool} data-editable={editable} data-color={activeColor}>
      <canvas
        ref={canvas}
        className={classes.canvas}
        role="img"
        aria-label={label}
        data-testid="image-canvas"
        onPointerDown={handle('down')}
        onPointerMove={handle('move')}
        onPointerUp={handle('up')}
        onPointerCancel={handle('cancel')}
        onPointerLeave={() => {
          pointer.current = null;
          redraw();
        }}
      />
      <output className={classes.zoom}>{percent}%</output>
    </div>
  );
}

function at(element: HTMLElement, event: { clientX: number; clientY: number }): Point {
  const box = element.getBoundingClientRect();
  return { x: event.clientX - box.left, y: event.clientY - box.top };
}
