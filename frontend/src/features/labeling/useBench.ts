// The state of one task under the hand: the answer with its command stack, what is selected, which layer, class and tool.
import { useMemo, useReducer, useRef, useState } from 'react';
import type { CanvasHandle } from '../../canvas/ImageCanvas';
import { canRedo, canUndo, execute, redo, startHistory, undo, type Command, type History } from '../../canvas/history';
import { NO_RULES } from '../../api/standard_shape';
import type { Layer, Prediction, StandardContent } from '../../api/types';
import { changeItem, chooseClass, replaceAll, withoutScores, type Answer } from './document';
import type { Action, Match } from './keymap';
import { removeWithRelations, type Texts } from './text_items';
import { useShapeTools, type Doable } from './useShapeTools';

type Move = { kind: 'do'; command: Command<Answer> } | { kind: 'undo' } | { kind: 'redo' };

function reduce(history: History<Answer>, move: Move): History<Answer> {
  if (move.kind === 'undo') return undo(history);
  return move.kind === 'redo' ? redo(history) : execute(history, move.command);
}

export type Bench = ReturnType<typeof useBench>;

const NO_LAYER: Layer = { name: '', skeleton: null, kind: 'classification', field: 'image', required: false, multiple: false, classes: [], rules: NO_RULES };

export function useBench(content: StandardContent, start: Answer, predictions: readonly Prediction[]) {
  const [history, move] = useReducer(reduce, start, startHistory);
  const [selected, setSelected] = useState<string | null>(null);
  const [layerName, setLayerName] = useState(content.layers[0]?.name ?? '');
  const [activeClasses, setActiveClasses] = useState<Record<string, string>>({});
  const [accepted, setAccepted] = useState<string | null>(null);
  const canvas = useRef<CanvasHandle>(null);
  const [texts, setTexts] = useState<Texts>({});
  // A stage may hold a selection that waits for its class. True if it took the class.
  const waiting = useRef<((layer: Layer, className: string) => boolean) | null>(null);

  const answer = history.state;
  const layer = content.layers.find((each) => each.name === layerName) ?? content.layers[0] ?? NO_LAYER;
  const activeClassOf = (each: Layer) => activeClasses[each.name] ?? each.classes[0]?.name ?? '';
  const activeClass = activeClassOf(layer);
  const selectedItem = answer.find((item) => item.id === selected) ?? null;
  const best = useMemo(() => [...predictions].sort((a, b) => b.score - a.score)[0] ?? null, [predictions]);
  const run = (command: Command<Answer> | null) => {
    if (command) move({ kind: 'do', command });
  };

  const pickClass = (name: string, inLayer: Layer = layer) => {
    setLayerName(inLayer.name);
    if (inLayer.kind === 'classification') return run(chooseClass(answer, inLayer, name));
    setActiveClasses((before) => ({ ...before, [inLayer.name]: name }));
    if (waiting.current?.(inLayer, name)) return;
    if (selectedItem && selectedItem.layer === inLayer.name && selectedItem.class !== name) run(changeItem(selectedItem, { ...selectedItem, class: name }));
  };
  const setAttributes = (id: string, attributes: Record<string, unknown>, typing?: string) => {
    const item = answer.find((each) => each.id === id);
    if (item) run({ ...changeItem(item, { ...item, attributes }), run: typing && `${id}/${typing}` });
  };
  const remove = (id: string) => {
    run(removeWithRelations(answer, id));
    setSelected(null);
  };
  const select = (id: string | null) => {
    setSelected(id);
    const item = answer.find((each) => each.id === id);
    if (item) setLayerName(item.layer);
  };
  const { actions, ...shapes } = useShapeTools({ content, answer, layer, activeClass, selected: selectedItem, canvas, run, remove, select, setLayer: setLayerName });
  const accept = (prediction: Prediction | null = best): Answer | null => {
    if (!prediction) return null;
    const next = withoutScores(prediction.result.items);
    run(replaceAll(answer, next, 'accept'));
    setAccepted(prediction.id);
    setSelected(null);
    return next;
  };

  /** Puts another whole answer in place of this one; undo brings this one back. */
  const replace = (next: Answer) => run(replaceAll(answer, next, 'replace'));

  const cycle = (by: 1 | -1) => {
    if (layer.kind === 'classification') {
      const chosen = answer.find((item) => item.layer === layer.name)?.class;
      const at = layer.classes.findIndex((each) => each.name === chosen);
      const next = layer.classes[at < 0 ? (by > 0 ? 0 : layer.classes.length - 1) : (at + by + layer.classes.length) % layer.classes.length];
      if (next && !layer.multiple) pickClass(next.name);
      return;
    }
    const regions = answer.filter((item) => item.kind !== 'classification');
    const at = regions.findIndex((item) => item.id === selected);
    const next = regions[at < 0 ? (by > 0 ? 0 : regions.length - 1) : (at + by + regions.length) % regions.length];
    if (next) select(next.id);
  };
  const nextLayer = () => {
    const at = content.layers.findIndex((each) => each.name === layer.name);
    const next = content.layers[(at + 1) % content.layers.length];
    if (next) setLayerName(next.name);
  };
  const withKey = (key: string): { layer: Layer; name: string } | null => {
    for (const each of [layer, ...content.layers]) {
      const found = each.classes.find((one) => one.hotkey?.toLowerCase() === key);
      if (found) return { layer: each, name: found.name };
    }
    return null;
  };

  /** Does what the key asks, if it is the bench's to do. True if it was. */
  const press = (match: Match): boolean => {
    if ('class' in match) {
      const named = layer.classes.find((each) => each.hotkey === String((match.class + 1) % 10)) ?? layer.classes[match.class];
      if (named) pickClass(named.name);
      return named !== undefined;
    }
    if ('classKey' in match) {
      const found = withKey(match.classKey);
      if (found) pickClass(found.name, found.layer);
      return found !== null;
    }
    return act(match.action);
  };
  const act = (action: Action): boolean => {
    const doable: Doable = {
      ...actions,
      undo: () => canvas.current?.order('back') || move({ kind: 'undo' }),
      redo: () => move({ kind: 'redo' }),
      delete_all: () => answer.length > 0 && run(replaceAll(answer, [], 'clear')),
      cancel: () => { if (!canvas.current?.cancel()) setSelected(null); },
      accept_prediction: () => void accept(),
      zoom_in: () => canvas.current?.zoomBy(1.25),
      zoom_out: () => canvas.current?.zoomBy(0.8),
      fit: () => canvas.current?.fit(),
      actual_size: () => canvas.current?.actualSize(),
      next_item: () => cycle(1),
      previous_item: () => cycle(-1),
      next_layer: nextLayer,
      relate: () => canvas.current?.relate?.() ?? false,
    };
    const effect = doable[action];
    return effect !== undefined && effect() !== false;
  };

  return {
    content, answer, layer, activeClass, selected, accepted, best, predictions, canvas, texts, waiting,
    canUndo: canUndo(history), canRedo: canRedo(history), changes: history.past.length,
    ...shapes, run, activeClassOf, setTexts, setLayer: setLayerName, pickClass, setAttributes, remove, replace, select, accept, press, act,
  };
}
