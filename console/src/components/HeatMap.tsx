// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { useEffect, type ReactElement } from 'react';
import type { MetricsHeatReply } from '../api/generated';
import { useText, type Text } from '../i18n/text';
import { cellsOf, type Cell } from '../lib/heat';
import { formatDay, formatTick } from '../lib/time';
import { token } from '../lib/tokens';
import { formatCount } from '../lib/units';
import { useDrawing } from './drawing';
import type { HeatOption } from './echarts';
import { usePreferences } from './Preferences';

interface Props {
  reply: MetricsHeatReply;
  step: number; // seconds of a column
  format: (value: number) => string;
  cursor: number | null; // the column the keyboard is at
  onChoose: (column: number) => void;
}

// The drawing: time to the right, latency upwards on a log scale, the darker the more calls.
export default function HeatMap(props: Props): ReactElement {
  const text = useText();
  const { onChoose } = props;
  const { box, drawing } = useDrawing({
    onClick: (value) => Array.isArray(value) && onChoose(Number(value[0])),
  });
  const { theme } = usePreferences();
  useEffect(() => {
    drawing.current?.draw((width) => optionOf(props, text, width), { whole: true });
    // `theme` is not read but says when the tokens have other values.
  }, [props, text, theme, drawing]);
  return <div ref={box} className="chart" aria-hidden="true" />;
}

const kShades = 5;
const kLabelPx = 70;

function optionOf({ reply, step, format, cursor }: Props, text: Text, width: number): HeatOption {
  const label = { color: token('ink-3'), fontSize: 11, fontFamily: token('sans') };
  const columns = reply.columns.map(({ from }) => from);
  const window = columns.length * step;
  const each = Math.max(1, Math.ceil((columns.length * kLabelPx) / Math.max(width - 70, 1)));
  const bounds = reply.bounds_us.map((us) => (us === 0 ? '0' : format(us)));
  return {
    animation: false,
    grid: { left: 62, right: 14, top: 10, bottom: 24, outerBoundsMode: 'none' },
    tooltip: {
      confine: true,
      backgroundColor: token('raised'),
      borderColor: token('line'),
      padding: [6, 10],
      textStyle: { ...label, color: token('ink'), fontSize: 12 },
      formatter: (shown: unknown) => tipOf(shown, columns, bounds, text),
    },
    xAxis: {
      type: 'category',
      data: columns,
      axisLine: { lineStyle: { color: token('line') } },
      axisTick: { show: false },
      axisLabel: {
        ...label,
        interval: (at: number) => at % each === 0 && at <= columns.length - each / 2,
        formatter: (from: string) => formatTick(Number(from), window),
      },
    },
    yAxis: {
      type: 'category',
      data: bounds.slice(0, -1),
      axisLine: { show: false },
      axisTick: { show: false },
      axisLabel: label,
    },
    visualMap: {
      show: false, min: 0, max: 1, dimension: 2,
      inRange: { color: Array.from({ length: kShades }, (_, i) => token(`heat-${i + 1}`)) },
    },
    series: [{
      type: 'heatmap',
      data: cellsOf(reply).map(({ column, row, shade, calls }: Cell) => [
        column, row, shade, calls,
      ]),
      emphasis: { itemStyle: { borderColor: token('ink'), borderWidth: 1 } },
      markArea: cursor === null ? undefined : {
        silent: true,
        itemStyle: { color: token('accent'), opacity: 0.22 },
        data: [[{ xAxis: cursor - 0.5 }, { xAxis: cursor + 0.5 }]],
      },
    }],
  } as HeatOption;
}

function tipOf(shown: unknown, columns: number[], bounds: string[], text: Text): string {
  const value = (shown as { value?: unknown }).value;
  if (!Array.isArray(value)) return '';
  const [column = 0, row = 0, , calls = 0] = value as number[];
  return text('heat.cell', {
    time: formatDay((columns[column] ?? 0) * 1000), calls: formatCount(calls),
    row: `${bounds[row]}–${bounds[row + 1]}`,
  });
}
