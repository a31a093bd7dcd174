// The bench itself: classes at the left, the sample in the middle, the answer and the guideline at the right.
import { ActionIcon, Tabs, Text, Tooltip } from '@mantine/core';
import { IconHandStop, IconPointer, IconRectangle, IconZoomIn, IconZoomOut, IconZoomReset } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { SampleView } from '../../api/types';
import { ImageCanvas } from '../../canvas/ImageCanvas';
import { Markdown } from '../../shared/Markdown';
import { isAudioField } from './audio_items';
import { AudioStage } from './AudioStage';
import { AnswerList } from './AnswerList';
import { ClassPanel } from './ClassPanel';
import { paintedShapes } from './painted';
import { PredictionPanel } from './PredictionPanel';
import { TextStage } from './TextStage';
import type { Bench } from './useBench';
import { useImage } from './useImage';
import { isTextField } from './useText';
import styles from './labeling.module.css';

interface Props {
  bench: Bench;
  sample: SampleView;
  /** Where a picture field of the sample is served at full size. */
  pictureUrl: (field: string) => string;
  editable: boolean;
  /** Stands above the answer: a reviewer's comment, who made it. */
  notice?: ReactNode;
  /** Stands below everything at the right: the buttons. */
  actions: ReactNode;
}

export function Workbench({ bench, sample, pictureUrl, editable, notice, actions }: Props) {
  const { t } = useTranslation();
  return (
    <div className={styles.bench}>
      <aside className={styles.left} aria-label={t('labeling.classes')}>
        <ClassPanel bench={bench} editable={editable} />
      </aside>
      <section className={styles.centre} aria-label={sample.key}>
        <Media bench={bench} sample={sample} pictureUrl={pictureUrl} editable={editable} />
      </section>
      <aside className={styles.right}>
        <div className={styles.rightScroll}>
          {notice}
          {editable ? <PredictionPanel bench={bench} /> : null}
          <Tabs defaultValue="answer" keepMounted={false} className={styles.rightTabs}>
            <Tabs.List><Tabs.Tab value="answer">{t('labeling.answer')}</Tabs.Tab><Tabs.Tab value="guideline" data-testid="guideline-tab">{t('labeling.guideline')}</Tabs.Tab></Tabs.List>
            <Tabs.Panel value="answer" pt="sm"><AnswerList bench={bench} editable={editable} /></Tabs.Panel>
            <Tabs.Panel value="guideline" pt="md">{bench.content.guideline ? <Markdown text={bench.content.guideline} /> : <Text size="sm" c="dimmed">{t('labeling.no_guideline')}</Text>}</Tabs.Panel>
          </Tabs>
        </div>
        <div className={styles.actions}>{actions}</div>
      </aside>
    </div>
  );
}

function Media({ bench, sample, pictureUrl, editable }: Omit<Props, 'notice' | 'actions'>) {
  const { t } = useTranslation();
  const wanted = sample.fields[bench.layer.field] ? bench.layer.field : (Object.keys(sample.fields)[0] ?? bench.layer.field);
  const field = sample.fields[wanted];
  const picture = field && 'blob' in field && field.blob.media_type.startsWith('image/') ? field.blob : null;
  const loaded = useImage(picture ? pictureUrl(wanted) : null);
  if (isAudioField(field)) return <AudioStage bench={bench} sample={sample} field={wanted} url={pictureUrl(wanted)} editable={editable} />;
  if (!picture) {
    const readable = isTextField(field) ? wanted : (Object.keys(sample.fields).find((name) => isTextField(sample.fields[name])) ?? wanted);
    return <TextStage bench={bench} sample={sample} field={readable} url={pictureUrl(readable)} editable={editable} />;
  }
  if (loaded.failed) return <div className={styles.failed} role="alert"><Text>{t('labeling.media_failed')}</Text></div>;
  const size = { width: picture.width ?? loaded.image?.naturalWidth ?? 1, height: picture.height ?? loaded.image?.naturalHeight ?? 1 };
  const boxing = bench.layer.kind === 'box';
  const tool = boxing ? bench.tool : bench.tool === 'pan' ? 'pan' : 'select';
  const active = bench.layer.classes.find((each) => each.name === bench.activeClass);
  return (
    <div className={styles.mediaFrame}>
      <ImageCanvas
        ref={bench.canvas} picture={loaded.image} size={size} shapes={paintedShapes(bench, editable)} selected={bench.selected} tool={tool} editable={editable}
        activeColor={active?.color ?? '#2b8387'} label={t('labeling.canvas', { key: sample.key })} onSelect={bench.select} onCreate={bench.create} onChange={bench.reshape}
      />
      <Toolbar bench={bench} boxing={boxing && editable} tool={tool} />
    </div>
  );
}

function Toolbar({ bench, boxing, tool }: { bench: Bench; boxing: boolean; tool: string }) {
  const { t } = useTranslation();
  const tools = [['select', 'V', IconPointer], ...(boxing ? [['box', 'R', IconRectangle]] as const : []), ['pan', 'H', IconHandStop]] as const;
  const views = [['zoom_in', '+', IconZoomIn], ['zoom_out', '-', IconZoomOut], ['fit', 'Shift+1', IconZoomReset]] as const;
  return (
    <div className={styles.toolbar} role="toolbar" aria-label={t('labeling.tools')}>
      {tools.map(([name, key, Icon]) => (
        <Tooltip key={name} label={`${t(`labeling.key_tool_${name}`)} (${key})`} position="right">
          <ActionIcon variant={tool === name ? 'filled' : 'subtle'} color={tool === name ? undefined : 'gray'} size={34} aria-pressed={tool === name} aria-label={t(`labeling.key_tool_${name}`)} onClick={() => bench.setTool(name)} data-testid={`tool-${name}`}><Icon size={18} stroke={1.7} /></ActionIcon>
        </Tooltip>
      ))}
      <span className={styles.toolGap} />
      {views.map(([name, key, Icon]) => (
        <Tooltip key={name} label={`${t(`labeling.key_${name}`)} (${key})`} position="right">
          <ActionIcon variant="subtle" color="gray" size={34} aria-label={t(`labeling.key_${name}`)} onClick={() => bench.act(name)} data-testid={name}><Icon size={18} stroke={1.7} /></ActionIcon>
        </Tooltip>
      ))}
    </div>
  );
}
