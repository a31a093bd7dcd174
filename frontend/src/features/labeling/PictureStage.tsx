// A picture under the hand: the canvas with its tools, and a line that says what the tool waits for or what is selected.
import { Text } from '@mantine/core';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { ImageCanvas } from '../../canvas/ImageCanvas';
import { isShape } from '../../canvas/shapes/shape';
import type { Size } from '../../canvas/geometry';
import type { ToolName } from '../../canvas/tools/tool';
import { measuresOf } from './measures';
import { paintedShapes } from './painted';
import { Toolbar } from './Toolbar';
import type { Bench } from './useBench';
import { useKeyChoices } from './useKeyChoices';
import { useImage } from './useImage';
import styles from './labeling.module.css';

interface Props {
  bench: Bench;
  src: string;
  /** As the service knows it; else as the picture itself says. */
  known: { width?: number | null; height?: number | null };
  name: string;
  editable: boolean;
}

export function PictureStage({ bench, src, known, name, editable }: Props) {
  const { t } = useTranslation();
  const loaded = useImage(src);
  const { answer, content, best, accepted, hidden, locked, layer, display } = bench;
  const shapes = useMemo(() => paintedShapes({ answer, content, best, accepted, hidden, locked }, editable), [answer, content, best, accepted, hidden, locked, editable]);
  const plan = useMemo(() => (layer.skeleton ? { points: layer.skeleton.points, edges: layer.skeleton.edges ?? [] } : null), [layer.skeleton]);
  if (loaded.failed) return <div className={styles.failed} role="alert"><Text>{t('labeling.media_failed')}</Text></div>;
  const size: Size = { width: known.width ?? loaded.image?.naturalWidth ?? 1, height: known.height ?? loaded.image?.naturalHeight ?? 1 };
  const tool = bench.toolFor(editable);
  const active = layer.classes.find((each) => each.name === bench.activeClass);
  return (
    <div className={styles.mediaFrame}>
      <ImageCanvas
        ref={bench.canvas} picture={loaded.image} size={size} shapes={shapes} selected={bench.selected} tool={tool} editable={editable} plan={plan} {...display}
        activeColor={active?.color ?? '#2b8387'} label={t('labeling.canvas', { key: name })} onSelect={bench.select} onCreate={bench.create} onChange={bench.reshape} onRemove={bench.remove} onBrush={tool === 'brush' || tool === 'eraser' ? bench.resizeBrush : undefined}
      />
      <Toolbar bench={bench} tool={tool} editable={editable} />
      <StatusLine bench={bench} tool={tool} />
    </div>
  );
}

function StatusLine({ bench, tool }: { bench: Bench; tool: ToolName }) {
  const { t } = useTranslation();
  const { shown } = useKeyChoices();
  const item = bench.answer.find((each) => each.id === bench.selected);
  const measured = item && isShape(item) ? measuresOf(item).map(({ key, values }) => t(`labeling.measure_${key}`, values)) : null;
  const painting = tool === 'brush' || tool === 'eraser';
  const hint = tool === 'select' || tool === 'pan' ? null : t(`labeling.hint_${tool}`, { skip: shown('skip_joint'), next: shown('repeat_tool') });
  const parts = [...(painting ? [t('labeling.brush_size', { size: bench.display.brush })] : []), ...(measured ?? (hint ? [hint] : []))];
  return parts.length > 0 ? <output className={styles.statusLine} data-testid="status-line">{parts.join(' · ')}</output> : null;
}
