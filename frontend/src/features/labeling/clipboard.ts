// Copied regions. They outlive the task, so that what stands on one picture can be put on the next.
import { boundsOfShape, moveInside } from '../../canvas/shapes/geometry_of';
import { isShape, type Shape } from '../../canvas/shapes/shape';
import type { Size } from '../../canvas/geometry';
import type { Item, StandardContent } from '../../api/types';
import { freeId, type Answer } from './document';

const PLACE = 'strata.clipboard';
/** How far beside its original a copy is put, in source pixels. */
const BESIDE_PX = 12;

export function copyItem(item: Item): void {
  try {
    sessionStorage.setItem(PLACE, JSON.stringify(item));
  } catch {
    // A region too large for the storage of the browser is not copied.
  }
}

export function copiedItem(): Item | null {
  try {
    const text = sessionStorage.getItem(PLACE);
    return text ? (JSON.parse(text) as Item) : null;
  } catch {
    return null;
  }
}

/** The copy under a free id: in its old place, or beside whatever stands there already. Null where this standard has no such layer or class. */
export function pasted(item: Item, answer: Answer, content: StandardContent, picture: Size): Item | null {
  const layer = content.layers.find((each) => each.name === item.layer);
  if (!isShape(item) || layer?.kind !== item.kind || !layer.classes.some((each) => each.name === item.class)) return null;
  let placed: Shape & Item = item;
  for (let tries = 0; tries < 20 && answer.some((other) => isShape(other) && sameBounds(other, placed)); tries += 1) {
    placed = { ...item, ...moveInside(placed, { x: BESIDE_PX, y: BESIDE_PX }, picture) };
  }
  return { ...placed, id: freeId(answer, item.kind) };
}

function sameBounds(a: Shape, b: Shape): boolean {
  const one = boundsOfShape(a);
  const other = boundsOfShape(b);
  return a.kind === b.kind && one.x === other.x && one.y === other.y && one.width === other.width && one.height === other.height;
}
