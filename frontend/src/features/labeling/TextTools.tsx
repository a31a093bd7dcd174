// The strip above a text: what a selection becomes, whole words or not, relations, the size of the letters.
import { ActionIcon, Button, Kbd, Switch, Text, Tooltip } from '@mantine/core';
import { IconLink, IconTextDecrease, IconTextIncrease } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Layer } from '../../api/types';
import { ClassChip } from '../../shared/ClassChip';
import type { TextDocument } from '../../text/blocks';
import { colorIn } from './painted';
import { isSpan, quote } from './text_items';
import type { Bench } from './useBench';
import { useKeyChoices } from './useKeyChoices';
import type { useRelating } from './useRelating';
import styles from './text_stage.module.css';

interface Props {
  bench: Bench;
  /** The layer that a selection goes to; none where nothing is made. */
  layer: Layer | undefined;
  relating: ReturnType<typeof useRelating>;
  document: TextDocument;
  snap: boolean;
  onSnap: (snap: boolean) => void;
  onResize: (by: number) => void;
}

export function TextTools({ bench, layer, relating, document, snap, onSnap, onResize }: Props) {
  const { t } = useTranslation();
  const { shown, withKey } = useKeyChoices();
  const className = layer ? bench.activeClassOf(layer) : '';
  const inHand = bench.answer.find((item) => item.id === bench.selected);
  return (
    <div className={styles.tools} role="toolbar" aria-label={t('text.tools')}>
      {relating.first ? (
        <>
          <Text size="sm" className={styles.message} role="status" data-testid="relating">{t('text.relate_from', { name: quote(document, relating.first), class: relating.className })}</Text>
          <Button size="compact-sm" variant="default" onClick={() => relating.cancel()} rightSection={<Kbd size="xs">Esc</Kbd>}>{t('text.cancel')}</Button>
        </>
      ) : (
        <>
          {layer && className ? <span className={styles.makes}><Text span size="sm" c="dimmed">{t('text.makes')}</Text><ClassChip name={className} color={colorIn(bench.content, { layer: layer.name, class: className })} /></span> : null}
          <span className={styles.gap} />
          {layer ? <Tooltip label={t('text.snap_detail')} multiline maw={280}><Switch size="xs" label={t('text.snap')} checked={snap} onChange={(event) => onSnap(event.currentTarget.checked)} data-testid="snap" /></Tooltip> : null}
          {relating.possible ? <Tooltip label={t('text.relate_detail')}><Button size="compact-sm" variant="default" leftSection={<IconLink size={15} stroke={1.7} />} rightSection={shown('relate') ? <Kbd size="xs">{shown('relate')}</Kbd> : null} disabled={!inHand || !isSpan(inHand)} onClick={relating.begin} data-testid="relate">{t('text.relate')}</Button></Tooltip> : null}
        </>
      )}
      <span className={styles.sizes}>
        <Tooltip label={withKey(t('text.smaller'), 'zoom_out')}><ActionIcon variant="subtle" color="gray" size={28} aria-label={t('text.smaller')} onClick={() => onResize(-2)}><IconTextDecrease size={18} stroke={1.7} /></ActionIcon></Tooltip>
        <Tooltip label={withKey(t('text.larger'), 'zoom_in')}><ActionIcon variant="subtle" color="gray" size={28} aria-label={t('text.larger')} onClick={() => onResize(2)}><IconTextIncrease size={18} stroke={1.7} /></ActionIcon></Tooltip>
      </span>
    </div>
  );
}
