// What stands for a sample where there is little room: its picture, or the beginning of its text.
import { IconPhotoOff } from '@tabler/icons-react';
import { useState } from 'react';
import type { Field, SampleView } from '../../api/types';
import classes from './datasets.module.css';

/** The sample's text, if one of its fields is text written into the sample. */
export function textOf(sample: SampleView, field?: string): string | null {
  const entries: [string, Field][] = field ? Object.entries(sample.fields).filter(([name]) => name === field) : Object.entries(sample.fields);
  for (const [, value] of entries) if ('inline' in value && typeof value.inline === 'string') return value.inline;
  return null;
}

/** Pictures smaller than their tile are shown pixel by pixel. */
function isTiny(sample: SampleView): boolean {
  return Object.values(sample.fields).some((field) => 'blob' in field && (field.blob.width ?? 1000) < 100 && (field.blob.height ?? 1000) < 100);
}

export function SampleMedia({ sample }: { sample: SampleView }) {
  const [failed, setFailed] = useState(false);
  if (sample.thumbnail_url && !failed) return <img src={sample.thumbnail_url} alt="" loading="lazy" decoding="async" className={classes.picture} style={isTiny(sample) ? { imageRendering: 'pixelated' } : undefined} onError={() => setFailed(true)} />;
  const text = textOf(sample);
  if (text !== null) return <p className={classes.excerpt}>{text.slice(0, 280)}</p>;
  return <span className={classes.noPicture}><IconPhotoOff size={22} stroke={1.3} /></span>;
}
