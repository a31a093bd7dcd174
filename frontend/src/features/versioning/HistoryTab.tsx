// The room of versions. The address says what is open: the graph, branches and tags, protection, a comparison, a merge or a revert.
import { SegmentedControl, Stack } from '@mantine/core';
import { useCallback, useEffect, useRef, type RefObject } from 'react';
import { useTranslation } from 'react-i18next';
import { useSearchParams } from 'react-router';
import { ActionsProvider } from './actions/ActionsProvider';
import { CompareView } from './compare/CompareView';
import { CommitDrawer } from './graph/CommitDrawer';
import { CommitGraph } from './graph/CommitGraph';
import { ProtectionPanel } from './gates/ProtectionPanel';
import { JoiningPage } from './merge/JoiningPage';
import { RefsPanel } from './refs/RefsPanel';
import classes from './versioning.module.css';

type Shown = Record<string, string | null>;
const BACK: Shown = { a: null, b: null, merge: null, into: null, revert: null, on: null };

export default function HistoryTab({ dataset, refName }: { dataset: string; refName: string }) {
  const { t } = useTranslation();
  const [parameters, setParameters] = useSearchParams();
  const show = useCallback((shown: Shown) => setParameters((before) => {
    const after = new URLSearchParams(before);
    for (const [key, value] of Object.entries(shown)) {
      if (value) after.set(key, value);
      else after.delete(key);
    }
    return after;
  }), [setParameters]);
  const get = (name: string) => parameters.get(name);
  const [a, b, merge, into, revert, on, commit, view] = [get('a'), get('b'), get('merge'), get('into'), get('revert'), get('on'), get('commit'), get('view') ?? 'graph'];
  const page = useRef<HTMLDivElement>(null);
  const place = [a, b, merge, into, revert, on].every((part) => part === null) ? view : a && b ? 'compare' : 'join';
  useFocusOnChange(page, place);
  const back = () => show(BACK);
  const graph = () => show({ ...BACK, view: null, only: null });
  return (
    <ActionsProvider dataset={dataset} show={show}>
      <div ref={page} tabIndex={-1} className={classes.page}>
        {a && b ? <CompareView dataset={dataset} a={a} b={b} onChange={(older, newer) => show({ a: older, b: newer })} onBack={back} /> : null}
        {merge && into ? <JoiningPage key={`${merge} ${into}`} dataset={dataset} joining={{ into, from: merge }} onBack={back} onDone={graph} /> : null}
        {revert && on ? <JoiningPage key={`${revert} ${on}`} dataset={dataset} joining={{ branch: on, commit: revert }} onBack={back} onDone={graph} /> : null}
        {(a && b) || (merge && into) || (revert && on) ? null : (
          <Stack gap="md">
            <SegmentedControl
              style={{ alignSelf: 'flex-start' }} value={view} onChange={(next) => show({ view: next === 'graph' ? null : next })} aria-label={t('versioning.views')}
              data={['graph', 'refs', 'protection'].map((value) => ({ value, label: t(`versioning.view_${value}`) }))}
            />
            {view === 'refs' ? <RefsPanel dataset={dataset} /> : view === 'protection' ? <ProtectionPanel dataset={dataset} /> : <CommitGraph dataset={dataset} refName={refName} only={get('only') === '1'} onOnly={(only) => show({ only: only ? '1' : null })} open={commit} onOpen={(hash) => show({ commit: hash })} />}
          </Stack>
        )}
      </div>
      <CommitDrawer dataset={dataset} hash={commit} onClose={() => show({ commit: null })} onOpen={(hash) => show({ commit: hash })} />
    </ActionsProvider>
  );
}

/** Puts the focus on what has come in another's place, so that it goes on from there. */
function useFocusOnChange(page: RefObject<HTMLElement | null>, place: string): void {
  const shown = useRef(place);
  useEffect(() => {
    if (shown.current === place) return;
    shown.current = place;
    // The control that was used may still be there, as the switch between the views is.
    if (!page.current?.contains(document.activeElement)) page.current?.focus({ preventScroll: true });
  }, [page, place]);
}
