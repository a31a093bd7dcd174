// Three canvases, one over the other, painted in one pass per animation frame, and only those that have to be.
import type { Grid } from './grid';
import type { Size } from './geometry';
import { paintHand, type Hand } from './paint/hand';
import { paintPicture, paintStill, repaintStill, type Still } from './paint/still';
import type { PaintedShape, Surface } from './paint/style';
import type { Viewport } from './viewport';

/** What has to be painted again: `hand` what follows the pointer, `shapes` also those shapes that changed, `all` everything. */
export type Extent = 'hand' | 'shapes' | 'all';
const DEPTH: Record<Extent, number> = { hand: 1, shapes: 2, all: 3 };

export interface Canvases {
  picture: HTMLCanvasElement;
  still: HTMLCanvasElement;
  hand: HTMLCanvasElement;
}

export interface Painting extends Hand {
  view: Viewport;
  stage: Size;
  picture: CanvasImageSource | null;
  shapes: Grid<PaintedShape>;
}

export class Painter {
  private frame = 0;
  private depth = 0;
  /** As the layer of shapes was painted last. */
  private still: Still | null = null;
  private readonly canvases: Canvases;
  private readonly painting: () => Painting;

  constructor(canvases: Canvases, painting: () => Painting) {
    this.canvases = canvases;
    this.painting = painting;
  }

  /** Asks for a part to be painted with the next frame. */
  request(extent: Extent): void {
    this.depth = Math.max(this.depth, DEPTH[extent]);
    this.frame ||= requestAnimationFrame(() => this.paint());
  }

  resize(stage: Size): void {
    for (const canvas of Object.values(this.canvases) as HTMLCanvasElement[]) {
      canvas.width = Math.max(1, Math.round(stage.width * ratio()));
      canvas.height = Math.max(1, Math.round(stage.height * ratio()));
    }
    this.request('all');
  }

  stop(): void {
    cancelAnimationFrame(this.frame);
    this.frame = 0;
  }

  private paint(): void {
    const now = this.painting();
    const { depth } = this;
    this.frame = 0;
    this.depth = 0;
    const on = (canvas: HTMLCanvasElement, paintOn: (surface: Surface) => void) => {
      const context = canvas.getContext('2d');
      if (context) paintOn({ context, view: now.view, stage: now.stage, ratio: ratio() });
    };
    if (depth >= DEPTH.all) on(this.canvases.picture, (surface) => paintPicture(surface, now.picture, now.size));
    if (depth >= DEPTH.shapes) {
      const after: Still = { shapes: now.shapes, inHand: now.selected?.id ?? null, opacity: now.opacity };
      const before = depth < DEPTH.all && this.still?.opacity === after.opacity ? this.still : null;
      on(this.canvases.still, (surface) => (before ? repaintStill(surface, before, after) : paintStill(surface, after)));
      this.still = after;
    }
    on(this.canvases.hand, (surface) => paintHand(surface, now));
  }
}

const ratio = (): number => window.devicePixelRatio || 1;
