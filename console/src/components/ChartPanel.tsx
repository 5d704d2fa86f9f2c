// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { Skeleton } from 'antd';
import { lazy, Suspense, type ReactElement, type ReactNode } from 'react';
import { useText } from '../i18n/text';
import type { ChartSeries, TimeChartProps } from './TimeChart';

const TimeChart = lazy(() => import('./TimeChart'));

interface Props extends Omit<TimeChartProps, 'label' | 'series'> {
  title: string;
  series: ChartSeries[] | undefined; // undefined: not yet known
  legend?: boolean; // name and newest value of each curve
  extra?: ReactNode; // buttons in the head
  note?: ReactNode; // above the curves
}

// A chart with its title and, as the legend, the newest values.
export function ChartPanel(props: Props): ReactElement {
  const { title, series, legend = true, extra, note, ...rest } = props;
  const text = useText();
  const own = (series ?? []).filter((one) => !one.thin);
  const newest = own.map((one) => ({ ...one, value: newestOf(one) }));
  const first = newest.length === 1 ? newest[0]?.value : undefined;
  const spoken = newest.map((one) => `${one.name} ${one.value ?? ''}`).join(', ');
  return (
    <section className="panel chart-panel" aria-label={title}>
      <header className="panel-head">
        <h2>{title}</h2>
        {first !== undefined && <span className="chart-now">{first}</span>}
        {extra}
      </header>
      {legend && newest.length > 1 && (
        <ul className="legend">
          {newest.map((one) => (
            <li key={one.name}>
              <i style={{ background: `var(--${one.colour})` }} aria-hidden="true" />
              {one.name} <b>{one.value}</b>
            </li>
          ))}
        </ul>
      )}
      {note}
      <Suspense fallback={<Skeleton.Node active className="chart-skeleton" />}>
        {series ? (
          <TimeChart
            {...rest}
            series={series}
            label={`${title}: ${text('common.now', { value: spoken })}`}
          />
        ) : (
          <Skeleton.Node active className="chart-skeleton" />
        )}
      </Suspense>
    </section>
  );

  function newestOf(one: ChartSeries): string {
    const value = one.curve[one.curve.length - 1]?.[1];
    return value === null || value === undefined ? '–' : rest.format(value);
  }
}
