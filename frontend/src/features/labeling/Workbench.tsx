// The bench itself: classes at the left, the sample in the middle, the answer and the guideline at the right.
import { Tabs, Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { SampleView } from '../../api/types';
import { Markdown } from '../../shared/Markdown';
import { AnswerList } from './AnswerList';
import { isAudioField } from './audio_items';
import { AudioStage } from './AudioStage';
import { ClassPanel } from './ClassPanel';
import { PictureStage } from './PictureStage';
import { PredictionPanel } from './PredictionPanel';
import { TextStage } from './TextStage';
import type { Bench } from './useBench';
import { isTextField } from './useText';
import styles from './labeling.module.css';

interface Props {
  bench: Bench;
  sample: SampleView;
  /** Where a blob of the sample is served: a picture at full size. */
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

/** Which stage the field in hand is shown on. */
function Media({ bench, sample, pictureUrl, editable }: Omit<Props, 'notice' | 'actions'>) {
  const wanted = sample.fields[bench.layer.field] ? bench.layer.field : (Object.keys(sample.fields)[0] ?? bench.layer.field);
  const field = sample.fields[wanted];
  const picture = field && 'blob' in field && field.blob.media_type.startsWith('image/') ? field.blob : null;
  if (isAudioField(field)) return <AudioStage bench={bench} sample={sample} field={wanted} url={pictureUrl(wanted)} editable={editable} />;
  if (picture) return <PictureStage bench={bench} src={pictureUrl(wanted)} known={picture} name={sample.key} editable={editable} />;
  const readable = isTextField(field) ? wanted : (Object.keys(sample.fields).find((name) => isTextField(sample.fields[name])) ?? wanted);
  return <TextStage bench={bench} sample={sample} field={readable} url={pictureUrl(readable)} editable={editable} />;
}
