// What annotators will see of the draft: the class panel and a form of attributes, made of the label page's own parts.
import { Text, Title } from '@mantine/core';
import { memo, useDeferredValue, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AttributeDef, StandardContent } from '../../api/types';
import { AttributeForm } from '../labeling/AttributeForm';
import { ClassPanel } from '../labeling/ClassPanel';
import { useBench } from '../labeling/useBench';
import styles from './standards.module.css';

interface Props {
  content: StandardContent;
  /** The layer being edited. */
  layer: string;
  /** The class being edited, if one stands open. */
  shown: string | null;
}

export function LabelPreview(props: Props) {
  const { t } = useTranslation();
  // Typing goes first: with thousands of classes the panel follows a moment later.
  const content = useDeferredValue(props.content);
  return (
    <aside className={styles.preview} aria-labelledby="label-preview" data-testid="label-preview">
      <Title order={2} fz="sm" id="label-preview">{t('standards.label_preview')}</Title>
      <Text size="xs" c="dimmed" mb="sm">{t('standards.label_preview_detail')}</Text>
      <Panels content={content} layer={props.layer} shown={props.shown} />
    </aside>
  );
}

const Panels = memo(function Panels({ content, layer, shown }: Props) {
  const bench = useBench(content, [], []);
  const { setLayer } = bench;
  useEffect(() => setLayer(layer), [layer, setLayer]);
  const active = shown ?? (bench.layer.kind === 'classification' ? bench.answer.find((item) => item.layer === bench.layer.name)?.class : bench.activeClass) ?? null;
  const definition = bench.layer.classes.find((each) => each.name === active);
  return (
    <div className={styles.previewBody}>
      <div className={styles.previewClasses}><ClassPanel bench={bench} editable /></div>
      {definition && definition.attributes.length > 0 ? (
        <div className={styles.previewForm}>
          <Text size="xs" c="dimmed" mb={4}>{definition.name}</Text>
          <TriedForm key={`${bench.layer.name}/${definition.name}`} definitions={definition.attributes} />
        </div>
      ) : null}
    </div>
  );
});

function TriedForm({ definitions }: { definitions: readonly AttributeDef[] }) {
  const [tried, setTried] = useState<Record<string, unknown> | null>(null);
  const fresh = Object.fromEntries(definitions.filter((each) => each.default !== undefined && each.default !== null).map((each) => [each.name, each.default]));
  return <AttributeForm definitions={definitions} values={tried ?? fresh} editable onChange={setTried} />;
}
