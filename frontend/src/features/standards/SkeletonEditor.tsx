// The joints of a skeleton as a list, and beside it the picture in which they are joined.
import { ActionIcon, Button, Group, Stack, Text, TextInput, Title } from '@mantine/core';
import { IconPlus, IconStretching, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { placeOf } from './check';
import { useEditing } from './editing_context';
import { MoveHandle } from './MoveHandle';
import { addJoint, moveJoint, person, removeJoint, renameJoint, type Skeleton } from './skeleton';
import { SkeletonPicture } from './SkeletonPicture';
import { useReorder } from './useReorder';
import styles from './standards.module.css';

export function SkeletonEditor({ value, path, onChange }: { value: Skeleton; path: string; onChange: (value: Skeleton) => void }) {
  const { t } = useTranslation();
  const { editable, problemAt } = useEditing();
  const { points } = value;
  const order = useReorder(points.length, (from, to) => onChange(moveJoint(value, from, to)));
  return (
    <section aria-label={t('standards.skeleton')} data-testid="skeleton-editor">
      <Title order={3} fz="sm" mb="xs">{t('standards.skeleton')}</Title>
      <div className={styles.skeleton}>
        <Stack gap={4}>
          {points.length === 0 ? <Text size="sm" c={problemAt(path) ? 'var(--s-removed)' : 'dimmed'} role={problemAt(path) ? 'alert' : undefined}>{problemAt(path) ?? t('standards.no_joints')}</Text> : null}
          {points.map((name, index) => (
            <div key={index} className={styles.jointRow} {...order.row(index)}>
              {editable ? <MoveHandle name={name} handle={order.handle(index)} /> : <span />}
              <Text size="xs" c="dimmed" className="tabular" ta="end">{index + 1}</Text>
              <TextInput size="xs" aria-label={t('standards.joint_name', { number: index + 1 })} value={name} error={problemAt(placeOf(`${path}.points`, index, name))} onChange={(event) => onChange(renameJoint(value, index, event.currentTarget.value))} />
              {editable ? <ActionIcon variant="subtle" color="gray" size={28} aria-label={t('standards.remove_joint', { name })} onClick={() => onChange(removeJoint(value, index))}><IconTrash size={14} /></ActionIcon> : null}
            </div>
          ))}
          {editable ? (
            <Group gap="xs" mt={4}>
              <Button size="compact-sm" variant="subtle" leftSection={<IconPlus size={15} />} onClick={() => onChange(addJoint(value))} data-testid="add-joint">{t('standards.add_joint')}</Button>
              {points.length === 0 ? <Button size="compact-sm" variant="default" leftSection={<IconStretching size={15} />} onClick={() => onChange(person())} data-testid="joints-person">{t('standards.joints_person')}</Button> : null}
            </Group>
          ) : null}
        </Stack>
        {points.length > 0 ? <SkeletonPicture value={value} onChange={onChange} /> : null}
      </div>
      <span className="visually-hidden" aria-live="polite">{order.told}</span>
    </section>
  );
}
