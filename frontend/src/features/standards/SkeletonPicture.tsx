// A schematic picture of a skeleton. Two joints chosen one after the other are joined, or parted.
import { Text } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { useEditing } from './editing_context';
import { edgesOf, placesOf, toggleEdge, type Skeleton } from './skeleton';
import styles from './standards.module.css';

export function SkeletonPicture({ value, onChange }: { value: Skeleton; onChange: (value: Skeleton) => void }) {
  const { t } = useTranslation();
  const { editable } = useEditing();
  const [first, setFirst] = useState<number | null>(null);
  const places = placesOf(value.points);
  const edges = edgesOf(value);
  const choose = (index: number) => {
    if (first !== null && first < value.points.length) onChange(toggleEdge(value, first, index));
    setFirst(first === null ? index : null);
  };
  return (
    <div>
      <div className={styles.schema} data-testid="skeleton-picture" onKeyDown={(event) => { if (event.key === 'Escape') setFirst(null); }}>
        <svg viewBox="0 0 100 100" preserveAspectRatio="none" aria-hidden>
          {edges.map(([a = -1, b = -1]) => {
            const [from, to] = [places[a], places[b]];
            return from && to ? <line key={`${a}/${b}`} x1={from[0]} y1={from[1]} x2={to[0]} y2={to[1]} vectorEffect="non-scaling-stroke" /> : null;
          })}
        </svg>
        {value.points.map((name, index) => {
          const joined = edges.filter((edge) => edge.includes(index)).flatMap((edge) => edge.filter((end) => end !== index)).map((end) => value.points[end]);
          return (
            <button
              key={index} type="button" className={styles.joint} style={{ left: `${places[index]?.[0] ?? 50}%`, top: `${places[index]?.[1] ?? 50}%` }} disabled={!editable} aria-pressed={first === index} title={name}
              aria-label={`${index + 1} ${joined.length > 0 ? t('standards.joint_joined', { name, others: joined.join(', ') }) : t('standards.joint_alone', { name })}`} onClick={() => choose(index)}
            >
              {index + 1}
            </button>
          );
        })}
      </div>
      <Text size="xs" c="dimmed" mt={6} aria-live="polite">{first === null ? t('standards.join_hint') : t('standards.join_second', { name: value.points[first] ?? '' })}</Text>
    </div>
  );
}
