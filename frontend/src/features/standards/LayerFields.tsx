// What a layer asks and of what: its kind, name, field, and the rules that apply to that kind.
import { Autocomplete, Group, NumberInput, SimpleGrid, Stack, Switch, Text, TextInput, UnstyledButton } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { IconChevronDown } from '@tabler/icons-react';
import { useTranslation } from 'react-i18next';
import type { Layer } from '../../api/types';
import { useEditing } from './editing_context';
import { KindPicker } from './KindPicker';
import { KindPicture } from './KindPicture';
import { hasSize, isOnPicture, withKind } from './kinds';
import type { KnownField } from './useKnownFields';
import styles from './standards.module.css';

interface Props {
  layer: Layer;
  path: string;
  fields: readonly KnownField[];
  onChange: (layer: Layer) => void;
}

export function LayerFields({ layer, path, fields, onChange }: Props) {
  const { t } = useTranslation();
  const { problemAt, editable } = useEditing();
  const [picking, pick] = useDisclosure(false);
  const put = (change: Partial<Layer>) => onChange({ ...layer, ...change });
  return (
    <Stack gap="md">
      <UnstyledButton className={styles.kind} disabled={!editable} onClick={pick.open} aria-haspopup="dialog" data-testid="layer-kind" data-kind={layer.kind}>
        <KindPicture kind={layer.kind} />
        <span style={{ flex: 1 }}>
          <Text span size="sm" fw={600} display="block"><span className="visually-hidden">{t('standards.kind')}: </span>{t(`standards.kind_${layer.kind}`)}</Text>
          <Text span size="xs" c="dimmed" display="block">{t(`standards.about_${layer.kind}`)}</Text>
        </span>
        {editable ? <IconChevronDown size={16} aria-hidden /> : null}
      </UnstyledButton>
      <KindPicker opened={picking} onClose={pick.close} title={t('standards.kind_pick', { name: layer.name })} value={layer.kind} onPick={(kind) => onChange(withKind(layer, kind))} />
      <SimpleGrid cols={{ base: 1, xs: 2 }}>
        <TextInput label={t('standards.layer_name')} value={layer.name} error={problemAt(path)} onChange={(event) => put({ name: event.currentTarget.value })} data-testid="layer-name" />
        <FieldName layer={layer} fields={fields} error={problemAt(`${path}.field`)} onChange={(field) => put({ field })} />
      </SimpleGrid>
      <Group gap="xl">
        <Switch label={t('standards.required')} checked={layer.required} onChange={(event) => put({ required: event.currentTarget.checked })} />
        {layer.kind === 'classification' ? <Switch label={t('standards.multiple')} checked={layer.multiple} onChange={(event) => put({ multiple: event.currentTarget.checked })} /> : null}
        {isOnPicture(layer.kind) ? <Switch label={t('standards.inside')} checked={layer.rules.inside} onChange={(event) => put({ rules: { ...layer.rules, inside: event.currentTarget.checked } })} /> : null}
      </Group>
      <Limits layer={layer} path={path} onChange={onChange} />
    </Stack>
  );
}

function FieldName({ layer, fields, error, onChange }: { layer: Layer; fields: readonly KnownField[]; error?: string; onChange: (field: string) => void }) {
  const { t } = useTranslation();
  const wanted = isOnPicture(layer.kind) ? 'picture' : layer.kind === 'span' ? 'text' : layer.kind === 'interval' ? 'recording' : null;
  const fitting = [...fields].sort((a, b) => Number(b.media === wanted) - Number(a.media === wanted));
  const known = fields.find((each) => each.name === layer.field);
  const unfit = wanted !== null && known !== undefined && known.media !== wanted;
  const note = unfit ? t('standards.field_unfit', { dataset: known.datasets[0], media: t(`standards.media_${known.media}`) }) : undefined;
  return (
    <Autocomplete
      label={t('standards.field')} description={note} inputWrapperOrder={['label', 'input', 'description', 'error']} value={layer.field} error={error} onChange={onChange} data-testid="layer-field"
      data={fitting.map((each) => each.name)} filter={({ options }) => options}
      renderOption={({ option }) => {
        const each = fields.find((field) => field.name === option.value);
        return <div><Text size="sm">{option.value}</Text>{each ? <Text size="xs" c="dimmed">{t(`standards.media_${each.media}`)} · {each.datasets.join(', ')}</Text> : null}</div>;
      }}
    />
  );
}

function Limits({ layer, path, onChange }: Pick<Props, 'layer' | 'path' | 'onChange'>) {
  const { t } = useTranslation();
  const { problemAt } = useEditing();
  const { rules } = layer;
  const number = (name: 'min_width' | 'min_height' | 'max_items') => (
    <NumberInput
      label={t(`standards.${name}`)} placeholder={t(name === 'max_items' ? 'standards.no_limit' : 'standards.any_size')} min={name === 'max_items' ? 1 : 0} allowDecimal={name !== 'max_items'} allowNegative={false}
      value={rules[name] ?? ''} error={problemAt(`${path}.rules.${name}`)} onChange={(value) => onChange({ ...layer, rules: { ...rules, [name]: value === '' ? null : Number(value) } })}
    />
  );
  return <SimpleGrid cols={{ base: 1, xs: 3 }}>{hasSize(layer.kind) ? <>{number('min_width')}{number('min_height')}</> : null}{number('max_items')}</SimpleGrid>;
}
