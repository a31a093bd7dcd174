// The draft as a form: layers with their classes and rules on one side, the guideline on the other.
import { ActionIcon, Button, Fieldset, Group, NumberInput, SegmentedControl, Select, Stack, Switch, Tabs, Textarea, TextInput, Title } from '@mantine/core';
import { IconPlus, IconTrash } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Layer, LayerRules, StandardContent } from '../../api/types';
import { Markdown } from '../../shared/Markdown';
import { Panel } from '../../shared/Panel';
import { ClassTable } from './ClassTable';
import { emptyLayer, freeName, removeAt, replaceAt } from './editing';
import styles from './standards.module.css';

interface Props {
  content: StandardContent;
  onChange: (content: StandardContent) => void;
  editable: boolean;
}

export function StandardEditor({ content, onChange, editable }: Props) {
  const { t } = useTranslation();
  const { layers } = content;
  const putLayers = (next: Layer[]) => onChange({ ...content, layers: next });
  return (
    <Fieldset disabled={!editable} variant="unstyled" className={styles.editor}>
      <Stack gap="lg" miw={0}>
        <Panel><TextInput label={t('standards.heading')} value={content.title} onChange={(event) => onChange({ ...content, title: event.currentTarget.value })} data-testid="standard-title" /></Panel>
        {layers.map((layer, index) => (
          <LayerPanel key={index} layer={layer} onChange={(next) => putLayers(replaceAt(layers, index, next))} onRemove={layers.length > 1 ? () => putLayers(removeAt(layers, index)) : null} />
        ))}
        {editable ? <Group><Button variant="default" leftSection={<IconPlus size={16} />} onClick={() => putLayers([...layers, emptyLayer(freeName('layer', layers.map((each) => each.name)))])} data-testid="add-layer">{t('standards.add_layer')}</Button></Group> : null}
      </Stack>
      <div className={styles.guideline}>
        <Panel title={t('standards.guideline')} detail={t('standards.guideline_detail')}>
          <Tabs defaultValue={editable ? 'write' : 'preview'} variant="pills" keepMounted={false}>
            <Tabs.List mb="sm"><Tabs.Tab value="write">{t('standards.write')}</Tabs.Tab><Tabs.Tab value="preview" data-testid="guideline-preview">{t('standards.preview')}</Tabs.Tab></Tabs.List>
            <Tabs.Panel value="write"><Textarea aria-label={t('standards.guideline')} autosize minRows={14} maxRows={34} value={content.guideline} onChange={(event) => onChange({ ...content, guideline: event.currentTarget.value })} data-testid="guideline" /></Tabs.Panel>
            <Tabs.Panel value="preview"><Markdown text={content.guideline} /></Tabs.Panel>
          </Tabs>
        </Panel>
      </div>
    </Fieldset>
  );
}

function LayerPanel({ layer, onChange, onRemove }: { layer: Layer; onChange: (layer: Layer) => void; onRemove: (() => void) | null }) {
  const { t } = useTranslation();
  const put = (change: Partial<Layer>) => onChange({ ...layer, ...change });
  return (
    <Panel title={`${t('standards.layer')}: ${layer.name}`} aside={onRemove ? <ActionIcon variant="subtle" color="gray" onClick={onRemove} aria-label={t('standards.remove_layer', { name: layer.name })}><IconTrash size={16} /></ActionIcon> : null}>
      <Stack>
        <Group grow align="flex-end" preventGrowOverflow={false}>
          <TextInput label={t('standards.layer_name')} value={layer.name} onChange={(event) => put({ name: event.currentTarget.value })} />
          <Select label={t('standards.field')} data={[...new Set(['image', 'text', layer.field])]} value={layer.field} allowDeselect={false} onChange={(value) => value && put({ field: value })} />
          <SegmentedControl aria-label={t('standards.kind')} value={layer.kind} onChange={(value) => put({ kind: value as Layer['kind'] })} data={(['classification', 'box'] as const).map((value) => ({ value, label: t(`standards.kind_${value}`) }))} />
        </Group>
        <Group>
          <Switch label={t('standards.required')} checked={layer.required} onChange={(event) => put({ required: event.currentTarget.checked })} />
          <Switch label={t('standards.multiple')} checked={layer.multiple} onChange={(event) => put({ multiple: event.currentTarget.checked })} />
        </Group>
        <Title order={4} fz="sm">{t('standards.classes')}</Title>
        <ClassTable classes={layer.classes} onChange={(classes) => put({ classes })} />
        <Title order={4} fz="sm">{t('standards.rules')}</Title>
        <Rules layer={layer} onChange={(rules) => put({ rules })} />
      </Stack>
    </Panel>
  );
}

function Rules({ layer, onChange }: { layer: Layer; onChange: (rules: LayerRules) => void }) {
  const { t } = useTranslation();
  const { rules } = layer;
  const number = (name: 'min_width' | 'min_height' | 'max_items') => (
    <NumberInput label={t(`standards.${name}`)} min={name === 'max_items' ? 1 : 0} allowDecimal={name !== 'max_items'} value={rules[name] ?? ''} onChange={(value) => onChange({ ...rules, [name]: value === '' ? null : Number(value) })} />
  );
  return (
    <Stack gap="sm">
      <Group grow>{layer.kind === 'box' ? <>{number('min_width')}{number('min_height')}</> : null}{number('max_items')}</Group>
      {layer.kind === 'box' ? <Switch label={t('standards.inside')} checked={rules.inside} onChange={(event) => onChange({ ...rules, inside: event.currentTarget.checked })} /> : null}
    </Stack>
  );
}
