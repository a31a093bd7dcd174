import { Group, Text } from '@mantine/core';

export function Logo({ size = 24 }: { size?: number }) {
  return (
    <Group gap={9} wrap="nowrap">
      <svg width={size} height={size} viewBox="0 0 32 32" aria-hidden>
        <rect width="32" height="32" rx="8" fill="#155e63" />
        <g fill="none" strokeLinecap="round" strokeLinejoin="round" strokeWidth="2.4">
          <path d="M6.5 11.5 16 7l9.5 4.500L16 16z" stroke="#fff" />
          <path d="M6.500 16.300 16 20.800l9.500-4.500" stroke="#9fd8d6" />
          <path d="M6.500 21 16 25.500l9.500-4.500" stroke="#e8b96a" />
        </g>
      </svg>
      <Text fw={680} fz={size * 0.68} lts="-0.02em">Strata</Text>
    </Group>
  );
}
