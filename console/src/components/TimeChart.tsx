// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { useEffect, useMemo, useRef, type ReactElement } from 'react';
import type { Curve } from '../lib/series';
import { formatClock } from '../lib/time';
import { token } from '../lib/tokens';
import { connect, init, type ChartOption, type EChartsType } from './echarts';
import { usePreferences } from './Preferences';

export interface ChartSeries {
  name: string;
  curve: Curve;
  colour: string; // name of a token
  kind?: 'line' | 'area' | 'bar';
  faded?: boolean;
}

export interface TimeChartProps {
  label: string;
  series: ChartSeries[];
  now: number; // newest second
  window: number;
  format: (value: number) => string;
  axis?: (value: number) => string; // as `format`, for ticks
  min?: number;
  max?: number;
  least?: number; // the axis reaches at least to here
  interval?: number;
  group?: string; // charts of one group share the cursor
}

// Curves over the last `window` seconds. Moves by a second at a time, without animation, so that
// what is under the cursor stays readable.
export default function TimeChart(props: TimeChartProps): ReactElement {
  const box = useRef<HTMLDivElement>(null);
  const chart = useRef<EChartsType | null>(null);
  const { theme } = usePreferences();
  const { group } = props;

  useEffect(() => {
    if (!box.current) return undefined;
    const made = init(box.current);
    chart.current = made;
    if (group) {
      made.group = group;
      connect(group);
    }
    const observer = new ResizeObserver(() => made.resize());
    observer.observe(box.current);
    return () => {
      observer.disconnect();
      made.dispose();
      chart.current = null;
    };
  }, [group]);

  const frame = useMemo(() => frameOption(theme), [theme]);
  useEffect(() => {
    chart.current?.setOption(optionOf(props, frame), { replaceMerge: ['series'] });
  });
  return <div ref={box} className="chart" role="img" aria-label={props.label} />;
}

interface Frame {
  colours: Record<string, string>;
  text: { color: string; fontSize: number; fontFamily: string };
}

// `theme` is not read but says when the tokens have other values.
function frameOption(_theme: string): Frame {
  const names = ['grid', 'line', 'ink', 'raised', 'ink-3'];
  return {
    colours: Object.fromEntries(names.map((name) => [name, token(name)])),
    text: { color: token('ink-3'), fontSize: 11, fontFamily: token('sans') },
  };
}

function optionOf(props: TimeChartProps, frame: Frame): ChartOption {
  const { colours, text } = frame;
  const { now, window, format, least = 0 } = props;
  return {
    animation: false,
    grid: { left: 4, right: 14, top: 10, bottom: 2, containLabel: true },
    tooltip: {
      trigger: 'axis',
      confine: true,
      backgroundColor: colours.raised,
      borderColor: colours.line,
      padding: [6, 10],
      textStyle: { ...text, color: colours.ink, fontSize: 12 },
      axisPointer: { type: 'line', lineStyle: { color: colours['ink-3'], type: 'solid' } },
      valueFormatter: (value) => (typeof value === 'number' ? format(value) : '–'),
    },
    xAxis: {
      type: 'time',
      min: (now - window) * 1000,
      max: now * 1000,
      splitNumber: 4,
      axisLine: { lineStyle: { color: colours.line } },
      axisTick: { show: false },
      axisLabel: {
        ...text,
        hideOverlap: true,
        formatter: (ms: number) => formatClock(ms / 1000),
      },
    },
    yAxis: {
      type: 'value',
      min: props.min ?? 0,
      max: props.max ?? ((extent: { max: number }) => (extent.max > least ? null : least)),
      interval: props.interval,
      splitNumber: 3,
      splitLine: { lineStyle: { color: colours.grid } },
      axisLabel: { ...text, formatter: props.axis ?? format },
    },
    series: props.series.map(seriesOption),
  } as ChartOption;
}

function seriesOption(series: ChartSeries): object {
  const colour = token(series.colour);
  const opacity = series.faded ? 0.18 : 1;
  const shared = { id: series.name, name: series.name, data: series.curve, color: colour };
  if (series.kind === 'bar') {
    return { ...shared, type: 'bar', barMinHeight: 0, barMaxWidth: 6, itemStyle: { opacity } };
  }
  return {
    ...shared,
    type: 'line',
    symbol: 'circle',
    symbolSize: 4,
    showSymbol: false,
    lineStyle: { width: series.faded ? 1 : 1.6, color: colour, opacity },
    areaStyle: series.kind === 'area' ? { color: colour, opacity: 0.12 * opacity } : undefined,
  };
}
