// The tools of the layer in hand, the ways to look, and how picture and regions are shown.
import { ActionIcon, Button, Popover, Slider, Stack, Text, Tooltip } from '@mantine/core';
import {
  IconAdjustmentsHorizontal, IconBrush, IconCircle, IconEraser, IconHandStop, IconLine, IconLasso, IconPoint, IconPointer, IconPolygon, IconRectangle, IconRotateRectangle, IconStretching, IconZoomIn, IconZoomOut, IconZoomReset, type Icon,
} from '@tabler/icons-react';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { toolsFor } from '../../canvas/tools/toolbox';
import type { ToolName } from '../../canvas/tools/tool';
import type { Action } from './keymap';
import type { Bench } from './useBench';
import { PLAIN_DISPLAY } from './useDisplay';
import { useKeyChoices } from './useKeyChoices';
import styles from './labeling.module.css';

/** How each tool looks, and what takes it by key. */
const LOOKS: Record<ToolName, [Icon, Action]> = {
  select: [IconPointer, 'tool_select'], pan: [IconHandStop, 'tool_pan'], box: [IconRectangle, 'tool_box'], rotated_box: [IconRotateRectangle, 'tool_rotated_box'], ellipse: [IconCircle, 'tool_ellipse'], polygon: [IconPolygon, 'tool_polygon'],
  polyline: [IconLine, 'tool_polygon'], point: [IconPoint, 'tool_point'], skeleton: [IconStretching, 'tool_point'], brush: [IconBrush, 'tool_brush'], eraser: [IconEraser, 'tool_eraser'], fill: [IconLasso, 'tool_polygon'],
};
const VIEWS = [['zoom_in', IconZoomIn], ['zoom_out', IconZoomOut], ['fit', IconZoomReset]] as const;

export function Toolbar({ bench, tool, editable }: { bench: Bench; tool: ToolName; editable: boolean }) {
  const { t } = useTranslation();
  const tools: ToolName[] = ['select', ...(editable ? toolsFor(bench.layer.kind) : []), 'pan'];
  return (
    <div className={styles.toolbar} role="toolbar" aria-label={t('labeling.tools')}>
      {tools.map((name) => {
        const [Look, action] = LOOKS[name];
        return <ToolButton key={name} name={`tool-${name}`} label={t(`labeling.tool_${name}`)} action={action} pressed={tool === name} onClick={() => bench.setTool(name)}><Look size={18} stroke={1.7} /></ToolButton>;
      })}
      <span className={styles.toolGap} />
      {VIEWS.map(([name, Look]) => (
        <ToolButton key={name} name={name} label={t(`labeling.key_${name}`)} action={name} onClick={() => bench.act(name)}><Look size={18} stroke={1.7} /></ToolButton>
      ))}
      <span className={styles.toolGap} />
      <DisplayPanel bench={bench} />
    </div>
  );
}

interface ToolButtonProps {
  name: string;
  label: string;
  action: Action;
  /** Nothing for what is done at once and is not held. */
  pressed?: boolean;
  onClick: () => void;
  children: ReactNode;
}

function ToolButton({ name, label, action, pressed, onClick, children }: ToolButtonProps) {
  const { withKey } = useKeyChoices();
  return (
    <Tooltip label={withKey(label, action)} position="right">
      {/* Without the focus Enter finishes what is drawn rather than pressing the button again. */}
      <ActionIcon variant={pressed ? 'filled' : 'subtle'} color={pressed ? undefined : 'gray'} size={34} aria-pressed={pressed} aria-label={label} onClick={(event) => { onClick(); event.currentTarget.blur(); }} data-testid={name}>{children}</ActionIcon>
    </Tooltip>
  );
}

function DisplayPanel({ bench }: { bench: Bench }) {
  const { t } = useTranslation();
  const { display, setDisplay } = bench;
  const percent = (value: number) => `${Math.round(value * 100)} %`;
  const [opened, setOpened] = useState(false);
  const sliders = [['opacity', 0, 1], ['brightness', 0.2, 3], ['contrast', 0.2, 3]] as const;
  return (
    <Popover opened={opened} onChange={setOpened} position="right-start" withArrow shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <Tooltip label={t('labeling.display')} position="right" disabled={opened}>
          <ActionIcon variant="subtle" color="gray" size={34} aria-label={t('labeling.display')} onClick={() => setOpened(!opened)} data-testid="display"><IconAdjustmentsHorizontal size={18} stroke={1.7} /></ActionIcon>
        </Tooltip>
      </Popover.Target>
      {/* Arrows move the slider, and nothing on the bench. */}
      <Popover.Dropdown onKeyDown={(event) => event.stopPropagation()}>
        <Stack gap="sm" w={210}>
          {sliders.map(([name, min, max]) => (
            <DisplaySlider key={name} name={t(`labeling.display_${name}`)} value={display[name]} min={min} max={max} step={0.05} shown={percent} onChange={(value) => setDisplay({ [name]: value })} testId={`display-${name}`} />
          ))}
          {bench.layer.kind === 'mask' ? <DisplaySlider name={t('labeling.display_brush')} value={display.brush} min={1} max={200} step={1} shown={(value) => `${value} px`} onChange={(brush) => setDisplay({ brush })} testId="display-brush" /> : null}
          <Button size="compact-sm" variant="default" onClick={() => setDisplay(PLAIN_DISPLAY)}>{t('labeling.display_reset')}</Button>
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

interface SliderProps {
  name: string;
  value: number;
  min: number;
  max: number;
  step: number;
  shown: (value: number) => string;
  onChange: (value: number) => void;
  testId: string;
}

function DisplaySlider({ name, value, min, max, step, shown, onChange, testId }: SliderProps) {
  return (
    <div>
      <Text size="xs" mb={4} className={styles.sliderName}><span>{name}</span><span className="tabular">{shown(value)}</span></Text>
      <Slider size="sm" label={null} thumbLabel={name} thumbProps={{ 'aria-valuetext': shown(value) }} value={value} min={min} max={max} step={step} onChange={onChange} data-testid={testId} />
    </div>
  );
}
