// The stage for one picture: binds the pointer to the tools and the tools to the answer, and has it painted on demand.
import { useImperativeHandle, useLayoutEffect, useMemo, useRef, type Ref } from 'react';
import { Grid } from './grid';
import type { Size } from './geometry';
import type { JointPlan, PaintedShape } from './paint/style';
import { Painter } from './painter';
import type { Shape } from './shapes/shape';
import { cursorFor } from './tools/cursor';
import { obey, outlives, skipFirst, step } from './tools/step';
import { IDLE, type Effect, type Order, type PointerInput, type Scene, type Step, type ToolName, type ToolState } from './tools/tool';
import { placeOn, useViewport } from './useViewport';
import { toImage } from './viewport';
import classes from './ImageCanvas.module.css';

export interface CanvasHandle {
  zoomBy: (factor: number) => void;
  fit: () => void;
  actualSize: () => void;
  /** Gives up the shape in the making. True if there was one. */
  cancel: () => boolean;
  /** Tells the shape in the making what a key asks. True if there was one that it concerns. */
  order: (order: Order) => boolean;
  /** Begins a relation from the item in hand, on a stage that has such. True if it did. */
  relate?: () => boolean;
  /** Of the picture, in source pixels. */
  size: () => Size | null;
}

interface Props {
  ref?: Ref<CanvasHandle>;
  picture: HTMLImageElement | null;
  size: Size;
  shapes: readonly PaintedShape[];
  selected: string | null;
  tool: ToolName;
  activeColor: string;
  /** The joints of the layer in hand, if it is one of skeletons. */
  plan?: JointPlan | null;
  /** The brush's diameter in source pixels. */
  brush: number;
  /** Of surfaces, 0 to 1. */
  opacity: number;
  /** Of the picture, 1 as it is. */
  brightness: number;
  contrast: number;
  editable: boolean;
  label: string;
  onSelect?: (id: string | null) => void;
  onCreate?: (shape: Shape) => void;
  onChange?: (id: string, shape: Shape) => void;
  onRemove?: (id: string) => void;
  onBrush?: (by: 1 | -1) => void;
}

const GRAB_PX = 7;

