// A still picture with its boxes drawn over it.
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Text } from '@mantine/core';
import type { Item } from '../../api/types';
import { colorOf } from '../../shared/colors';
import classes from './datasets.module.css';

interface Props {
  src: string;
  /** Of the source, in pixels; unknown until loaded where null. */
  width: number | null;
  height: number | null;
  items: readonly Item[];
  alt: string;
}

export function BoxedPicture({ src, width, height, items, alt }: Props) {
  const { t } = useTranslation();
  const [natural, setNatural] = useState<{ width: number; height: number } | null>(null);
  const [failed, setFailed] = useState(false);
  if (failed) return <Text size="sm" c="dimmed">{t('datasets.picture_failed')}</Text>;
  const size = width && height ? { width, height } : natural;
  const boxes = items.filter((item) => item.kind === 'box');
  const small = size !== null && Math.max(size.width, size.height) < 128;
  return (
    <>
      <img src={src} alt={alt} style={{ imageRendering: small ? 'pixelated' : undefined }} onError={() => setFailed(true)} onLoad={(event) => setNatural({ width: event.currentTarget.naturalWidth, height: event.currentTarget.naturalHeight })} />
      {size && boxes.length > 0 ? (
        <svg className={classes.overlay} viewBox={`0 0 ${size.width} ${size.height}`} preserveAspectRatio="xMidYMid meet" aria-hidden>
          {boxes.map((item) => (
            <rect key={`${item.layer}/${item.id}`} x={item.x} y={item.y} width={item.width} height={item.height} fill={colorOf(item.class)} fillOpacity={0.15} stroke={colorOf(item.class)} strokeWidth={2} vectorEffect="non-scaling-stroke" />
          ))}
        </svg>
      ) : null}
    </>
  );
}
