// Counts as bars, longest first, drawn without a chart library.
import classes from './datasets.module.css';

export interface Bar {
  name: string;
  count: number;
  color?: string;
}

export function Bars({ bars }: { bars: readonly Bar[] }) {
  const most = Math.max(1, ...bars.map((bar) => bar.count));
  return (
    <div role="list" data-testid="bars">
      {bars.map((bar) => (
        <div key={bar.name} role="listitem" className={classes.bar}>
          <span className={classes.barName} title={bar.name}>{bar.name}</span>
          <span className={classes.barTrack}><span className={classes.barFill} style={{ display: 'block', width: `${(bar.count / most) * 100}%`, background: bar.color ?? 'var(--s-accent)' }} /></span>
          <span className={classes.barCount}>{bar.count.toLocaleString()}</span>
        </div>
      ))}
    </div>
  );
}
