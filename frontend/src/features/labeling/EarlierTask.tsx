// Looking back at what one submitted in this sitting. Submitted annotations never change, so this only shows.
import { Alert, Button } from '@mantine/core';
import { useTranslation } from 'react-i18next';
import type { Project } from '../../api/types';
import type { Match } from './keymap';
import { useBench } from './useBench';
import { did, useKeys } from './useKeys';
import type { Visited } from './useSitting';
import { WorkHeader } from './WorkHeader';
import { Workbench } from './Workbench';
import styles from './labeling.module.css';

interface Props {
  project: Project;
  visited: Visited;
  count: number;
  pictureUrl: (sampleKey: string, field: string) => string;
  onStep: (by: 1 | -1) => void;
}

export function EarlierTask({ project, visited, count, pictureUrl, onStep }: Props) {
  const { t } = useTranslation();
  const bench = useBench(visited.task.standard.content, visited.answer, []);
  useKeys(true, (match: Match) => {
    if (!('action' in match)) return false;
    if (match.action === 'previous_task') return did(() => onStep(-1));
    if (match.action === 'next_task' || match.action === 'submit' || match.action === 'cancel') return did(() => onStep(1));
    return ['fit', 'zoom_in', 'zoom_out', 'actual_size'].includes(match.action) && bench.press(match);
  });
  return (
    <div className={styles.screen} data-testid="earlier-task">
      <WorkHeader project={project} count={count} title={visited.task.sample.key} />
      <main className={styles.stage}>
        <Workbench
          bench={bench} sample={visited.task.sample} pictureUrl={(field) => pictureUrl(visited.task.sample.key, field)} editable={false}
          notice={<Alert>{t('labeling.earlier')}</Alert>}
          actions={<Button variant="default" onClick={() => onStep(1)}>{t('labeling.key_next_task')}</Button>}
        />
      </main>
    </div>
  );
}
