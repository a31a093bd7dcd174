// A small picture of a kind of label: the sample in grey, the label in the accent.
import type { ReactNode } from 'react';
import type { Kind } from './kinds';
import styles from './standards.module.css';

const SHAPES: Readonly<Record<Kind, ReactNode>> = {
  classification: <><rect className={styles.sample} x="3" y="4" width="42" height="28" rx="3" /><path className={styles.filled} d="M25 12h9l5 6-5 6h-9z" /></>,
  box: <><circle className={styles.sample} cx="24" cy="18" r="9" /><rect className={styles.label} x="13" y="7" width="22" height="22" /></>,
  rotated_box: <><ellipse className={styles.sample} cx="24" cy="18" rx="13" ry="6" transform="rotate(-28 24 18)" /><rect className={styles.label} x="9" y="10" width="30" height="16" transform="rotate(-28 24 18)" /></>,
  ellipse: <><ellipse className={styles.sample} cx="24" cy="18" rx="13" ry="8" /><ellipse className={styles.label} cx="24" cy="18" rx="17" ry="11" /></>,
  polygon: <><path className={styles.label} d="M10 26 14 9l12-4 13 9-4 15-13 2z" /><g className={styles.filled}><circle cx="10" cy="26" r="2" /><circle cx="14" cy="9" r="2" /><circle cx="26" cy="5" r="2" /><circle cx="39" cy="14" r="2" /><circle cx="35" cy="29" r="2" /><circle cx="22" cy="31" r="2" /></g></>,
  polyline: <><path className={styles.open} d="M6 28 16 14l12 8L42 7" /><g className={styles.filled}><circle cx="6" cy="28" r="2" /><circle cx="16" cy="14" r="2" /><circle cx="28" cy="22" r="2" /><circle cx="42" cy="7" r="2" /></g></>,
  point: <><circle className={styles.sample} cx="24" cy="18" r="12" /><circle className={styles.filled} cx="24" cy="18" r="3.5" /></>,
  skeleton: <><path className={styles.open} d="M24 7v12m-10-6 10 1 10-1M24 19l-6 12m6-12 6 12" /><g className={styles.filled}><circle cx="24" cy="6" r="3" /><circle cx="14" cy="13" r="2" /><circle cx="34" cy="13" r="2" /><circle cx="24" cy="19" r="2" /><circle cx="18" cy="31" r="2" /><circle cx="30" cy="31" r="2" /></g></>,
  mask: <path className={styles.filled} d="M12 12h5V8h10v4h8v6h4v8h-6v4H16v-4h-6V16h2z" />,
  span: <><path className={styles.lines} d="M6 9h36M6 27h24" /><rect className={styles.label} x="15" y="13" width="19" height="9" rx="2" /><path className={styles.lines} d="M6 17.5h6M37 17.5h5" /></>,
  interval: <><path className={styles.lines} d="M6 15v6m4-10v14m4-9v4m4-8v12m4-17v22m4-18v14m4-10v6m4-9v12m4-7v2" /><rect className={styles.label} x="16" y="4" width="14" height="28" rx="2" /></>,
  relation: <><rect className={styles.sample} x="4" y="5" width="13" height="11" rx="2" /><rect className={styles.sample} x="31" y="20" width="13" height="11" rx="2" /><path className={styles.open} d="M17 10h8c5 0 3 15 5 15.500M26 22l4.500 3.500-4.500 3.500" /></>,
};

export function KindPicture({ kind }: { kind: Kind }) {
  return <svg viewBox="0 0 48 36" width="48" height="36" className={styles.kindPicture} aria-hidden focusable="false">{SHAPES[kind]}</svg>;
}
