// One line of the text with its spans: runs of text under coloured lines, a tag where each span ends.
import { memo, type CSSProperties } from 'react';
import type { Block } from './blocks';
import { inkOn } from './ink';
import { piecesOf, type Piece, type ShownSpan } from './pieces';
import styles from './text.module.css';

interface Props {
  text: string;
  block: Block;
  number: number;
  /** Of a part of a split line; whole lines find their own. */
  direction: 'ltr' | 'rtl' | 'auto';
  spans: readonly ShownSpan[];
  /** The selected part within the whole text; -1 where nothing is. */
  chosenStart: number;
  chosenEnd: number;
  caret: number | null;
  held: string | null;
  /** The selected span; its ends have handles where it is `held`. */
  selected: string | null;
}

export const TextBlock = memo(function TextBlock({ text, block, number, direction, spans, chosenStart, chosenEnd, caret, held, selected }: Props) {
  const lanes = spans.reduce((most, span) => Math.max(most, span.lane + 1), 0);
  const pieces = piecesOf(block, { spans, chosen: chosenEnd > chosenStart ? { start: chosenStart, end: chosenEnd } : null, caret, held });
  return (
    <div className={styles.block} dir={direction} data-block={number} data-start={block.start} data-end={block.end} style={{ '--lanes': lanes } as CSSProperties}>
      {pieces.map((piece) => <PieceView key={keyOf(piece)} piece={piece} text={text} lanes={lanes} selected={selected} />)}
      {block.end === block.start ? <br /> : null}
    </div>
  );
}, (before, after) => {
  const { spans, ...rest } = after;
  const alike = spans.length === before.spans.length && spans.every((span, at) => span === before.spans[at]);
  return alike && (Object.keys(rest) as (keyof typeof rest)[]).every((name) => before[name] === after[name]);
});

const keyOf = (piece: Piece): string => (piece.kind === 'text' ? `${piece.start}` : piece.kind === 'caret' ? 'caret' : piece.kind === 'tag' ? `tag/${piece.span.id}` : piece.edge);

function PieceView({ piece, text, lanes, selected }: { piece: Piece; text: string; lanes: number; selected: string | null }) {
  switch (piece.kind) {
    case 'text':
      return <span data-from={piece.start} className={styles.run} data-covered={piece.covers.length > 0} data-chosen={piece.chosen} style={piece.covers.length > 0 ? coverStyle(piece.covers, lanes, selected) : undefined}>{text.slice(piece.start, piece.end)}</span>;
    case 'caret':
      return <span className={styles.caret} data-caret />;
    case 'handle':
      return <span className={styles.handle} data-handle={piece.edge} data-span={piece.span.id} style={{ '--class-color': piece.span.color } as CSSProperties} />;
    case 'tag':
      return (
        <span
          className={styles.tag} role="button" tabIndex={-1} dir="auto" data-tag={piece.span.id} data-predicted={piece.span.predicted} data-selected={piece.span.id === selected} aria-label={piece.span.name} aria-pressed={piece.span.id === selected}
          style={{ '--class-color': piece.span.color, '--tag-ink': inkOn(piece.span.color) } as CSSProperties}
        >
          {piece.span.caption}
        </span>
      );
  }
}

const LANE_PX = 4;

/** A line per span, each in its lane, over a wash of the colour; a model's are dashed and without the wash. */
function coverStyle(covers: readonly ShownSpan[], lanes: number, selected: string | null): CSSProperties {
  const lines = covers.map((span) => {
    const image = span.predicted ? `repeating-linear-gradient(90deg, ${span.color} 0 5px, transparent 5px 9px)` : `linear-gradient(${span.color}, ${span.color})`;
    return `${image} 0 calc(100% - ${(lanes - 1 - span.lane) * LANE_PX}px) / 100% ${span.id === selected ? 3.5 : 2.5}px no-repeat`;
  });
  const washes = covers.filter((span) => !span.predicted).map((span) => {
    const wash = `color-mix(in srgb, ${span.color} ${span.id === selected ? 34 : 15}%, transparent)`;
    return `linear-gradient(${wash}, ${wash})`;
  });
  return { background: [...lines, ...washes].join(', ') };
}
