// The part of the graph that stands beside one commit. Rows have one height, so that parts join into lines.
import type { LaneRow, Line } from './lanes';
import { ROW_HEIGHT, columnX, drawingWidth } from './measures';
import classes from './graph.module.css';

const MIDDLE = ROW_HEIGHT / 2;
const COLORS = 8;

/** A line between two columns, straight or as an S. */
function path(x1: number, y1: number, x2: number, y2: number): string {
  if (x1 === x2) return `M${x1} ${y1}V${y2}`;
  const half = (y1 + y2) / 2;
  return `M${x1} ${y1}C${x1} ${half} ${x2} ${half} ${x2} ${y2}`;
}

export function LaneDrawing({ row, columns, merge }: { row: LaneRow; columns: number; merge: boolean }) {
  const x = columnX(row.column);
  const stroke = (line: Line, d: string, key: string) => <path key={key} d={d} className={classes.line} data-color={line.color % COLORS} />;
  return (
    <svg className={classes.drawing} width={drawingWidth(columns)} height={ROW_HEIGHT} aria-hidden data-column={row.column}>
      {row.passing.map((line) => stroke(line, path(columnX(line.from), 0, columnX(line.to), ROW_HEIGHT), `p${line.from}`))}
      {row.arriving.map((line) => stroke(line, path(columnX(line.from), 0, x, MIDDLE), `a${line.from}`))}
      {row.leaving.map((line) => stroke(line, path(x, MIDDLE, columnX(line.to), ROW_HEIGHT), `l${line.to}`))}
      <circle cx={x} cy={MIDDLE} r={merge ? 4.5 : 5.5} className={classes.knot} data-color={row.color % COLORS} data-merge={merge} />
    </svg>
  );
}