export function ImageCanvas(props: Props) {
  const { ref, picture, size, shapes, selected, tool, activeColor, editable, label, opacity, brightness, contrast } = props;
  const canvas = useRef<HTMLCanvasElement>(null);
  const still = useRef<HTMLCanvasElement>(null);
  const below = useRef<HTMLCanvasElement>(null);
  const zoom = useRef<HTMLOutputElement>(null);
  const state = useRef<ToolState>(IDLE);
  const pointer = useRef<PointerInput | null>(null);
  const painter = useRef<Painter | null>(null);
  const painted = useMemo(() => new Grid(shapes), [shapes]);
  const human = useMemo(() => new Grid(shapes.filter((shape) => !shape.predicted)), [shapes]);
  const current = { ...props, painted, human };
  const latest = useRef(current);

  const scene = (): Scene => {
    const now = latest.current;
    return { shapes: now.human, selected: now.selected, picture: now.size, editable: now.editable, brush: now.brush, joints: now.plan?.points.length ?? 0 };
  };
  const look = useViewport({
    element: canvas, size,
    onResize: (stage) => painter.current?.resize(stage),
    onLook: (view) => {
      // Written past React: turning the wheel must not render anything.
      if (zoom.current) zoom.current.textContent = `${Math.round(view.scale * 100)}%`;
      painter.current?.request('all');
    },
    onShiftWheel: (by) => latest.current.onBrush?.(by),
  });
  const tolerance = () => GRAB_PX / look.view.current.scale;

  useLayoutEffect(() => {
    if (!canvas.current || !still.current || !below.current) return;
    const made = new Painter({ picture: below.current, still: still.current, hand: canvas.current }, () => {
      const now = latest.current;
      if (canvas.current) canvas.current.style.cursor = cursorFor(now.tool, state.current, pointer.current, scene());
      return {
        view: look.view.current, stage: look.stage.current, picture: now.picture, size: now.size, shapes: now.painted, selected: now.painted.get(now.selected),
        tool: now.tool, state: state.current, pointer: pointer.current, editable: now.editable, color: now.activeColor, opacity: now.opacity,
        brush: now.brush, plan: now.plan ?? null, tolerance: tolerance(),
      };
    });
    painter.current = made;
    made.resize(look.stage.current);
    return () => made.stop();
    // One painter for as long as the canvases live; it reads what is current through refs.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, []);

  useLayoutEffect(() => {
    latest.current = current;
    painter.current?.request('hand');
  });
  useLayoutEffect(() => painter.current?.request('shapes'), [painted, selected, opacity]);
  useLayoutEffect(() => {
    state.current = IDLE;
    look.fit();
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [picture, size.width, size.height]);
  useLayoutEffect(() => {
    // A shape in the making belongs to the tool that makes it.
    if (!editable || !outlives(state.current, tool)) state.current = IDLE;
  }, [tool, editable]);

  const take = (made: Step | null): boolean => {
    if (!made) return false;
    state.current = made.state;
    made.effects.forEach(run);
    painter.current?.request('hand');
    return true;
  };
  const run = (effect: Effect) => {
    const now = latest.current;
    if (effect.kind === 'pan') look.panBy(effect.by);
    if (effect.kind === 'select') now.onSelect?.(effect.id);
    if (effect.kind === 'create') now.onCreate?.(effect.shape);
    if (effect.kind === 'change') now.onChange?.(effect.id, effect.shape);
    if (effect.kind === 'remove') now.onRemove?.(effect.id);
  };

  useImperativeHandle(ref, () => ({
    zoomBy: look.zoomBy, fit: look.fit, actualSize: look.actualSize, size: () => latest.current.size,
    cancel: () => state.current.kind !== 'idle' && take({ state: IDLE, effects: [] }),
    order: (order) => {
      const first = order === 'skip' && pointer.current ? skipFirst(latest.current.tool, state.current, pointer.current.image, scene()) : null;
      return take(first ?? obey(state.current, order, scene()));
    },
  }));

  const handle = (kind: PointerInput['kind']) => (event: React.PointerEvent<HTMLCanvasElement>) => {
    if (kind === 'down' && event.button > 1) return;
    const element = event.currentTarget;
    if (kind === 'down') element.setPointerCapture(event.pointerId);
    // A quick stroke has more places than there are frames; not every browser tells them.
    const places = kind === 'move' && state.current.kind === 'stroke' ? event.nativeEvent.getCoalescedEvents?.() ?? [] : [];
    for (const place of places.length > 0 ? places : [event]) {
      const screen = placeOn(element, place);
      const input: PointerInput = {
        kind, screen, image: toImage(look.view.current, screen), tolerance: tolerance(), panning: event.button === 1 || look.space.current, shift: event.shiftKey, alt: event.altKey,
      };
      pointer.current = input;
      take(step(latest.current.tool, state.current, input, scene()));
    }
  };
  const finish = () => {
    const lone = state.current.kind === 'outline' && state.current.points.length < 2;
    take(lone ? { state: IDLE, effects: [] } : obey(state.current, 'finish', scene()));
  };
  const filter = brightness === 1 && contrast === 1 ? undefined : `brightness(${brightness}) contrast(${contrast})`;

  return (
    <div className={classes.stage} data-testid="image-stage" data-selected={selected ?? ''} data-shapes={shapes.length} data-tool={tool} data-editable={editable} data-color={activeColor}>
      <canvas ref={below} className={classes.canvas} style={{ filter }} aria-hidden />
      <canvas ref={still} className={classes.canvas} aria-hidden />
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
        onDoubleClick={finish}
        onPointerLeave={() => {
          pointer.current = null;
          painter.current?.request('hand');
        }}
      />
      <output ref={zoom} className={classes.zoom} />
    </div>
  );
}
