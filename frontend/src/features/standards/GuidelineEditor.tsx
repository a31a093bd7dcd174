// The guideline: Markdown at the left, and beside it what annotators will read.
import { Textarea, Title } from '@mantine/core';
import { useDeferredValue } from 'react';
import { useTranslation } from 'react-i18next';
import { Markdown } from '../../shared/Markdown';
import { Panel } from '../../shared/Panel';
import styles from './standards.module.css';

export function GuidelineEditor({ text, error, editable, onChange }: { text: string; error?: string; editable: boolean; onChange: (text: string) => void }) {
  const { t } = useTranslation();
  // Typing goes first: a long guideline is drawn when there is time.
  const drawn = useDeferredValue(text);
  return (
    <Panel title={t('standards.guideline')} detail={t('standards.guideline_detail')}>
      <div className={editable ? styles.guideline : undefined}>
        {editable ? <Textarea label={t('standards.write')} error={error} autosize minRows={18} classNames={{ input: styles.source }} value={text} onChange={(event) => onChange(event.currentTarget.value)} data-testid="guideline" /> : null}
        <section className={styles.rendering} aria-label={t('standards.preview')} data-testid="guideline-preview">
          {editable ? <Title order={3} fz="sm" fw={500} lh={1.55} mb={2}>{t('standards.preview')}</Title> : null}
          <div className={editable ? styles.rendered : undefined}>{drawn.trim() === '' ? <p className={styles.nothing}>{t('standards.no_guideline')}</p> : <Markdown text={drawn} />}</div>
        </section>
      </div>
    </Panel>
  );
}
