// The part of the bench that has to do with regions of a picture: the tool in hand, drawing, copying, hiding, locking.
import { useState, type RefObject } from 'react';
import type { CanvasHandle } from '../../canvas/ImageCanvas';
import type { Command } from '../../canvas/history';
import { isShape, type Shape } from '../../canvas/shapes/shape';
import { toolInHand, toolsFor } from '../../canvas/tools/toolbox';
import type { DrawTool, ToolName } from '../../canvas/tools/tool';
import type { Item, Layer, StandardContent } from '../../api/types';
import { copiedItem, copyItem, pasted } from './clipboard';
import { addItem, changeItem, newShape, withShape, type Answer } from './document';
import type { Action } from './keymap';
import { brushStep, useDisplay } from './useDisplay';

interface Options {
  content: StandardContent;
  answer: Answer;
  layer: Layer;
  activeClass: string;
  selected: Item | null;
  canvas: RefObject<CanvasHandle | null>;
  run: (command: Command<Answer> | null) => void;
  remove: (id: string) => void;
  select: (id: string | null) => void;
  setLayer: (name: string) => void;
}

/** Does it and says whether the key was used; nothing means that it was. */
export type Doable = Partial<Record<Action, () => unknown>>;

export function useShapeTools({ content, answer, layer, activeClass, selected, canvas, run, remove, select, setLayer }: Options) {
  const [wanted, setTool] = useState<ToolName>('box');
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const [locked, setLocked] = useState<ReadonlySet<string>>(new Set());
  const [display, setDisplay] = useDisplay();

  const create = (shape: Shape) => {
    const item = newShape(answer, layer, activeClass, shape);
    if (!item) return;
    run(addItem(item));
    select(item.id);
  };
  const reshape = (id: string, shape: Shape) => {
    const item = answer.find((each) => each.id === id);
    if (item?.kind === shape.kind) run(changeItem(item, withShape(item, shape)));
  };
  /** The first of these tools that the layer in hand has, else that some other layer has, which comes to hand with it. */
  const takeTool = (...tools: DrawTool[]) => {
    const home = [layer, ...content.layers].find((each) => tools.some((tool) => toolsFor(each.kind).includes(tool)));
    const tool = tools.find((each) => home && toolsFor(home.kind).includes(each));
    if (!home || !tool) return false;
    setLayer(home.name);
    setTool(tool);
    return true;
  };
  const paste = (item: Item | null) => {
    const size = canvas.current?.size();
    const copy = item && size ? pasted(item, answer, content, size) : null;
    if (!copy) return false;
    run(addItem(copy));
    select(copy.id);
    return true;
  };
  const copy = () => {
    // Selected text is the browser's to copy.
    if (!selected || !isShape(selected) || window.getSelection()?.isCollapsed === false) return false;
    copyItem(selected);
    return true;
  };
  /** Without a region, all: what is hidden comes back, else everything goes. */
  const toggleHidden = (id: string | null) => {
    if (id === null) return setHidden(hidden.size > 0 ? new Set() : new Set(answer.filter(isShape).map((item) => item.id)));
    setHidden(toggled(hidden, id));
  };
  const toggleLocked = (id: string) => setLocked(toggled(locked, id));
  const resizeBrush = (by: 1 | -1) => setDisplay({ brush: brushStep(display.brush, by) });

  const actions: Doable = {
    tool_select: () => setTool('select'),
    tool_pan: () => setTool('pan'),
    tool_box: () => takeTool('box', 'rotated_box'),
    tool_rotated_box: () => takeTool('rotated_box'),
    tool_ellipse: () => takeTool('ellipse'),
    tool_polygon: () => takeTool('polygon', 'polyline', 'fill'),
    tool_point: () => takeTool('point', 'skeleton'),
    tool_brush: () => takeTool('brush'),
    tool_eraser: () => takeTool('eraser'),
    brush_smaller: () => resizeBrush(-1),
    brush_larger: () => resizeBrush(1),
    repeat_tool: () => {
      if (canvas.current?.order('finish')) return;
      // The next one is a new one: painting would go on with the selected mask.
      select(null);
      if (!toolsFor(layer.kind).some((tool) => tool === wanted)) setTool(toolsFor(layer.kind)[0] ?? 'select');
    },
    skip_joint: () => canvas.current?.order('skip') ?? false,
    delete: () => canvas.current?.order('back') || (selected && !locked.has(selected.id) && remove(selected.id)),
    delete_locked: () => selected && remove(selected.id),
    duplicate: () => paste(selected),
    copy,
    paste: () => paste(copiedItem()),
    hide: () => (selected && !isShape(selected) ? false : toggleHidden(selected?.id ?? null)),
    lock: () => selected !== null && isShape(selected) && toggleLocked(selected.id),
  };
  /** Completes the shape in the making. True if there is one. */
  const finishShape = () => canvas.current?.order('finish') ?? false;
  const toolFor = (editable: boolean): ToolName => toolInHand(layer.kind, wanted, editable);
  return { toolFor, finishShape, setTool, hidden, locked, display, setDisplay, resizeBrush, toggleHidden, toggleLocked, create, reshape, actions };
}

function toggled(set: ReadonlySet<string>, id: string): ReadonlySet<string> {
  const next = new Set(set);
  if (!next.delete(id)) next.add(id);
  return next;
}
