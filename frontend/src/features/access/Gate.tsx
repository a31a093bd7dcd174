// The frame of the pages one sees before one is inside.
import { Group, Paper, Stack, Text, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { Toggles } from '../../app/Shell';
import { Logo } from '../../shared/Logo';
import classes from './Gate.module.css';

export function Gate({ title, lead, children }: { title: string; lead: string; children: ReactNode }) {
  return (
    <main className={classes.gate}>
      <div className={classes.layers} aria-hidden>
        <svg viewBox="0 0 1200 700" preserveAspectRatio="xMidYMax slice">
          <path className={classes.one} d="M0 420C200 360 380 470 620 410s380-90 580-30v320H0z" />
          <path className={classes.two} d="M0 500c220-50 420 50 660 0s360-60 540-10v210H0z" />
          <path className={classes.three} d="M0 585c260-40 460 40 700 5s320-40 500-5v115H0z" />
        </svg>
      </div>
      <div className={classes.corner}><Toggles /></div>
      <Paper className={classes.card} radius="lg" p={36} withBorder>
        <Stack gap="lg">
          <Group><Logo size={30} /></Group>
          <div><Title order={1}>{title}</Title><Text c="dimmed" size="sm" mt={6}>{lead}</Text></div>
          {children}
        </Stack>
      </Paper>
    </main>
  );
}
