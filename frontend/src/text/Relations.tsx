// Lines between spans that are in view, over the text. Those whose other end is not laid out run towards its place.
import { useId, useLayoutEffect, useRef, useState, type CSSProperties, type RefObject } from 'react';
import { arcBetween, spread, type Arc, type Place } from './arcs';
import { inkOn } from './ink';
import styles from './text.module.css';

export interface ShownArc {
  id: string;
  from: string;
  to: string;
  caption: string;
  /** What a screen reader says of it. */
  name: string;
  color: string;
  predicted: boolean;
}

interface Props {
  arcs: readonly ShownArc[];
  selected: string | null;
  content: RefObject<HTMLElement | null>;
  /** About where a span lies that is not laid out. */
  guess: (span: string) => Place | null;
  /** These two change with everything that may move a tag. */
  spans: readonly unknown[];
  moved: string;
}

/** About the width of a letter of a name. */
const LETTER_PX = 6.3;

type Drawn = Arc & { arc: ShownArc };

export function Relations({ arcs, selected, content, guess, spans, moved }: Props) {
  const [drawn, setDrawn] = useState<Drawn[]>([]);
  const latest = useRef(guess);
  const heads = useId();
  useLayoutEffect(() => {
    latest.current = guess;
  });
  useLayoutEffect(() => {
    if (content.current) setDrawn(draw(arcs, content.current, latest.current));
  }, [arcs, content, spans, moved]);
  return (
    <>
      <svg className={styles.arcs} aria-hidden>
        {drawn.map(({ arc, path }, number) => (
          <g key={arc.id} style={{ color: arc.color }} data-selected={arc.id === selected}>
            <path className={styles.arc} d={path} strokeDasharray={arc.predicted ? '5 4' : undefined} markerEnd={`url(#${heads}-${number})`} />
            <marker id={`${heads}-${number}`} viewBox="0 0 8 8" refX={7} refY={4} markerWidth={8} markerHeight={8} markerUnits="userSpaceOnUse" orient="auto"><path d="M 0 0 L 8 4 L 0 8 z" fill={arc.color} /></marker>
          </g>
        ))}
      </svg>
      {drawn.map(({ arc, label }) => (
        <span key={arc.id} className={styles.arcName} role="button" tabIndex={-1} dir="auto" data-tag={arc.id} data-predicted={arc.predicted} data-selected={arc.id === selected} aria-label={arc.name} aria-pressed={arc.id === selected} style={{ left: label.x, top: label.y, '--class-color': arc.color, '--tag-ink': inkOn(arc.color) } as CSSProperties}>{arc.caption}</span>
      ))}
    </>
  );
}

function draw(arcs: readonly ShownArc[], content: HTMLElement, guess: (span: string) => Place | null): Drawn[] {
  if (arcs.length === 0) return [];
  const origin = content.getBoundingClientRect();
  const places = new Map<string, Place>();
  let line = 0;
  for (const tag of content.querySelectorAll<HTMLElement>('[data-block] [data-tag]')) {
    const box = tag.getBoundingClientRect();
    line = Math.max(line, box.height);
    places.set(tag.dataset['tag'] ?? '', { x: box.left + box.width / 2 - origin.left, y: box.top - origin.top });
  }
  const seen = arcs.flatMap((arc) => {
    if (!places.has(arc.from) && !places.has(arc.to)) return [];
    const from = places.get(arc.from) ?? guess(arc.from);
    const to = places.get(arc.to) ?? guess(arc.to);
    if (!from || !to) return [];
    // Towards a lower line it leaves below its tag, else it would cross the tag's name.
    const start = to.y > from.y + line ? { x: from.x, y: from.y + line } : from;
    return [{ arc, ...arcBetween(start, to, line) }];
  });
  return spread(seen, ({ arc }) => arc.caption.length * LETTER_PX + 12);
}
