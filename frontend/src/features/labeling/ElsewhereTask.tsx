// The task that one holds is open in another tab: says so, and offers to go on here.
import { Button, Center } from '@mantine/core';
import { IconBrowserShare } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Project } from '../../api/types';
import { EmptyState } from '../../shared/EmptyState';
import { ErrorNotice } from '../../shared/ErrorNotice';
import { useAction } from '../../shared/useAction';
import type { Staged } from './useSitting';
import { WorkHeader } from './WorkHeader';
import styles from './labeling.module.css';

interface Props {
  project: Project;
  staged: Staged;
  count: number;
  onTakeOver: () => Promise<void>;
}

export function ElsewhereTask({ project, staged, count, onTakeOver }: Props) {
  const { t } = useTranslation();
  const takeOver = useAction(onTakeOver);
  return (
    <div className={styles.screen}>
      <WorkHeader project={project} count={count} title={staged.task.sample.key} />
      <Center component="main" data-testid="elsewhere" data-task={staged.task.id}>
        <EmptyState icon={<IconBrowserShare />} title={t('labeling.elsewhere')} detail={t('labeling.elsewhere_detail')}>
          <ErrorNotice error={takeOver.error} />
          <Center><Button loading={takeOver.busy} onClick={() => void takeOver.run()} data-testid="take-over">{t('labeling.take_over')}</Button></Center>
        </EmptyState>
      </Center>
    </div>
  );
}
