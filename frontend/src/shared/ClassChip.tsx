// A class name with its colour.
import { colorOf } from './colors';
import classes from './ClassChip.module.css';

export function ClassChip({ name, color, tone }: { name: string; color?: string; tone?: 'added' | 'removed' | 'quiet' }) {
  return (
    <span className={classes.chip} data-tone={tone}>
      <span className={classes.dot} style={{ background: color ?? colorOf(name) }} aria-hidden />
      {name}
    </span>
  );
}
