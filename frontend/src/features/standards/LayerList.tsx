// The layers of a standard in their order: choose one to edit, put them in another order, add one.
import { Badge, Button, Text, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconPlus } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Layer } from '../../api/types';
import { useEditing } from './editing_context';
import { KindPicker } from './KindPicker';
import { KindPicture } from './KindPicture';
import type { Kind } from './kinds';
import { MoveHandle } from './MoveHandle';
import { useReorder } from './useReorder';
import styles from './standards.module.css';

interface Props {
  layers: readonly Layer[];
  chosen: number;
  /** How much is wrong in each. */
  problems: readonly number[];
  onChoose: (index: number) => void;
  onMove: (from: number, to: number) => void;
  onAdd: (kind: Kind) => void;
}

export function LayerList({ layers, chosen, problems, onChoose, onMove, onAdd }: Props) {
  const { t } = useTranslation();
  const { editable } = useEditing();
  const [adding, add] = useDisclosure(false);
  const order = useReorder(layers.length, onMove);
  return (
    <nav aria-label={t('standards.layers')}>
      <ol className={styles.layers} data-testid="layer-list">
        {layers.map((layer, index) => (
          <li key={index} className={styles.layer} data-chosen={index === chosen} {...order.row(index)}>
            {editable && layers.length > 1 ? <MoveHandle name={layer.name} handle={order.handle(index)} /> : null}
            <UnstyledButton className={styles.layerButton} aria-current={index === chosen} onClick={() => onChoose(index)} data-testid="layer-choose">
              <KindPicture kind={layer.kind} />
              <span className={styles.layerText}>
                <Text span size="sm" fw={600} truncate display="block">{layer.name || '—'}</Text>
                <Text span size="xs" c="dimmed" truncate display="block">{t(`standards.kind_${layer.kind}`)}</Text>
              </span>
              {(problems[index] ?? 0) > 0 ? <Badge color="red" variant="light" size="sm" aria-label={t('standards.problem_count', { count: problems[index] ?? 0 })}>{problems[index]}</Badge> : null}
            </UnstyledButton>
          </li>
        ))}
        {editable ? <li><Button variant="default" h="100%" mih={54} leftSection={<IconPlus size={16} />} onClick={add.open} data-testid="add-layer">{t('standards.add_layer')}</Button></li> : null}
      </ol>
      <KindPicker opened={adding} onClose={add.close} title={t('standards.add_layer')} value={null} onPick={onAdd} />
      <span className="visually-hidden" aria-live="polite">{order.told}</span>
    </nav>
  );
}
