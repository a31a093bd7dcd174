// A text with its spans and relations: lays out what is near the view, and lets one select in it.
import { useCallback, useEffect, useImperativeHandle, useLayoutEffect, useMemo, useRef, useState, type CSSProperties, type Ref } from 'react';
import { blockAt, isRightToLeft, type TextDocument } from './blocks';
import { meets } from './lanes';
import type { ShownSpan } from './pieces';
import { bringIntoView } from './places';
import { Relations, type ShownArc } from './Relations';
import { chosenIn, liveRange, type SelectEffect, type SelectState } from './selecting';
import { TextBlock } from './TextBlock';
import { useNearView } from './useNearView';
import { useSelecting } from './useSelecting';
import { stepFrom, type Range } from './words';
import styles from './text.module.css';

export interface TextHandle {
  /** What is selected and not yet a span. */
  chosen: () => Range | null;
  /** Gives the selection up. True if there was one. */
  collapse: () => boolean;
}

interface Props {
  ref?: Ref<TextHandle>;
  document: TextDocument;
  spans: readonly ShownSpan[];
  arcs: readonly ShownArc[];
  selected: string | null;
  editable: boolean;
  /** Whether a selection becomes a span. */
  creating: boolean;
  /** Whether selections are widened to whole words. */
  snap: boolean;
  /** Size of the text in pixels. */
  font: number;
  label: string;
  onSelect: (id: string | null) => void;
  onCreate: (range: Range) => void;
  onChange: (id: string, range: Range) => void;
}

const NO_SPANS: readonly ShownSpan[] = [];

export function TextView({ ref, document, spans, arcs, selected, editable, creating, snap, font, label, onSelect, onCreate, onChange }: Props) {
  const scroller = useRef<HTMLDivElement>(null);
  const content = useRef<HTMLDivElement>(null);
  const blocks = useRef<HTMLDivElement>(null);
  const follow = useRef(false);
  const [said, setSaid] = useState('');
  const { first, last, above, below, heights, width } = useNearView(document, scroller, blocks, font);
  const human = useMemo(() => spans.filter((span) => !span.predicted), [spans]);

  const onEffect = (effect: SelectEffect) => {
    if (effect.kind === 'select') return onSelect(effect.id);
    const { start, end } = effect;
    return effect.kind === 'create' ? onCreate({ start, end }) : onChange(effect.id, { start, end });
  };
  const onMoved = ({ caret }: SelectState, extended: boolean) => {
    follow.current = true;
    if (!caret) return;
    const start = Math.min(caret.anchor, caret.focus);
    setSaid(document.text.slice(start, extended && caret.anchor !== caret.focus ? Math.max(caret.anchor, caret.focus) : stepFrom(document, start, 'word', true)).slice(0, 200));
  };
  const { state, press, chosen, handlers } = useSelecting({ scroller, scene: { document, spans: human, selected, editable, creating, snap }, onEffect, onTag: onSelect, onMoved });
  // The workbench takes Tab, so nobody could come here by keyboard: where spans are made, the text has the focus from the start.
  const starts = useRef(creating && editable);
  useEffect(() => {
    if (starts.current) scroller.current?.focus({ preventScroll: true });
  }, []);
  useImperativeHandle(ref, () => ({ chosen, collapse: () => press({ kind: 'collapse' }) }));

  const reveal = useCallback((offset: number, find: string) => {
    const outer = scroller.current;
    const inner = blocks.current;
    if (!outer || !inner) return;
    const found = inner.querySelector(find);
    if (found) return bringIntoView(found);
    outer.scrollTop = inner.offsetTop + heights.offsetOf(blockAt(document.blocks, offset)) - outer.clientHeight / 3;
  }, [document, heights]);
  useLayoutEffect(() => {
    if (!follow.current) return;
    follow.current = false;
    if (state.caret) reveal(state.caret.focus, '[data-caret]');
  }, [state.caret, reveal]);
  useEffect(() => {
    const span = spans.find((each) => each.id === selected);
    if (span) reveal(span.end, `[data-tag="${span.id}"]`);
    // Only a new selection moves the text, not every change of a span.
    // eslint-disable-next-line react-hooks/exhaustive-deps
  }, [selected]);

  const marked = chosenIn(state);
  const held = editable ? selected : null;
  const caret = state.caret?.focus ?? null;
  const shown = useMemo(() => spans.map((span) => liveRange(span, { caret: null, hold: state.hold })), [spans, state.hold]);
  const near = shown.filter((span) => span.start <= (document.blocks[last - 1]?.end ?? 0) && span.end >= (document.blocks[first]?.start ?? 0));
  const guess = (id: string) => {
    const span = spans.find((each) => each.id === id);
    const inner = blocks.current;
    return span && inner ? { x: inner.offsetLeft + inner.clientWidth / 2, y: inner.offsetTop + heights.offsetOf(blockAt(document.blocks, span.end)) } : null;
  };
  const caretBlock = caret === null ? -1 : blockAt(document.blocks, caret);
  return (
    <div ref={scroller} className={styles.scroller} role="textbox" aria-readonly aria-multiline tabIndex={0} aria-label={label} lang="" data-testid="text-stage" data-spans={spans.length} data-selected={selected ?? ''} {...handlers}>
      <div ref={content} className={styles.content} data-linked={arcs.length > 0} style={{ '--font': `${font}px` } as CSSProperties}>
        <div ref={blocks}>
          <div style={{ height: above }} />
          {document.blocks.slice(first, last).map((block, at) => {
            const touching = near.filter((span) => meets(span, block) || (span.start < span.end && span.end === block.end && span.start >= block.start));
            const part = marked !== null && meets(marked, { start: block.start, end: block.end + 1 }) ? marked : null;
            return (
              <TextBlock
                key={block.start} text={document.text} block={block} number={first + at} direction={block.part ? (isRightToLeft(document, block) ? 'rtl' : 'ltr') : 'auto'} spans={touching.length > 0 ? touching : NO_SPANS}
                chosenStart={part?.start ?? -1} chosenEnd={part?.end ?? -1} caret={caretBlock === first + at ? caret : null} held={touching.some((span) => span.id === held) ? held : null} selected={touching.some((span) => span.id === selected) ? selected : null}
              />
            );
          })}
          <div style={{ height: below }} />
        </div>
        <Relations arcs={arcs} selected={selected} content={content} guess={guess} spans={shown} moved={`${first}/${last}/${Math.round(above)}/${Math.round(heights.total)}/${font}/${width}`} />
      </div>
      <div role="status" className="visually-hidden">{said}</div>
    </div>
  );
}
