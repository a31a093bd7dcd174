// The search box with its syntax beside it. Searches on Enter, or shortly after the last key.
import { ActionIcon, Code, Popover, Stack, Table, Text, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { IconHelp, IconSearch, IconX } from '@tabler/icons-react';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

const EXAMPLES = [
  ['red car', 'search.help_words'], ['"red car"', 'search.help_phrase'], ['label:cat', 'search.help_label'], ['split:train', 'search.help_split'],
  ['-label:dog', 'search.help_not'], ['label:cat split:train -"night"', 'search.help_all'],
] as const;

export function SearchBox({ value, onSearch }: { value: string; onSearch: (query: string) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState(value);
  const later = useDebouncedCallback(onSearch, 400);
  const put = (next: string) => {
    setText(next);
    later(next);
  };
  return (
    <TextInput
      role="searchbox" aria-label={t('search.label')} placeholder={t('search.placeholder')} value={text} data-testid="search-box" style={{ flex: 1, minWidth: 220 }} maw={560}
      onChange={(event) => put(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === 'Enter' && !event.nativeEvent.isComposing) onSearch(text);
      }}
      leftSection={<IconSearch size={16} />} rightSectionWidth={text ? 64 : 36}
      rightSection={
        <>
          {text ? <ActionIcon variant="subtle" color="gray" aria-label={t('search.clear')} onClick={() => { setText(''); onSearch(''); }}><IconX size={15} /></ActionIcon> : null}
          <SyntaxHelp />
        </>
      }
    />
  );
}

function SyntaxHelp() {
  const { t } = useTranslation();
  return (
    <Popover position="bottom-end" width={380} shadow="md" withArrow>
      <Popover.Target><ActionIcon variant="subtle" color="gray" aria-label={t('search.help')}><IconHelp size={16} /></ActionIcon></Popover.Target>
      <Popover.Dropdown>
        <Stack gap="xs">
          <Text fw={600} size="sm">{t('search.help')}</Text>
          <Table verticalSpacing={5} horizontalSpacing={6} withRowBorders={false}>
            <Table.Tbody>{EXAMPLES.map(([example, meaning]) => <Table.Tr key={example}><Table.Td><Code>{example}</Code></Table.Td><Table.Td><Text size="xs" c="dimmed">{t(meaning)}</Text></Table.Td></Table.Tr>)}</Table.Tbody>
          </Table>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}
