// The layers of the draft as forms, and beside them what annotators will see.
import { ActionIcon, Group, Stack, TextInput, Title } from '@mantine/core';
import { IconTrash } from '@tabler/icons-react';
import { useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Layer, StandardContent } from '../../api/types';
import { Panel } from '../../shared/Panel';
import type { Source } from './AttributeEditor';
import { placeOf } from './check';
import { ClassTable } from './ClassTable';
import { EditingContext } from './editing_context';
import { emptyLayer, freeName, moveAt, placeAfterMove, removeAt, replaceAt } from './editing';
import { withKind, type Kind } from './kinds';
import { LabelPreview } from './LabelPreview';
import { LayerFields } from './LayerFields';
import { LayerList } from './LayerList';
import { OnlyRead } from './OnlyRead';
import { SkeletonEditor } from './SkeletonEditor';
import { useKnownFields } from './useKnownFields';
import type { Told } from './useProblems';
import styles from './standards.module.css';

interface Props {
  content: StandardContent;
  problems: readonly Told[];
  editable: boolean;
  onChange: (content: StandardContent) => void;
}

const NOT_ONE = -1;

export function LayersEditor({ content, problems, editable, onChange }: Props) {
  const { t } = useTranslation();
  const { layers } = content;
  const fields = useKnownFields();
  const [chosen, setChosen] = useState(0);
  const [open, setOpen] = useState(NOT_ONE);
  const at = Math.min(chosen, layers.length - 1);
  const layer = layers[at];
  const editing = useMemo(() => {
    const texts = new Map<string, string>();
    for (const { path, text } of problems) if (!texts.has(path)) texts.set(path, text);
    return { editable, problemAt: (path: string) => texts.get(path) };
  }, [problems, editable]);
  const putLayers = (next: Layer[]) => onChange({ ...content, layers: next });
  const choose = (index: number) => {
    setChosen(index);
    setOpen(NOT_ONE);
  };
  const add = (kind: Kind) => {
    // A new layer looks at what the others look at, until told otherwise.
    const fresh = { ...emptyLayer(freeName('layer', layers.map((each) => each.name))), field: layer?.field ?? 'image', required: kind === 'classification' };
    putLayers([...layers, withKind(fresh, kind)]);
    choose(layers.length);
  };
  const move = (from: number, to: number) => {
    putLayers(moveAt(layers, from, to));
    setChosen(placeAfterMove(at, from, to));
  };
  const pathOf = (index: number) => placeOf('layers', index, layers[index]?.name ?? '');
  const counts = layers.map((_, index) => problems.filter(({ path }) => path === pathOf(index) || path.startsWith(`${pathOf(index)}.`)).length);
  return (
    <EditingContext.Provider value={editing}>
      <div className={styles.editor}>
        <OnlyRead when={!editable}>
          <Stack gap="lg" miw={0}>
            <TextInput label={t('standards.heading')} value={content.title} error={editing.problemAt('title')} onChange={(event) => onChange({ ...content, title: event.currentTarget.value })} data-testid="standard-title" />
            <LayerList layers={layers} chosen={at} problems={counts} onChoose={choose} onMove={move} onAdd={add} />
            {layer ? <LayerPanel key={at} layer={layer} path={pathOf(at)} content={content} fields={fields} open={open} onOpen={setOpen} onChange={(next) => putLayers(replaceAt(layers, at, next))} onRemove={editable && layers.length > 1 ? () => { putLayers(removeAt(layers, at)); choose(Math.max(0, at - 1)); } : null} /> : null}
          </Stack>
        </OnlyRead>
        <LabelPreview content={content} layer={layer?.name ?? ''} shown={layer?.classes[open]?.name ?? null} />
      </div>
    </EditingContext.Provider>
  );
}

interface LayerProps {
  layer: Layer;
  path: string;
  content: StandardContent;
  fields: ReturnType<typeof useKnownFields>;
  open: number;
  onOpen: (index: number) => void;
  onChange: (layer: Layer) => void;
  onRemove: (() => void) | null;
}

function LayerPanel({ layer, path, content, fields, open, onOpen, onChange, onRemove }: LayerProps) {
  const { t } = useTranslation();
  const sources: Source[] = content.layers.flatMap((each) => each.classes.filter((one) => one.attributes.length > 0).map((one) => ({ label: `${each.name} / ${one.name}`, attributes: one.attributes })));
  return (
    <Panel>
      <Group justify="space-between" wrap="nowrap" align="flex-start" mb="md">
        <Title order={2} fz="h3" style={{ overflowWrap: 'anywhere' }}>{layer.name || t('standards.layer')}</Title>
        {onRemove ? <ActionIcon variant="subtle" color="gray" onClick={onRemove} aria-label={t('standards.remove_layer', { name: layer.name })}><IconTrash size={16} /></ActionIcon> : null}
      </Group>
      <Stack gap="xl">
        <LayerFields layer={layer} path={path} fields={fields} onChange={onChange} />
        {layer.kind === 'skeleton' ? <SkeletonEditor value={layer.skeleton ?? { points: [] }} path={`${path}.skeleton`} onChange={(skeleton) => onChange({ ...layer, skeleton })} /> : null}
        <section aria-label={t('standards.classes')}>
          <Title order={3} fz="sm" mb="xs">{t('standards.classes')}</Title>
          <ClassTable classes={layer.classes} path={`${path}.classes`} layers={content.layers} sources={sources} open={open} onOpen={onOpen} onChange={(classes) => onChange({ ...layer, classes })} />
        </section>
      </Stack>
    </Panel>
  );
}
