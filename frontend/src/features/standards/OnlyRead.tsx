// Fields that can be read and not changed: they keep their ink, and one can still look around in them.
import { MantineThemeProvider, type MantineThemeOverride } from '@mantine/core';
import type { ReactNode } from 'react';

const fixed = { defaultProps: { readOnly: true } };
const off = { defaultProps: { disabled: true } };
const READ_ONLY: MantineThemeOverride = { components: { TextInput: fixed, Textarea: fixed, NumberInput: fixed, Select: fixed, Autocomplete: fixed, TagsInput: fixed, Switch: off, Checkbox: off } };

export function OnlyRead({ when, children }: { when: boolean; children: ReactNode }) {
  return when ? <MantineThemeProvider theme={READ_ONLY} inherit>{children}</MantineThemeProvider> : children;
}
