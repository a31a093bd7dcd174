// The stage for a text: binds the bench to the view of the text, with the few tools that a text has.
import { Alert, Button, Loader, Text } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { useEffect, useImperativeHandle, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { Item, Layer, SampleView } from '../../api/types';
import type { TextDocument } from '../../text/blocks';
import type { ShownSpan } from '../../text/pieces';
import { TextView, type TextHandle } from '../../text/TextView';
import type { Range } from '../../text/words';
import { addItem, changeItem } from './document';
import { alike, besideAnswer, isPrediction, isRelation, isSpan, newSpan, quote, shownRelations, shownSpans, stored, takenOver } from './text_items';
import { TextTools } from './TextTools';
import type { Bench } from './useBench';
import { useRelating } from './useRelating';
import { useText } from './useText';
import styles from './text_stage.module.css';

interface Props {
  bench: Bench;
  sample: SampleView;
  field: string;
  /** Where the field is served if it is a blob. */
  url: string;
  editable: boolean;
}

export function TextStage(props: Props) {
  const { t } = useTranslation();
  const [attempt, setAttempt] = useState(0);
  const loaded = useText(props.sample.fields[props.field], props.url, attempt);
  if (loaded.state === 'ready') return <OpenText key={`${props.sample.key}/${props.field}`} {...props} document={loaded.document} />;
  if (loaded.state === 'loading') return <div className={styles.panel} role="status"><Loader size="sm" /><Text size="sm" c="dimmed">{t('text.loading')}</Text></div>;
  return (
    <div className={styles.panel} data-testid="text-failed">
      <Alert color="orange" title={t(`text.problem_${loaded.state}`)} role="alert" maw={460}>
        <Text size="sm">{t(`text.problem_${loaded.state}_detail`)}</Text>
        {loaded.state === 'failed' ? <Button size="xs" mt="sm" onClick={() => setAttempt((now) => now + 1)}>{t('text.again')}</Button> : null}
      </Alert>
    </div>
  );
}

const FONT_PX = 18;
const NONE: readonly Item[] = [];

function OpenText({ bench, sample, field, editable, document }: Props & { document: TextDocument }) {
  const { t } = useTranslation();
  const view = useRef<TextHandle>(null);
  const [font, setFont] = useState(FONT_PX);
  const [snap, setSnap] = useLocalStorage({ key: 'strata.text.whole_words', defaultValue: true });
  const [said, setSaid] = useState('');
  const relating = useRelating(bench, editable);
  const { content, answer, setTexts } = bench;
  const layer = useSpanLayer(bench, field);
  const className = layer ? bench.activeClassOf(layer) : '';

  useEffect(() => setTexts((before) => ({ ...before, [field]: document })), [setTexts, field, document]);

  const best = editable && bench.accepted === null ? bench.best : null;
  const predicted = useMemo(() => (best ? besideAnswer(answer, best.result.items) : NONE), [best, answer]);
  const spans = useMemo(() => {
    const offered = (span: ShownSpan) => (span.predicted ? { ...span, name: t('text.take', { name: span.name }) } : span);
    return shownSpans(content, document, { human: answer, predicted }, field).map(offered);
  }, [content, document, answer, predicted, field, t]);
  const arcs = useMemo(() => {
    const quoted = new Map(spans.map((span) => [span.id, document.text.slice(span.start, span.end).slice(0, 60)]));
    return shownRelations(content, { human: answer, predicted }).map((each) => ({ ...each, name: t('text.relation_name', { from: quoted.get(each.from) ?? '?', class: each.caption, to: quoted.get(each.to) ?? '?' }) }));
  }, [content, document, answer, predicted, spans, t]);

  const create = (range: Range, inLayer = layer, name = className) => {
    if (!inLayer || !name) return;
    const item = newSpan(answer, inLayer, name, stored(document, range));
    const known = alike(answer, item);
    if (!known) bench.run(addItem(item));
    bench.setLayer(inLayer.name);
    bench.select(known?.id ?? item.id);
    setSaid(t('text.made', { class: name, quote: quote(document, item) }));
  };
  const change = (id: string, range: Range) => {
    const item = answer.find((each) => each.id === id);
    if (item && isSpan(item)) bench.run(changeItem(item, { ...item, ...stored(document, range) }));
  };
  const select = (id: string | null) => {
    if (id !== null && isPrediction(id)) return take(id);
    if (!relating.finish(id)) bench.select(id);
  };
  const take = (id: string) => {
    const item = predicted.find((each) => each.id === id);
    const own = item && (isSpan(item) || isRelation(item)) ? takenOver(answer, item) : null;
    if (!own) return;
    bench.run(addItem(own));
    bench.setLayer(own.layer);
    bench.select(own.id);
  };

  const takeClass = (inLayer: Layer, name: string): boolean => {
    const range = view.current?.chosen();
    if (!range || !editable || inLayer.kind !== 'span' || inLayer.field !== field) return false;
    view.current?.collapse();
    create(range, inLayer, name);
    return true;
  };
  useImperativeHandle(bench.waiting, () => takeClass);
  // The keys that magnify a picture change the size of the letters.
  const resize = (next: number) => setFont(Math.round(Math.min(40, Math.max(12, next))));
  useImperativeHandle(bench.canvas, () => ({
    zoomBy: (factor) => resize(factor > 1 ? font + 2 : font - 2),
    fit: () => resize(FONT_PX),
    actualSize: () => resize(FONT_PX),
    cancel: () => relating.cancel() || (view.current?.collapse() ?? false),
    order: () => false,
    relate: relating.begin,
    size: () => null,
  }));

  return (
    <div className={styles.stage}>
      <TextTools bench={bench} layer={editable ? layer : undefined} relating={relating} document={document} snap={snap} onSnap={setSnap} onResize={(by) => resize(font + by)} />
      <TextView
        ref={view} document={document} spans={spans} arcs={arcs} selected={bench.selected} editable={editable && !relating.first} creating={className !== '' && !relating.first} snap={snap} font={font}
        label={t('text.label', { key: sample.key })} onSelect={select} onCreate={(range) => create(range)} onChange={change}
      />
      <div role="status" className="visually-hidden">{said}</div>
    </div>
  );
}

/** The layer that a selection goes to: the one in hand, else the one last in hand, else the first over this text. */
function useSpanLayer({ layer, content }: Bench, field: string): Layer | undefined {
  const [last, setLast] = useState('');
  const fits = (each: Layer) => each.kind === 'span' && each.field === field;
  const inHand = fits(layer) ? layer.name : '';
  if (inHand !== '' && inHand !== last) setLast(inHand);
  return content.layers.find((each) => fits(each) && each.name === (inHand || last)) ?? content.layers.find(fits);
}
