// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { ReactElement } from 'react';
import { useFigures } from '../../api/figures';
import type { MetricsAlarmFiring, MetricsAlarmRule, MetricsFigures } from '../../api/generated';
import { ChartPanel } from '../../components/ChartPanel';
import { quantities, successAxis } from '../../components/curves';
import type { ChartSeries } from '../../components/TimeChart';
import { useText } from '../../i18n/text';
import type { Curve } from '../../lib/series';
import { around, isDrawnAnyway, questionOf, valueOf, type Around } from './window';
import { figureName, valueText } from './words';

interface Props {
  firing: MetricsAlarmFiring;
  rule: MetricsAlarmRule | undefined;
  completeUntil: number | undefined; // undefined: not yet known
}

type Value = (point: MetricsFigures) => number | null;

// Success rate over calls/s, and the rule's own figure if it is neither, on one time axis.
export function AlarmCurves({ firing, rule, completeUntil }: Props): ReactElement {
  const text = useText();
  const bounds = completeUntil === undefined ? undefined : around(firing, rule, completeUntil);
  const { data } = useFigures(bounds && questionOf(firing, rule, bounds));
  const points = data && (data.lines[0]?.points ?? []);
  const frame = {
    now: bounds?.to ?? 0,
    window: bounds ? bounds.to - bounds.from : 3600,
    group: 'alarm',
  };
  const of = (name: string, colour: string, value: Value, idle: number | null): ChartSeries[] => [
    { name, colour, curve: curveOf(points ?? [], value, idle) },
  ];
  const line = (kind: string): ChartSeries[] => {
    if (!bounds || firing.figure.kind !== kind || !isBound(firing)) return [];
    const curve = level(bounds, firing.bound);
    return [{ name: text('alarms.curve.bound'), colour: 'bad', curve, thin: true }];
  };
  const rates = points && [
    ...of(text('common.successRate'), 'series-4', (one) => one.success_rate, null),
    ...line('KIND_SUCCESS_RATE'),
  ];
  const own = (point: MetricsFigures): number | null => valueOf(firing.figure, point);
  const { calls, success } = quantities;
  return (
    <section className="charts alarm-charts" aria-label={text('alarms.around')}>
      <ChartPanel {...frame} title={text('common.successRate')} series={rates}
        format={success.format} {...successAxis(rates)} />
      <ChartPanel {...frame} title={text('common.calls')} format={calls.format}
        least={calls.least}
        series={points && [
          ...of(text('common.calls'), 'series-1', (one) => one.calls_per_second, 0),
          ...line('KIND_CALLS_PER_SECOND'),
        ]} />
      {!isDrawnAnyway(firing.figure) && (
        <ChartPanel {...frame} title={figureName(firing.figure, text)}
          format={(value) => valueText(firing.figure, value)}
          series={points && [
            ...of(figureName(firing.figure, text), 'series-3', own, null),
            ...line(firing.figure.kind),
          ]} />
      )}
    </section>
  );
}

function isBound({ condition }: MetricsAlarmFiring): boolean {
  return condition.kind === 'KIND_MAX' || condition.kind === 'KIND_MIN';
}

function level({ from, to }: Around, value: number): Curve {
  return [[from * 1000, value], [to * 1000, value]];
}

function curveOf(points: MetricsFigures[], value: Value, idle: number | null): Curve {
  return points.map((one) => [one.from * 1000, one.calls > 0 ? value(one) : idle]);
}
