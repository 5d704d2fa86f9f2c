// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { ReactElement, ReactNode } from 'react';
import { useFiguresEach } from '../api/figures';
import type { MetricsDashboardChart, MetricsFiguresRequest } from '../api/generated';
import { useText } from '../i18n/text';
import {
  axisOf, curveOfChart, formatOf, kChartLines, type ChartPart,
} from '../lib/charts';
import type { Bounds } from '../lib/question';
import { seriesToken } from '../lib/tokens';
import { AddToDashboard } from './AddToDashboard';
import { ChartPanel } from './ChartPanel';
import { successAxis } from './curves';
import { Failure } from './Failure';
import { HeatPanel } from './HeatPanel';
import type { ChartSeries } from './TimeChart';

interface Props {
  chart: MetricsDashboardChart;
  bounds: Bounds | undefined; // undefined: not yet known
  parts?: ChartPart[]; // a line for each, instead of the chart's groups
  group: string; // charts of one group share the cursor
  extra?: ReactNode; // instead of the button that keeps it
  onChoose?: (from: number, to: number) => void; // of a heat map
}

// One chart that asks its own question: of a dashboard, a host, a process, a metric of one's own.
export function QuestionChart(props: Props): ReactElement {
  const { chart, bounds, extra, onChoose } = props;
  const buttons = extra ?? <AddToDashboard chart={chart} />;
  if (chart.figure !== 'heat') {
    return <Curves {...props} extra={buttons} />;
  }
  const { title, where } = chart;
  return (
    <HeatPanel
      title={title}
      where={where}
      bounds={bounds}
      format={formatOf(chart)}
      extra={buttons}
      onChoose={onChoose}
    />
  );
}

function Curves({ chart, bounds, parts, group, extra }: Props): ReactElement {
  const text = useText();
  const figures = useFiguresEach(bounds ? questionsOf(chart, parts, bounds) : []);
  const errors = figures.map(({ error }) => error);
  const known = figures.length > 0 && figures.every(({ data, error }) => data ?? error);
  const lines = figures.flatMap(({ data }, part) =>
    (data?.lines ?? []).map((line) => ({ line, name: parts?.[part]?.name ?? line.key[0] })),
  );
  const more = figures.reduce((sum, { data }) => sum + (data?.more ?? 0), 0);
  const together = chart.group_by === '' && !parts;
  const series = lines.map(({ line, name }, at): ChartSeries => ({
    name: together ? chart.title : name || text('figures.unknown'),
    colour: seriesToken(at),
    curve: curveOfChart(chart, line),
    kind: lines.length === 1 && chart.figure === 'calls' ? 'area' : 'line',
  }));
  return (
    <ChartPanel
      title={chart.title}
      series={known ? series : undefined}
      now={bounds?.to ?? 0}
      window={bounds ? bounds.to - bounds.from : 0}
      group={group}
      format={formatOf(chart)}
      axis={axisOf(chart)}
      log={chart.log}
      extra={extra}
      note={
        <>
          <Failure errors={errors} />
          {known && series.length === 0 && <p className="none">{text('chart.empty')}</p>}
          {more > 0 && <p className="none">{text('figures.more', { count: more })}</p>}
        </>
      }
      {...(chart.figure === 'success_rate' ? successAxis(series) : {})}
    />
  );
}

function questionsOf(
  chart: MetricsDashboardChart,
  parts: ChartPart[] | undefined,
  bounds: Bounds,
): Partial<MetricsFiguresRequest>[] {
  const question = { ...bounds, quantiles: [chart.quantile], limit: kChartLines };
  if (parts) return parts.map(({ where }) => ({ ...question, where: [...chart.where, ...where] }));
  const group_by = chart.group_by === '' ? [] : [chart.group_by];
  return [{ ...question, where: chart.where, group_by }];
}
