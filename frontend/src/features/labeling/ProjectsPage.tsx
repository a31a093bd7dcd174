import { Button, Card, Group, Progress, SimpleGrid, Text, Title } from '@mantine/core';
import { IconPlus, IconTargetArrow } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';
import { Link } from 'react-router';
import { listProjects } from '../../api/labeling';
import type { ProjectSummary } from '../../api/types';
import { useWorkspace } from '../../app/session';
import { EmptyState } from '../../shared/EmptyState';
import { ErrorNotice } from '../../shared/ErrorNotice';
import { PageHeader } from '../../shared/PageHeader';
import { PageLoading } from '../../shared/PageLoading';
import { StateBadge } from '../../shared/StateBadge';
import cards from '../datasets/datasets.module.css';

export default function ProjectsPage() {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const projects = useQuery({ queryKey: ['projects', workspace.slug], queryFn: () => listProjects(workspace.slug) });
  const button = workspace.can('manager') ? <Button component={Link} to={workspace.path('projects/new')} leftSection={<IconPlus size={16} />} data-testid="new-project">{t('labeling.new')}</Button> : null;
  return (
    <>
      <PageHeader title={t('labeling.projects')} subtitle={t('labeling.subtitle')}>{projects.data?.items.length ? button : null}</PageHeader>
      {projects.isPending ? <PageLoading /> : null}
      <ErrorNotice error={projects.error} onRetry={() => void projects.refetch()} />
      {projects.data?.items.length === 0 ? <EmptyState icon={<IconTargetArrow />} title={t('labeling.none')} detail={t('labeling.none_detail')}>{button}</EmptyState> : null}
      <SimpleGrid cols={{ base: 1, xs: 2, lg: 3 }} spacing="lg">{projects.data?.items.map((project) => <ProjectCard key={project.id} project={project} />)}</SimpleGrid>
    </>
  );
}

function ProjectCard({ project }: { project: ProjectSummary }) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const { accepted, total } = project.counts;
  return (
    <Card component={Link} to={workspace.path(`projects/${project.id}`)} withBorder radius="lg" padding="lg" className={cards.card} data-testid="project-card">
      <Group justify="space-between" wrap="nowrap" align="flex-start">
        <Title order={3} style={{ overflowWrap: 'anywhere' }}>{project.name}</Title>
        <StateBadge state={project.state} label={t(`labeling.state_${project.state}`)} />
      </Group>
      <Text size="sm" c="dimmed" mt={4}>{t('labeling.source', { dataset: project.dataset, ref: project.source_ref })}</Text>
      <Text size="sm" mt="md" mb={6} className="tabular">{t('labeling.progress_done', { done: accepted, total })}</Text>
      <Progress value={total ? (accepted / total) * 100 : 0} aria-label={t('labeling.progress')} />
    </Card>
  );
}
