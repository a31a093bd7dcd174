// What a gate looks at, as a form. Lists are written with commas.
import { Group, NumberInput, Switch, TextInput } from '@mantine/core';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { countsText, listText, pairsText, textCounts, textList, textPairs, type Check, type CheckOf } from './rules';

/** `wrong`: what the check cannot do without is missing. */
export function CheckForm({ check, wrong, onChange }: { check: Check; wrong: boolean; onChange: (check: Check) => void }) {
  switch (check.kind) {
    case 'labels': return <LabelsForm check={check} onChange={onChange} />;
    case 'class_minima': return <MinimaForm check={check} wrong={wrong} onChange={onChange} />;
    case 'duplicates': return <DuplicatesForm check={check} onChange={onChange} />;
    case 'split_moves': return <MovesForm check={check} onChange={onChange} />;
    case 'schema': return <SchemaForm check={check} onChange={onChange} />;
    case 'webhook': return <WebhookForm check={check} wrong={wrong} onChange={onChange} />;
  }
}

interface Form<K extends Check['kind']> {
  check: CheckOf<K>;
  wrong?: boolean;
  onChange: (check: Check) => void;
}

/** Keeps what is being written as it is, and tells what it means. */
function Written({ label, hint, start, testId, wrong, onText }: { label: string; hint?: string; start: string; testId?: string; wrong?: boolean; onText: (text: string) => void }) {
  const [text, setText] = useState(start);
  return <TextInput label={label} data-testid={testId} error={wrong} description={hint} value={text} style={{ flex: 1 }} onChange={(event) => { setText(event.currentTarget.value); onText(event.currentTarget.value); }} />;
}

const orNothing = (text: string): string | undefined => (text.trim() === '' ? undefined : text.trim());

function LabelsForm({ check, onChange }: Form<'labels'>) {
  const { t } = useTranslation();
  return (
    <>
      <Group align="flex-start"><Written label={t('versioning.layer')} hint={t('versioning.layer_hint')} start={check.layer ?? ''} onText={(text) => onChange({ ...check, layer: orNothing(text) })} /><Written label={t('datasets.split')} hint={t('versioning.split_hint')} start={check.split ?? ''} onText={(text) => onChange({ ...check, split: orNothing(text) })} /></Group>
      <Written label={t('versioning.classes')} hint={t('versioning.classes_hint')} start={listText(check.classes)} onText={(text) => onChange({ ...check, classes: textList(text) })} />
      <NumberInput label={t('versioning.share')} description={t('versioning.share_hint')} min={0} max={100} suffix=" %" value={Math.round((check.share ?? 1) * 1000) / 10} onChange={(value) => onChange({ ...check, share: Number(value) / 100 })} />
    </>
  );
}

function MinimaForm({ check, wrong, onChange }: Form<'class_minima'>) {
  const { t } = useTranslation();
  return (
    <>
      <Written label={t('versioning.minima')} hint={t('versioning.minima_hint')} start={countsText(check.minima)} wrong={wrong} testId="check-minima" onText={(text) => onChange({ ...check, minima: textCounts(text) })} />
      <Group align="flex-start"><Written label={t('versioning.layer')} hint={t('versioning.layer_hint')} start={check.layer ?? ''} onText={(text) => onChange({ ...check, layer: orNothing(text) })} /><Written label={t('datasets.split')} hint={t('versioning.split_hint')} start={check.split ?? ''} onText={(text) => onChange({ ...check, split: orNothing(text) })} /></Group>
    </>
  );
}

function DuplicatesForm({ check, onChange }: Form<'duplicates'>) {
  const { t } = useTranslation();
  const near = typeof check.near === 'number';
  return (
    <>
      <Written label={t('datasets.splits')} hint={t('versioning.splits_hint')} start={listText(check.splits)} onText={(text) => onChange({ ...check, splits: textList(text) })} />
      <Written label={t('datasets.fields')} hint={t('versioning.fields_hint')} start={listText(check.fields)} onText={(text) => onChange({ ...check, fields: textList(text) })} />
      <Switch label={t('versioning.near')} checked={near} onChange={(event) => onChange({ ...check, near: event.currentTarget.checked ? 4 : undefined })} />
      {near ? <NumberInput label={t('versioning.near_bits')} description={t('versioning.near_hint')} min={0} max={10} value={check.near ?? 4} onChange={(value) => onChange({ ...check, near: Number(value) })} /> : null}
    </>
  );
}

function MovesForm({ check, onChange }: Form<'split_moves'>) {
  const { t } = useTranslation();
  return <Written label={t('versioning.between')} hint={t('versioning.between_hint')} start={pairsText(check.between)} onText={(text) => onChange({ ...check, between: textPairs(text) })} />;
}

function SchemaForm({ check, onChange }: Form<'schema'>) {
  const { t } = useTranslation();
  const fields = Object.entries(check.fields ?? {}).map(([name, rule]) => `${name}=${(rule.media_types ?? []).join('|')}`);
  const metadata = Object.keys(check.metadata ?? {});
  const readFields = (text: string) => Object.fromEntries(textList(text).map((each) => {
    const [name = '', types = ''] = each.split('=').map((part) => part.trim());
    return [name, { ...check.fields?.[name], media_types: types.split('|').map((part) => part.trim()).filter((part) => part !== '') }];
  }));
  return (
    <>
      <Written label={t('versioning.schema_fields')} hint={t('versioning.schema_fields_hint')} start={listText(fields)} onText={(text) => onChange({ ...check, fields: readFields(text) })} />
      <Written label={t('versioning.schema_metadata')} hint={t('versioning.schema_metadata_hint')} start={listText(metadata)} onText={(text) => onChange({ ...check, metadata: Object.fromEntries(textList(text).map((name) => [name, check.metadata?.[name] ?? {}])) })} />
      <Switch label={t('versioning.schema_closed')} checked={check.closed ?? false} onChange={(event) => onChange({ ...check, closed: event.currentTarget.checked })} />
    </>
  );
}

function WebhookForm({ check, wrong, onChange }: Form<'webhook'>) {
  const { t } = useTranslation();
  return (
    <>
      <Written label={t('versioning.webhook_url')} hint={t('versioning.webhook_hint')} start={check.url} wrong={wrong} testId="check-url" onText={(url) => onChange({ ...check, url: url.trim() })} />
      <NumberInput label={t('versioning.webhook_deadline')} min={1} max={60} suffix=" s" value={Math.round((check.deadline_ms ?? 10_000) / 1000)} onChange={(value) => onChange({ ...check, deadline_ms: Math.max(1, Number(value)) * 1000 })} />
    </>
  );
}
