// A hash as people read it: its first ten digits, the whole of it to copy.
import { CopyButton, Tooltip, UnstyledButton } from '@mantine/core';
import { useTranslation } from 'react-i18next';

export function HashText({ hash, digits = 10, tabIndex }: { hash: string; digits?: number; tabIndex?: number }) {
  const { t } = useTranslation();
  return (
    <CopyButton value={hash}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? t('shared.copied') : hash}>
          <UnstyledButton className="mono" fz={12.5} onClick={copy} tabIndex={tabIndex} aria-label={`${t('shared.copy')} ${hash.slice(0, digits)}`} data-hash={hash}>{hash.slice(0, digits)}</UnstyledButton>
        </Tooltip>
      )}
    </CopyButton>
  );
}
