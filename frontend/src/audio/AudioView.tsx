// A recording with its intervals: one sees it, hears it, and marks stretches of it.
import { useEffect, useImperativeHandle, useLayoutEffect, useRef, useState, type CSSProperties, type Ref } from 'react';
import { inkOn } from '../text/ink';
import { assignLanes } from '../text/lanes';
import { readAudioKey } from './keys';
import { chosenOf, liveInterval, mark, UNMARKED, type Edge, type Interval, type MarkInput, type MarkScene } from './marking';
import { clock } from './peaks';
import { Waveform } from './Waveform';
import styles from './audio.module.css';

export interface ShownInterval extends Interval {
  id: string;
  caption: string;
  /** What a screen reader says of it. */
  name: string;
  color: string;
  /** Made by a model and not yet taken over by a person. */
  predicted: boolean;
}

export interface AudioHandle {
  chosen: () => Interval | null;
  collapse: () => boolean;
  /** 1 shows the whole recording. */
  zoom: (change: (now: number) => number) => void;
  toggle: () => void;
}

interface Props {
  ref?: Ref<AudioHandle>;
  url: string;
  samples: Float32Array;
  duration: number;
  intervals: readonly ShownInterval[];
  selected: string | null;
  editable: boolean;
  creating: boolean;
  label: string;
  /** Light or dark: the outline is drawn again. */
  scheme: string;
  onSelect: (id: string | null) => void;
  onCreate: (interval: Interval) => void;
  onChange: (id: string, interval: Interval) => void;
}

const WIDEST_PX = 16_000;
const LANE_PX = 26;

