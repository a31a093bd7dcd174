// One of a few values, side by side: a click, the arrow keys, or the digit that stands beside it.
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import { choiceOfKey } from './attribute_values';
import styles from './attributes.module.css';

interface Props<T extends string | boolean> {
  label: string;
  required: boolean;
  disabled: boolean;
  choices: readonly { value: T; label: string }[];
  /** Undefined where nothing is chosen yet. */
  value: T | undefined;
  onChange: (value: T | undefined) => void;
}

export function ChoiceInput<T extends string | boolean>({ label, required, disabled, choices, value, onChange }: Props<T>) {
  const { t } = useTranslation();
  const id = useId();
  const press = (event: React.KeyboardEvent<HTMLElement>) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    const place = choiceOfKey(event.key) ?? -1;
    const chosen = choices[place];
    if (chosen) {
      onChange(chosen.value);
      event.currentTarget.querySelectorAll('input')[place]?.focus();
    } else if ((event.key === 'Delete' || event.key === 'Backspace') && !required) onChange(undefined);
    else return;
    event.preventDefault();
  };
  return (
    <fieldset className={styles.choices} disabled={disabled} role="radiogroup" aria-required={required} onKeyDown={press}>
      <legend className={styles.legend}>
        {label}{required ? <span className={styles.asterisk} aria-hidden> *</span> : null}
        {!required && !disabled && value !== undefined ? <button type="button" className={styles.clear} onClick={() => onChange(undefined)} aria-label={t('labeling.clear_attribute', { name: label })}>{t('labeling.clear')}</button> : null}
      </legend>
      <div className={styles.chips}>
        {choices.map((each, index) => (
          <label key={String(each.value)} className={styles.chip}>
            <input type="radio" className={styles.radio} name={id} checked={value === each.value} onChange={() => onChange(each.value)} data-testid="attribute-choice" />
            <span>{each.label}</span>
            {index < 10 ? <kbd className={styles.digit} aria-hidden>{(index + 1) % 10}</kbd> : null}
          </label>
        ))}
      </div>
    </fieldset>
  );
}
