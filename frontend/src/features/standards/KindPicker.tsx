// All kinds of layers in their groups, to choose one.
import { Modal, Text, Title, UnstyledButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import { KIND_GROUPS, type Kind } from './kinds';
import { KindPicture } from './KindPicture';
import styles from './standards.module.css';

interface Props {
  opened: boolean;
  onClose: () => void;
  title: string;
  /** The one that stands now. */
  value: Kind | null;
  onPick: (kind: Kind) => void;
}

export function KindPicker({ opened, onClose, title, value, onPick }: Props) {
  const { t } = useTranslation();
  const pick = (kind: Kind) => {
    onPick(kind);
    onClose();
  };
  return (
    <Modal opened={opened} onClose={onClose} title={title} size="58rem">
      <div className={styles.kinds} data-testid="kind-picker">
        {KIND_GROUPS.map(({ group, kinds }) => (
          <section key={group} aria-labelledby={`kinds-${group}`}>
            <Title order={3} fz="sm" mb={8} id={`kinds-${group}`}>{t(`standards.group_${group}`)}</Title>
            <div className={styles.kindCards}>
              {kinds.map((kind) => (
                <UnstyledButton key={kind} className={styles.kind} aria-pressed={kind === value} onClick={() => pick(kind)} data-testid={`kind-${kind}`}>
                  <KindPicture kind={kind} />
                  <span>
                    <Text span size="sm" fw={600} display="block">{t(`standards.kind_${kind}`)}</Text>
                    <Text span size="xs" c="dimmed" display="block" lh={1.4}>{t(`standards.about_${kind}`)}</Text>
                  </span>
                </UnstyledButton>
              ))}
            </div>
          </section>
        ))}
      </div>
    </Modal>
  );
}
