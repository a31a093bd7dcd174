// A still picture with its boxes drawn over it. In a comparison old boxes are dashed, new ones solid, equal ones faint.
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import { Text } from '@mantine/core';
import { useElementSize } from '@mantine/hooks';
import type { BoxItem, Item } from '../api/types';
import { boxStyle, nameSize, type BoxTone, type Size } from './box_style';
import classes from './BoxedPicture.module.css';

interface Props {
  src: string;
  /** Of the source, in pixels; unknown until loaded where null. */
  width: number | null;
  height: number | null;
  items: readonly Item[];
  alt: string;
  /** How each box stands in a comparison. */
  toneOf?: (item: Item) => BoxTone;
  /** Names stand below their boxes, clear of those that another picture has above them. */
  namesBelow?: boolean;
}

export function BoxedPicture({ src, width, height, items, alt, toneOf = () => 'plain', namesBelow = false }: Props) {
  const { t } = useTranslation();
  const [natural, setNatural] = useState<Size | null>(null);
  const { ref, ...shown } = useElementSize<HTMLImageElement>();
  const [failed, setFailed] = useState(false);
  if (failed) return <Text size="sm" c="dimmed" className={classes.failed}>{t('datasets.picture_failed')}</Text>;
  const size = width && height ? { width, height } : natural;
  const boxes = items.filter((item) => item.kind === 'box');
  const letter = size ? nameSize(size, shown) : 0;
  const small = size !== null && Math.max(size.width, size.height) < 128;
  return (
    <>
      <img ref={ref} src={src} alt={alt} decoding="async" style={{ imageRendering: small ? 'pixelated' : undefined }} onError={() => setFailed(true)} onLoad={(event) => setNatural({ width: event.currentTarget.naturalWidth, height: event.currentTarget.naturalHeight })} />
      {size && boxes.length > 0 ? (
        <svg className={classes.overlay} viewBox={`0 0 ${size.width} ${size.height}`} preserveAspectRatio="xMidYMid meet" aria-hidden data-testid="boxes">
          {boxes.map((item) => {
            const tone = toneOf(item);
            const style = boxStyle(item.class, tone);
            const frame = { x: item.x, y: item.y, width: item.width, height: item.height, vectorEffect: 'non-scaling-stroke' } as const;
            return (
              <g key={`${item.layer}/${item.id}`} data-tone={tone} data-item={item.id}>
                {style.halo ? <rect {...frame} fill="none" stroke="#fff" strokeOpacity={0.75} strokeWidth={style.strokeWidth + 2} /> : null}
                <rect {...frame} fill={style.stroke} fillOpacity={style.fillOpacity} stroke={style.stroke} strokeOpacity={style.strokeOpacity} strokeWidth={style.strokeWidth} strokeDasharray={style.dashes} />
                {tone === 'old' || tone === 'new' ? <text className={classes.name} x={item.x} y={nameY(item, size, letter, namesBelow)} style={{ fontSize: letter, strokeWidth: letter / 4 }}>{item.class}</text> : null}
              </g>
            );
          })}
        </svg>
      ) : null}
    </>
  );
}

/** Where the name of a box stands: beside it, and still on the picture. */
function nameY(box: BoxItem, size: Size, letter: number, below: boolean): number {
  return below ? Math.min(size.height - letter * 0.3, box.y + box.height + letter * 1.05) : Math.max(letter, box.y - letter * 0.3);
}
