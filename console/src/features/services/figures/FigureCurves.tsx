// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { ReactElement } from 'react';
import type { MetricsCondition, MetricsFigures } from '../../../api/generated';
import { AddToDashboard } from '../../../components/AddToDashboard';
import { ChartPanel } from '../../../components/ChartPanel';
import { quantities, successAxis } from '../../../components/curves';
import type { ChartSeries } from '../../../components/TimeChart';
import { useText } from '../../../i18n/text';
import { chartOf, type ChartFigure } from '../../../lib/charts';
import type { Curve } from '../../../lib/series';
import { beforeOf } from '../../../components/figureNames';
import { quantileNames, type Bounds } from '../../../lib/question';
import type { View } from './view';

interface Props {
  where: MetricsCondition[];
  points: MetricsFigures[] | undefined; // undefined: not yet known
  before: MetricsFigures[]; // for comparison
  bounds: Bounds | undefined;
  view: View;
}

type Value = (point: MetricsFigures) => number;

// What failed of a second's calls.
const failuresPerS: Value = (one) => one.calls_per_second * (1 - one.success_rate);
const colours = ['series-1', 'series-3', 'series-2', 'series-5', 'series-6'];

// Calls with failures, success, latency; what is compared with is drawn thin at the same places.
export function FigureCurves({ where, points, before, bounds, view }: Props): ReactElement {
  const text = useText();
  const suffix = ` · ${beforeOf(view.compare, text)}`;
  const both = (name: string, colour: string, value: Value, idle: number | null, more = {}) => {
    const own = { name, colour, curve: curveOf(points ?? [], value, idle, 0), ...more };
    const then = curveOf(before, value, idle, view.compare);
    const thin = { name: name + suffix, colour, curve: then, thin: true };
    return before.length > 0 ? [own, thin] : [own];
  };
  const keep = (figure: ChartFigure, name: string): ReactElement => {
    const of = where.map((one) => one.value || text('figures.unknown')).join(' · ');
    const log = figure === 'tp' && view.log;
    return <AddToDashboard chart={chartOf(`${name} · ${of}`, figure, where, { log })} />;
  };
  const drawn = (series: ChartSeries[]): ChartSeries[] | undefined => points && series;
  const frame = {
    now: bounds?.to ?? 0,
    window: bounds ? bounds.to - bounds.from : view.span.seconds,
    group: 'figures',
  };
  const { calls, failures, success, tp99 } = quantities;
  const rates = drawn(both(text('common.success'), 'series-4', (one) => one.success_rate, null));
  return (
    <div className="charts">
      <ChartPanel
        {...frame}
        title={text('common.calls')}
        extra={keep('calls', text('common.calls'))}
        series={drawn([
          ...both(text('common.calls'), 'series-1', (one) => one.calls_per_second, 0, {
            kind: 'area',
          }),
          ...both(text('common.failures'), 'bad', failuresPerS, 0),
        ])}
        format={calls.format}
        least={failures.least}
      />
      <ChartPanel
        {...frame}
        title={text('common.successRate')}
        extra={keep('success_rate', text('common.successRate'))}
        series={rates}
        format={success.format}
        {...successAxis(rates)}
      />
      <div className="chart-wide">
        <ChartPanel
          {...frame}
          title={text('common.latency')}
          extra={keep('tp', 'TP99')}
          series={drawn(
            quantileNames.flatMap((name, i) =>
              both(name, colours[i] ?? 'series-1', (one) => one.quantiles_us[i] ?? 0, null),
            ),
          )}
          format={tp99.format}
          least={tp99.least}
          log={view.log}
        />
      </div>
    </div>
  );
}

// `idle` is what a point without calls shows: a gap or a value.
function curveOf(
  points: MetricsFigures[],
  value: Value,
  idle: number | null,
  later: number,
): Curve {
  return points.map((one) => [(one.from + later) * 1000, one.calls > 0 ? value(one) : idle]);
}
