// Bringing data in: choose, upload with a bar, import as a job with a bar, and the report of what was refused.
import { Button, Group, Progress, SegmentedControl, Stack, Switch, Text, TextInput, Title } from '@mantine/core';
import { IconFileUpload } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useRef, useState, type DragEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { openUpload, sendFiles, startImport } from '../../api/datasets';
import { finished } from '../../api/jobs';
import { JobProgress } from '../../app/jobs/JobProgress';
import { useJob } from '../../app/jobs/useJob';
import { useWorkspace } from '../../app/session';
import { ClassChip } from '../../shared/ClassChip';
import { ErrorNotice } from '../../shared/ErrorNotice';
import { bytesText } from '../../shared/format';
import { Panel } from '../../shared/Panel';
import { useAction } from '../../shared/useAction';
import { ImportReport } from './ImportReport';
import { batches, filesOfDrop, guessFormat, labelsOfFolders, tidy, type ImportFormat, type PickedFile } from './picked_files';
import classes from './datasets.module.css';

const BATCH_FILES = 100;
const BATCH_BYTES = 8_000_000;

interface Picked {
  files: PickedFile[];
  /** The folder that held them all. */
  source?: string | undefined;
}
const NOTHING: Picked = { files: [] };

export function ImportTab({ dataset, onShow }: { dataset: string; onShow: () => void }) {
  const [{ files, source }, setPicked] = useState<Picked>(NOTHING);
  const [job, setJob] = useState<string | null>(null);
  if (job) return <Running id={job} dataset={dataset} onShow={onShow} onMore={() => { setJob(null); setPicked(NOTHING); }} />;
  if (files.length > 0) return <Ready key={files.length} dataset={dataset} files={files} source={source} onClear={() => setPicked(NOTHING)} onStarted={setJob} />;
  return <DropZone onFiles={(picked) => setPicked(tidy(picked))} />;
}

function DropZone({ onFiles }: { onFiles: (files: PickedFile[]) => void }) {
  const { t } = useTranslation();
  const [over, setOver] = useState(false);
  const files = useRef<HTMLInputElement>(null);
  const folder = useRef<HTMLInputElement>(null);
  const drop = async (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    onFiles(await filesOfDrop(event.dataTransfer.items));
  };
  const chosen = (input: HTMLInputElement) => {
    onFiles([...(input.files ?? [])].map((file) => ({ path: file.webkitRelativePath || file.name, file })));
    input.value = '';
  };
  return (
    <div className={classes.drop} data-over={over} data-testid="drop-zone" onDragOver={(event) => { event.preventDefault(); setOver(true); }} onDragLeave={() => setOver(false)} onDrop={(event) => void drop(event)}>
      <Stack align="center" gap="xs">
        <IconFileUpload size={40} stroke={1.2} color="var(--s-accent)" />
        <Title order={3}>{t('datasets.drop_here')}</Title>
        <Text size="sm" c="dimmed">{t('datasets.drop_hint')}</Text>
        <Group mt="sm">
          <Button variant="default" onClick={() => folder.current?.click()}>{t('datasets.choose_folder')}</Button>
          <Button variant="default" onClick={() => files.current?.click()}>{t('datasets.choose_files')}</Button>
        </Group>
      </Stack>
      <input ref={files} type="file" multiple hidden aria-label={t('datasets.choose_files')} data-testid="file-input" onChange={(event) => chosen(event.currentTarget)} />
      <input ref={folder} type="file" multiple hidden aria-label={t('datasets.choose_folder')} data-testid="folder-input" {...{ webkitdirectory: '' }} onChange={(event) => chosen(event.currentTarget)} />
    </div>
  );
}

interface ReadyProps extends Picked {
  dataset: string;
  onClear: () => void;
  onStarted: (job: string) => void;
}

