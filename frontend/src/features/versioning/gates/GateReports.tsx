// What the gates said about a commit: passed or not, how many were looked at, and samples that fail, with their pictures.
import { Badge, Button, Group, Select, Text, Title } from '@mantine/core';
import { IconCircleCheckFilled, IconCircleXFilled } from '@tabler/icons-react';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { getSample } from '../../../api/datasets';
import type { GateResult, Job } from '../../../api/types';
import { askGates, getGateReport, listRefs } from '../../../api/versioning';
import { RunningJob } from '../../../app/jobs/RunningJob';
import { useWorkspace } from '../../../app/session';
import { ErrorNotice } from '../../../shared/ErrorNotice';
import { useAction } from '../../../shared/useAction';
import { When } from '../../../shared/When';
import { SampleMedia } from '../../datasets/SampleMedia';
import { standing } from './results';
import { useProtected } from './useProtected';
import classes from './gates.module.css';

const SHOWN = 12;

interface Props {
  dataset: string;
  refName: string;
  /** Only what was said before this branch. */
  branch?: string;
}

export function GateReports({ dataset, refName, branch }: Props) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const report = useQuery({ queryKey: ['gates', workspace.slug, dataset, refName], queryFn: () => getGateReport(workspace.slug, dataset, refName) });
  const results = standing(report.data?.results ?? [], branch);
  return (
    <section data-testid="gate-reports">
      <Title order={3} mb="xs">{t('versioning.gates')}</Title>
      <ErrorNotice error={report.error} onRetry={() => void report.refetch()} />
      {report.data && results.length === 0 ? <Text size="sm" c="dimmed">{t('versioning.no_reports')}</Text> : null}
      <ul className={classes.reports}>{results.map((result) => <Result key={`${result.gate} ${result.branch ?? ''} ${result.against ?? ''}`} dataset={dataset} commit={report.data?.commit ?? refName} result={result} />)}</ul>
      {workspace.can('manager') ? <AskGates dataset={dataset} refName={refName} first={branch ?? 'main'} /> : null}
    </section>
  );
}

function Result({ dataset, commit, result }: { dataset: string; commit: string; result: GateResult }) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  const examples = all ? result.examples : result.examples.slice(0, SHOWN);
  return (
    <li className={classes.report} data-passed={result.passed} data-testid="gate-result" data-gate={result.gate}>
      <div className={classes.reportHead}>
        {result.passed ? <IconCircleCheckFilled size={20} className={classes.good} aria-hidden /> : <IconCircleXFilled size={20} className={classes.bad} aria-hidden />}
        <div style={{ flex: 1, minWidth: 0 }}>
          <Group gap={8}><Text fw={600} size="sm">{result.gate}</Text><Badge size="sm" variant="light" color={result.passed ? 'green' : 'red'} tt="none" radius="sm">{t(result.passed ? 'versioning.passed' : 'versioning.failed')}</Badge>{result.branch ? <Text size="xs" c="dimmed">{t('versioning.before_branch', { name: result.branch })}</Text> : null}</Group>
          <Text size="sm" mt={2}>{result.message}</Text>
          <Group gap={10} mt={2}>
            <Text size="xs" c="dimmed" className="tabular">{t('versioning.checked_failed', { checked: result.checked.toLocaleString(), failures: result.failures.toLocaleString() })}</Text>
            <Text size="xs" c="dimmed">{t(`versioning.check_${result.kind}`, { defaultValue: result.kind })}</Text>
            <When at={result.time} size="xs" />
          </Group>
        </div>
      </div>
      {examples.length > 0 ? (
        <ul className={classes.examples} aria-label={t('versioning.examples')}>
          {examples.map((example, index) => (
            <li key={index} className={classes.example}>
              {example.key ? <span className={classes.thumbs}>{[example.key, example.other_key].map((key) => (key ? <Thumb key={key} dataset={dataset} commit={commit} sampleKey={key} /> : null))}</span> : null}
              <span className={classes.detail}>{example.detail}</span>
            </li>
          ))}
        </ul>
      ) : null}
      {result.examples.length > SHOWN ? <Button size="compact-xs" variant="subtle" onClick={() => setAll(!all)}>{t(all ? 'versioning.show_fewer' : 'versioning.show_all')}</Button> : null}
    </li>
  );
}

function Thumb({ dataset, commit, sampleKey }: { dataset: string; commit: string; sampleKey: string }) {
  const workspace = useWorkspace();
  const { data } = useQuery({ queryKey: ['sample', workspace.slug, dataset, commit, sampleKey], queryFn: () => getSample(workspace.slug, dataset, { ref: commit, key: sampleKey }), staleTime: Infinity, retry: false });
  const to = `${workspace.path(`datasets/${encodeURIComponent(dataset)}/samples`)}?${new URLSearchParams({ ref: commit, key: sampleKey })}`;
  return <Link to={to} className={classes.thumb} title={sampleKey} aria-label={sampleKey}><span className={classes.thumbFrame}>{data ? <SampleMedia sample={data} /> : null}</span><span className={classes.thumbKey}><bdi>{sampleKey}</bdi></span></Link>;
}

/** Asks the gates of a branch whether it may move here. */
function AskGates({ dataset, refName, first }: { dataset: string; refName: string; first: string }) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const queries = useQueryClient();
  const { gates } = useProtected(dataset);
  const [branch, setBranch] = useState(first);
  const [job, setJob] = useState<Job | null>(null);
  const refs = useQuery({ queryKey: ['refs', workspace.slug, dataset], queryFn: () => listRefs(workspace.slug, dataset) });
  const action = useAction(async () => {
    const report = await askGates(workspace.slug, dataset, { branch, ref: refName }, setJob);
    queries.setQueryData(['gates', workspace.slug, dataset, refName], report);
  });
  const none = gates(branch) === 0;
  return (
    <div className={classes.run}>
      <Group align="flex-end" gap="sm">
        <Select size="xs" label={t('versioning.gates_of')} data={refs.data?.branches.map((each) => each.name) ?? []} value={branch} onChange={(next) => setBranch(next ?? first)} allowDeselect={false} w={180} />
        <Button size="xs" variant="default" onClick={() => void action.run()} loading={action.busy} disabled={none} data-testid="ask-gates">{t('versioning.ask_gates')}</Button>
      </Group>
      {none ? <Text size="xs" c="dimmed">{t('versioning.gates_none_before', { name: branch })}</Text> : null}
      <RunningJob job={job} />
      <ErrorNotice error={action.error} />
    </div>
  );
}
