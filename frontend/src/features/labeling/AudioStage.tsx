// The stage for a recording: binds the bench to the player and its outline.
import { ActionIcon, Alert, Button, Loader, Text, Tooltip, useComputedColorScheme } from '@mantine/core';
import { IconPlayerPlay, IconZoomIn, IconZoomOut } from '@tabler/icons-react';
import { useImperativeHandle, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Layer, SampleView } from '../../api/types';
import { AudioView, type AudioHandle } from '../../audio/AudioView';
import type { Interval } from '../../audio/marking';
import { ClassChip } from '../../shared/ClassChip';
import { isInterval, newInterval, shownIntervals } from './audio_items';
import { addItem, changeItem } from './document';
import { colorIn } from './painted';
import { besideAnswer, isPrediction, takenOver } from './text_items';
import type { Bench } from './useBench';
import { useKeyChoices } from './useKeyChoices';
import { useRecording, type LoadedRecording } from './useRecording';
import styles from './text_stage.module.css';

interface Props {
  bench: Bench;
  sample: SampleView;
  field: string;
  /** Where the field is served. */
  url: string;
  editable: boolean;
}

export function AudioStage(props: Props) {
  const { t } = useTranslation();
  const [attempt, setAttempt] = useState(0);
  const loaded = useRecording(props.url, attempt);
  if (loaded.state === 'ready') return <OpenRecording key={`${props.sample.key}/${props.field}`} {...props} recording={loaded} />;
  if (loaded.state === 'loading') return <div className={styles.panel} role="status"><Loader size="sm" /><Text size="sm" c="dimmed">{t('audio.loading')}</Text></div>;
  return (
    <div className={styles.panel} data-testid="audio-failed">
      <Alert color="orange" title={t('audio.failed')} role="alert" maw={460}><Text size="sm">{t('audio.failed_detail')}</Text><Button size="xs" mt="sm" onClick={() => setAttempt((now) => now + 1)}>{t('text.again')}</Button></Alert>
    </div>
  );
}

function OpenRecording({ bench, sample, field, url, editable, recording }: Props & { recording: Extract<LoadedRecording, { state: 'ready' }> }) {
  const { t } = useTranslation();
  const { withKey } = useKeyChoices();
  const view = useRef<AudioHandle>(null);
  const scheme = useComputedColorScheme('light');
  const { content, answer } = bench;
  const fits = (each: Layer) => each.kind === 'interval' && each.field === field;
  const layer = fits(bench.layer) ? bench.layer : content.layers.find(fits);
  const className = layer ? bench.activeClassOf(layer) : '';
  const best = editable && bench.accepted === null ? bench.best : null;
  const predicted = useMemo(() => (best ? besideAnswer(answer, best.result.items) : []), [best, answer]);
  const intervals = useMemo(() => shownIntervals(content, [...answer, ...predicted], field), [content, answer, predicted, field]);

  const create = (interval: Interval, inLayer = layer, name = className) => {
    if (!inLayer || !name) return;
    const item = newInterval(answer, inLayer, name, interval);
    bench.run(addItem(item));
    bench.setLayer(inLayer.name);
    bench.select(item.id);
  };
  const change = (id: string, interval: Interval) => {
    const item = answer.find((each) => each.id === id);
    const moved = item && isInterval(item) && (item.start !== interval.start || item.end !== interval.end);
    if (moved) bench.run(changeItem(item, { ...item, ...interval }));
  };
  const select = (id: string | null) => {
    if (id === null || !isPrediction(id)) return bench.select(id);
    const item = predicted.find((each) => each.id === id);
    const own = item && isInterval(item) ? takenOver(answer, item) : null;
    if (!own) return;
    bench.run(addItem(own));
    bench.select(own.id);
  };
  const takeClass = (inLayer: Layer, name: string): boolean => {
    const interval = view.current?.chosen();
    if (!interval || !editable || !fits(inLayer)) return false;
    view.current?.collapse();
    create(interval, inLayer, name);
    return true;
  };
  useImperativeHandle(bench.waiting, () => takeClass);
  useImperativeHandle(bench.canvas, () => ({
    zoomBy: (factor) => view.current?.zoom((now) => now * factor),
    fit: () => view.current?.zoom(() => 1),
    actualSize: () => view.current?.zoom(() => 1),
    cancel: () => view.current?.collapse() ?? false,
    order: () => false,
    size: () => null,
  }));

  return (
    <div className={styles.stage}>
      <div className={styles.tools} role="toolbar" aria-label={t('audio.tools')}>
        <Tooltip label={`${t('audio.play')} (Space)`}><ActionIcon variant="light" size={30} aria-label={t('audio.play')} onClick={() => view.current?.toggle()} data-testid="play"><IconPlayerPlay size={17} /></ActionIcon></Tooltip>
        {editable && layer && className ? <span className={styles.makes}><Text span size="sm" c="dimmed">{t('text.makes')}</Text><ClassChip name={className} color={colorIn(content, { layer: layer.name, class: className })} /></span> : null}
        <span className={styles.gap} />
        <span className={styles.sizes}>
          {([['zoom_out', IconZoomOut, 0.8], ['zoom_in', IconZoomIn, 1.25]] as const).map(([name, Icon, factor]) => <Tooltip key={name} label={withKey(t(`audio.${name}`), name)}><ActionIcon variant="subtle" color="gray" size={28} aria-label={t(`audio.${name}`)} onClick={() => view.current?.zoom((now) => now * factor)}><Icon size={18} stroke={1.7} /></ActionIcon></Tooltip>)}
        </span>
      </div>
      <AudioView
        ref={view} url={url} samples={recording.samples} duration={recording.duration} intervals={intervals} selected={bench.selected} editable={editable} creating={className !== ''} scheme={scheme}
        label={t('audio.label', { key: sample.key })} onSelect={select} onCreate={(interval) => create(interval)} onChange={change}
      />
    </div>
  );
}