function Ready({ dataset, files, source, onClear, onStarted }: ReadyProps) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const queries = useQueryClient();
  const paths = files.map(({ path }) => path);
  const [format, setFormat] = useState<ImportFormat>(() => guessFormat(paths));
  const [fromFolder, setFromFolder] = useState(true);
  const [branch, setBranch] = useState('main');
  const [message, setMessage] = useState(t('datasets.default_message', { count: files.length }));
  const [sent, setSent] = useState(0);
  const total = files.reduce((sum, { file }) => sum + file.size, 0);
  const labels = [...labelsOfFolders(paths)];
  const action = useAction(async () => {
    setSent(0);
    const upload = await openUpload(workspace.slug, dataset);
    let before = 0;
    for (const batch of batches(files, BATCH_FILES, BATCH_BYTES)) {
      const size = batch.reduce((sum, { file }) => sum + file.size, 0);
      const base = before;
      await sendFiles(workspace.slug, dataset, upload.id, batch, (loaded) => setSent(base + Math.min(loaded, size)));
      before += size;
      setSent(before);
    }
    const job = await startImport(workspace.slug, dataset, { upload_id: upload.id, format, branch, label_from_folder: fromFolder, message, source });
    await queries.invalidateQueries({ queryKey: ['jobs', workspace.slug] });
    onStarted(job.id);
  });
  return (
    <Panel title={t('datasets.files_ready', { count: files.length, size: bytesText(total) })} aside={<Button variant="subtle" color="gray" onClick={onClear} disabled={action.busy}>{t('datasets.clear')}</Button>}>
      <Stack maw={620}>
        <div>
          <Text size="sm" fw={500} mb={4}>{t('datasets.format')}</Text>
          <SegmentedControl value={format} onChange={(value) => setFormat(value as ImportFormat)} data={(['folder', 'jsonl', 'csv'] as const).map((value) => ({ value, label: t(`datasets.format_${value}`) }))} />
        </div>
        {format === 'folder' ? (
          <>
            <Switch label={t('datasets.label_from_folder')} checked={fromFolder} onChange={(event) => setFromFolder(event.currentTarget.checked)} data-testid="label-from-folder" />
            {fromFolder && labels.length > 0 ? (
              <div>
                <Text size="xs" c="dimmed" mb={6}>{t('datasets.labels_found')}</Text>
                <Group gap={6}>{labels.slice(0, 24).map(([name, count]) => <ClassChip key={name} name={`${name} · ${count}`} />)}{labels.length > 24 ? <Text size="xs" c="dimmed">+{labels.length - 24}</Text> : null}</Group>
              </div>
            ) : null}
          </>
        ) : null}
        <Group grow align="flex-start">
          <TextInput label={t('datasets.branch')} value={branch} onChange={(event) => setBranch(event.currentTarget.value)} required data-testid="import-branch" />
          <TextInput label={t('datasets.message')} value={message} onChange={(event) => setMessage(event.currentTarget.value)} required />
        </Group>
        {action.busy ? (
          <div>
            <Group justify="space-between" mb={4}><Text size="sm">{t('datasets.uploading')}</Text><Text size="xs" c="dimmed" className="tabular">{t('datasets.uploaded', { sent: bytesText(sent), total: bytesText(total) })}</Text></Group>
            <Progress value={total ? (sent / total) * 100 : 100} aria-label={t('datasets.uploading')} data-testid="upload-progress" />
          </div>
        ) : null}
        <ErrorNotice error={action.error} />
        <Group><Button onClick={() => void action.run()} loading={action.busy} data-testid="start-import">{t('datasets.start_import')}</Button></Group>
      </Stack>
    </Panel>
  );
}

function Running({ id, dataset, onShow, onMore }: { id: string; dataset: string; onShow: () => void; onMore: () => void }) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const queries = useQueryClient();
  const job = useJob(id, () => {
    for (const key of ['samples', 'statistics', 'refs', 'commits']) void queries.invalidateQueries({ queryKey: [key, workspace.slug, dataset] });
    void queries.invalidateQueries({ queryKey: ['datasets', workspace.slug] });
  });
  const show = async () => {
    await queries.invalidateQueries({ queryKey: ['dataset', workspace.slug, dataset] });
    onShow();
  };
  const done = job && finished(job);
  return (
    <Panel title={!done ? t('datasets.importing') : job.state === 'succeeded' ? t('datasets.import_done') : t('datasets.import_failed')}>
      <Stack maw={720} data-testid="import-status" data-state={job?.state ?? 'queued'}>
        {job ? <JobProgress job={job} /> : null}
        {done ? <ImportReport job={job} /> : null}
        {done ? <Group><Button onClick={() => void show()} data-testid="show-samples">{t('datasets.show_samples')}</Button><Button variant="default" onClick={onMore}>{t('datasets.import_more')}</Button></Group> : null}
      </Stack>
    </Panel>
  );
}
