// Why a branch did not move. Where gates stand in the way, it says so, and where to read what they said.
import { Alert, Stack } from '@mantine/core';
import { IconShieldX } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import { ApiError } from '../../../api/client';
import { ErrorNotice } from '../../../shared/ErrorNotice';
import { Panel } from '../../../shared/Panel';
import { GateReports } from './GateReports';

export function GateRefusal({ dataset, branch, error }: { dataset: string; branch: string; error: Error | null }) {
  const { t } = useTranslation();
  if (!(error instanceof ApiError) || error.code !== 'gates_failed') return <ErrorNotice error={error} />;
  const commit = /\b[0-9a-f]{12,64}\b/.exec(error.problem.detail ?? '')?.[0];
  return (
    <Stack gap="sm" data-testid="gates-refused">
      <Alert color="red" role="alert" icon={<IconShieldX />} title={t('versioning.gates_refused', { branch })}>{commit ? t('versioning.gates_refused_detail') : error.problem.detail}</Alert>
      {commit ? <Panel><GateReports dataset={dataset} refName={commit} branch={branch} /></Panel> : null}
    </Stack>
  );
}
