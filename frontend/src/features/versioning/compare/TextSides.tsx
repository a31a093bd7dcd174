// A text before and after, with what went and what came marked.
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { diffTexts, type Piece } from './text_diff';
import classes from './compare.module.css';

export function TextSides({ before, after }: { before: string | null; after: string | null }) {
  const { t } = useTranslation();
  const pieces = useMemo(() => piecesOf(before, after), [before, after]);
  if (before === null && after === null) return null;
  const side = (text: string | null, hidden: Piece['kind'], title: string) => (
    <div className={classes.side}>
      <div className={classes.sideTitle}>{title}</div>
      {text === null ? <div className={classes.absent} style={{ height: 132 }}>{t('versioning.not_there')}</div> : <div className={classes.text} tabIndex={0} role="group" aria-label={title}>{pieces.filter((piece) => piece.kind !== hidden).map((piece, index) => <Marked key={index} piece={piece} />)}</div>}
    </div>
  );
  return <div className={classes.sides}>{side(before, 'new', t('versioning.before'))}{side(after, 'old', t('versioning.after'))}</div>;
}

/** Where a text is on one side only, the whole of it came or went; to mark every word of it says nothing. */
function piecesOf(before: string | null, after: string | null): Piece[] {
  if (before === null || after === null) return [{ kind: 'same', text: before ?? after ?? '' }];
  return diffTexts(before, after);
}

export function Marked({ piece }: { piece: Piece }) {
  if (piece.kind === 'old') return <del className={classes.gone}>{piece.text}</del>;
  if (piece.kind === 'new') return <ins className={classes.come}>{piece.text}</ins>;
  return <span>{piece.text}</span>;
}
