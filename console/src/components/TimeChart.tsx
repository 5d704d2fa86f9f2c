// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { useEffect, useMemo, type ReactElement } from 'react';
import { clockTicks, largestOf, logAxis, valueAxis } from '../lib/axis';
import type { Curve } from '../lib/series';
import { formatTick, zoneOf } from '../lib/time';
import { token } from '../lib/tokens';
import { useDrawing } from './drawing';
import type { ChartOption } from './echarts';
import { usePreferences } from './Preferences';

export interface ChartSeries {
  name: string;
  curve: Curve;
  colour: string; // name of a token
  kind?: 'line' | 'area' | 'bar';
  faded?: boolean;
  thin?: boolean; // for comparison: dashed, and not in the legend
}

export interface TimeChartProps {
  label: string;
  series: ChartSeries[];
  now: number; // newest second
  window: number;
  format: (value: number) => string;
  axis?: (value: number) => string; // as `format`, for ticks
  range?: { min: number; max: number; interval: number }; // default: 0 to a round number
  log?: boolean; // powers of ten; values above 0 only
  areas?: { from: number; to: number }[]; // seconds that are marked
  least?: number; // without `range`: the axis reaches at least to here
  group?: string; // charts of one group share the cursor
}

// Curves over the last `window` seconds. Moves by a second at a time, without animation, so that
// what is under the cursor stays readable.
export default function TimeChart(props: TimeChartProps): ReactElement {
  const { box, drawing } = useDrawing({ group: props.group });
  const { theme } = usePreferences();
  const frame = useMemo(() => frameOption(theme), [theme]);
  useEffect(() => {
    drawing.current?.draw((width) => optionOf(props, frame, width), { whole: false });
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

// The plot has the same place in every chart, whatever its labels say, so that charts above each
// other line up and nothing shifts while it is watched.
const kPlot = { left: 52, right: 14, top: 10, bottom: 24 };

function optionOf(props: TimeChartProps, frame: Frame, width: number): ChartOption {
  const { colours, text } = frame;
  const { now, window, format, least = 0 } = props;
  const { left, right } = kPlot;
  const zone = zoneOf(now);
  const ticks = clockTicks({ now, window, plot: width - left - right, left, right, zone });
  const curves = props.series.map((one) => one.curve);
  const linear = props.range ?? { min: 0, ...valueAxis(largestOf(curves), least) };
  const range = props.log ? logAxis(curves) : linear;
  return {
    animation: false,
    grid: { ...kPlot, outerBoundsMode: 'none' },
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
      axisLine: { lineStyle: { color: colours.line } },
      axisTick: { show: false },
      axisLabel: {
        ...text,
        customValues: ticks.map((second) => second * 1000),
        formatter: (ms: number) => formatTick(ms / 1000, window),
      },
    },
    yAxis: {
      type: props.log ? 'log' : 'value',
      ...range,
      splitLine: { lineStyle: { color: colours.grid } },
      axisLabel: { ...text, formatter: props.axis ?? format },
    },
    series: props.series.map((one, at) => ({
      ...seriesOption(one), markArea: at === 0 && props.areas ? areasOf(props.areas) : undefined,
    })),
  } as ChartOption;
}

function areasOf(areas: { from: number; to: number }[]): object {
  return {
    silent: true,
    itemStyle: { color: token('bad'), opacity: 0.12 },
    data: areas.map(({ from, to }) => [{ xAxis: from * 1000 }, { xAxis: to * 1000 }]),
  };
}

function seriesOption(series: ChartSeries): object {
  const colour = token(series.colour);
  const opacity = series.faded ? 0.18 : series.thin ? 0.7 : 1;
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
    lineStyle: {
      width: series.faded || series.thin ? 1 : 1.6, color: colour, opacity,
      type: series.thin ? 'dashed' : 'solid',
    },
    areaStyle: series.kind === 'area' ? { color: colour, opacity: 0.12 * opacity } : undefined,
  };
}
