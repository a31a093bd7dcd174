import { Button, FileButton, FileInput, Group, JsonInput, Stack, Text } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { registerModel } from '../../api/models';
import { useWorkspace } from '../../app/session';
import { ErrorNotice } from '../../shared/ErrorNotice';
import { useAction } from '../../shared/useAction';

const EXAMPLE = {
  name: 'my-model', task: 'image_classification', layer: 'label',
  input: { name: 'input', width: 8, height: 8, channels: 1, layout: 'nchw', scale: 0.00392, mean: [0], std: [1] },
  output: { name: 'output', activation: 'softmax' }, classes: ['cat', 'dog'],
};

export function RegisterForm({ onDone }: { onDone: () => void }) {
  const { t } = useTranslation();
  const workspace = useWorkspace();
  const [manifest, setManifest] = useState(() => JSON.stringify(EXAMPLE, null, 2));
  const [graph, setGraph] = useState<File | null>(null);
  const action = useAction(async () => {
    if (!graph) return;
    await registerModel(workspace.slug, manifest, graph);
    onDone();
  });
  const submit = (event: FormEvent) => {
    event.preventDefault();
    void action.run();
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <JsonInput label={t('models.manifest')} description={t('models.manifest_hint')} validationError={t('models.manifest_wrong')} autosize minRows={10} maxRows={20} value={manifest} onChange={setManifest} styles={{ input: { fontFamily: 'var(--mantine-font-family-monospace)', fontSize: 12.5 } }} data-testid="model-manifest" />
        <Group>
          <FileButton accept=".json,application/json" onChange={(file) => void file?.text().then(setManifest)}>{(props) => <Button {...props} variant="default" size="xs">{t('models.choose_manifest')}</Button>}</FileButton>
        </Group>
        <FileInput label={t('models.graph')} placeholder={t('models.choose_graph')} description={t('models.checked')} accept=".onnx" required value={graph} onChange={setGraph} clearable data-testid="model-graph" />
        <ErrorNotice error={action.error} />
        <Group justify="flex-end"><Text size="xs" c="dimmed" /><Button type="submit" disabled={!graph} loading={action.busy} data-testid="model-submit">{t('models.register')}</Button></Group>
      </Stack>
    </form>
  );
}