export function AudioView({ ref, url, samples, duration, intervals, selected, editable, creating, label, scheme, onSelect, onCreate, onChange }: Props) {
  const stage = useRef<HTMLDivElement>(null);
  const strip = useRef<HTMLDivElement>(null);
  const audio = useRef<HTMLAudioElement>(null);
  const [room, setRoom] = useState(800);
  const [magnified, setMagnified] = useState(1);
  const [playhead, setPlayhead] = useState(0);
  const [state, setState] = useState(UNMARKED);
  const width = Math.min(WIDEST_PX, Math.round(room * magnified));
  const human = intervals.filter((each) => !each.predicted);
  const scene: MarkScene = { duration, intervals: human, selected, editable, creating, playhead };

  const seek = (to: number) => {
    if (audio.current) audio.current.currentTime = to;
    setPlayhead(to);
  };
  const feed = (input: MarkInput): boolean => {
    const next = mark(state, input, scene);
    setState(next.state);
    for (const effect of next.effects) {
      if (effect.kind === 'seek') seek(effect.to);
      else if (effect.kind === 'select') onSelect(effect.id);
      else if (effect.kind === 'create') onCreate({ start: effect.start, end: effect.end });
      else onChange(effect.id, { start: effect.start, end: effect.end });
    }
    return next.used;
  };
  const toggle = () => {
    const player = audio.current;
    // Refused playback leaves the recording where it stands; the outline can still be marked.
    if (player?.paused) void player.play().catch(() => undefined);
    else player?.pause();
  };
  useImperativeHandle(ref, () => ({ chosen: () => chosenOf(state), collapse: () => feed({ kind: 'collapse' }), zoom: (change) => setMagnified((now) => Math.min(64, Math.max(1, change(now)))), toggle }));

  useLayoutEffect(() => {
    const element = stage.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setRoom(element.clientWidth));
    observer.observe(element);
    element.focus({ preventScroll: true });
    return () => observer.disconnect();
  }, []);
  useEffect(() => {
    // While it plays the line follows more smoothly than the player's own events, four a second.
    let frame = 0;
    const follow = () => {
      if (audio.current && !audio.current.paused) setPlayhead(audio.current.currentTime);
      frame = requestAnimationFrame(follow);
    };
    frame = requestAnimationFrame(follow);
    return () => cancelAnimationFrame(frame);
  }, []);

  const timeOf = (event: { clientX: number }) => ((event.clientX - (strip.current?.getBoundingClientRect().left ?? 0)) / width) * duration;
  const onPointerDown = (event: React.PointerEvent<HTMLElement>) => {
    if (event.button !== 0 || !(event.target instanceof Element)) return;
    event.preventDefault();
    stage.current?.focus({ preventScroll: true });
    const tag = event.target.closest<HTMLElement>('[data-tag]');
    const handle = event.target.closest<HTMLElement>('[data-handle]');
    if (tag && !handle) return onSelect(tag.dataset['tag'] ?? null);
    event.currentTarget.setPointerCapture(event.pointerId);
    feed({ kind: 'down', at: timeOf(event), edge: handle ? { id: handle.dataset['interval'] ?? '', edge: handle.dataset['handle'] as Edge } : undefined });
  };
  const onKeyDown = (event: React.KeyboardEvent) => {
    // Who is here must be able to leave by Tab, which the workbench takes elsewhere.
    if (event.key === 'Tab') return event.stopPropagation();
    const read = readAudioKey({ key: event.key, ctrl: event.ctrlKey || event.metaKey, shift: event.shiftKey, alt: event.altKey }, human.some((each) => each.id === selected) && editable);
    if (!read) return;
    if (read.kind === 'toggle') toggle();
    else if (!feed(read)) return;
    event.preventDefault();
    event.stopPropagation();
  };

  const x = (seconds: number) => (seconds / Math.max(duration, 0.001)) * width;
  const shown = intervals.map((each) => liveInterval(each, state));
  const lanes = assignLanes(shown);
  const depth = Math.max(1, ...[...lanes.values()].map((lane) => lane + 1));
  const chosen = chosenOf(state);
  return (
    <div ref={stage} className={styles.stage} tabIndex={0} role="application" aria-label={label} data-testid="audio-stage" data-intervals={intervals.length} onKeyDown={onKeyDown}>
      <audio ref={audio} src={url} preload="auto" />
      <div ref={strip} className={styles.strip} style={{ width }} onPointerDown={onPointerDown} onPointerMove={(event) => { if (state.hold) feed({ kind: 'move', at: timeOf(event) }); }} onPointerUp={(event) => { if (state.hold) feed({ kind: 'up', at: timeOf(event) }); }} onPointerCancel={() => feed({ kind: 'cancel' })}>
        <Waveform samples={samples} width={width} scheme={scheme} />
        {chosen ? <div className={styles.chosen} style={{ left: x(chosen.start), width: x(chosen.end - chosen.start) }} /> : null}
        {shown.map((each) => <div key={each.id} className={styles.band} data-predicted={each.predicted} data-selected={each.id === selected} style={{ left: x(each.start), width: x(each.end - each.start), '--class-color': each.color } as CSSProperties} />)}
        <div className={styles.lanes} style={{ height: depth * LANE_PX }}>
          {shown.map((each) => (
            <div key={each.id} className={styles.bar} role="button" tabIndex={-1} data-tag={each.id} data-predicted={each.predicted} data-selected={each.id === selected} aria-label={each.name} aria-pressed={each.id === selected} style={{ left: x(each.start), width: Math.max(3, x(each.end - each.start)), top: (lanes.get(each.id) ?? 0) * LANE_PX, '--class-color': each.color, '--tag-ink': inkOn(each.color) } as CSSProperties}>{each.caption}</div>
          ))}
        </div>
        {editable ? shown.filter((each) => each.id === selected && !each.predicted).flatMap((each) => (['start', 'end'] as const).map((edge) => <span key={edge} className={styles.handle} data-handle={edge} data-interval={each.id} style={{ left: x(each[edge]), '--class-color': each.color } as CSSProperties} />)) : null}
        <div className={styles.playhead} style={{ left: x(playhead) }} />
      </div>
      <output className={styles.clock} data-testid="clock">{clock(playhead)} / {clock(duration)}</output>
    </div>
  );
}
