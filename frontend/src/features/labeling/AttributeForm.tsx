// The attributes of one item as a form. What is written is handed on letter by letter, each stay in a field as one run.
import { NumberInput, Select, Textarea } from '@mantine/core';
import { useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AttributeDef } from '../../api/types';
import { choicesOf, numberOf, standSideBySide, withValue, type Values } from './attribute_values';
import { ChoiceInput } from './ChoiceInput';
import { useAttributeKeys } from './useAttributeKeys';
import styles from './attributes.module.css';

interface Props {
  definitions: readonly AttributeDef[];
  values: Values;
  editable: boolean;
  /** `run` is the same for all letters of one stay in a field, and absent for what is chosen. */
  onChange: (values: Record<string, unknown>, run?: string) => void;
  /** Up and Down lead into the form from the page. */
  entered?: boolean;
}

export function AttributeForm({ definitions, values, editable, onChange, entered = false }: Props) {
  const keys = useAttributeKeys(entered && editable);
  const stay = useRef(0);
  return (
    <div className={styles.form} onKeyDown={keys} onFocus={() => { stay.current += 1; }} data-testid="attribute-form">
      {definitions.map((definition, index) => (
        <div key={index} data-attribute={definition.name}>
          <AttributeInput
            definition={definition} value={values[definition.name]} editable={editable}
            onChange={(value, typed) => onChange(withValue(values, definition.name, value), typed ? `${definition.name}/${stay.current}` : undefined)}
          />
        </div>
      ))}
    </div>
  );
}

interface InputProps {
  definition: AttributeDef;
  value: unknown;
  editable: boolean;
  onChange: (value: unknown, typed: boolean) => void;
}

/** The longest text the service takes. */
const MAX_TEXT_CHARS = 10_000;

function AttributeInput({ definition, value, editable, onChange }: InputProps) {
  const { t } = useTranslation();
  const { name, required } = definition;
  const common = { size: 'xs', label: name, withAsterisk: required, 'aria-required': required, disabled: !editable } as const;
  switch (definition.kind) {
    case 'enum':
    case 'boolean': {
      const choices = choicesOf(definition, t('labeling.yes'), t('labeling.no'));
      const chosen = choices.find((each) => each.value === value)?.value;
      if (standSideBySide(choices)) return <ChoiceInput label={name} required={required} disabled={!editable} choices={choices} value={chosen} onChange={(next) => onChange(next, false)} />;
      return <Select {...common} searchable selectFirstOptionOnChange clearable={!required} data={choices.map((each) => each.label)} value={typeof chosen === 'string' ? chosen : null} onChange={(next) => onChange(next ?? undefined, false)} />;
    }
    case 'number':
      return <NumberField common={common} value={typeof value === 'number' ? value : undefined} onChange={(next) => onChange(next, true)} />;
    case 'text':
      return <Textarea {...common} autosize minRows={1} maxRows={6} maxLength={MAX_TEXT_CHARS} value={typeof value === 'string' ? value : ''} onChange={(event) => onChange(event.currentTarget.value, true)} />;
  }
}

function NumberField({ common, value, onChange }: { common: object; value: number | undefined; onChange: (value: number | undefined) => void }) {
  // What is no number yet, such as `-` or `1.`, stays in the field and out of the answer.
  const [typed, setTyped] = useState<string | number>('');
  const change = (next: string | number) => {
    setTyped(next);
    onChange(numberOf(next));
  };
  return <NumberInput {...common} withKeyboardEvents={false} value={numberOf(typed) === value ? typed : (value ?? '')} onChange={change} />;
}
