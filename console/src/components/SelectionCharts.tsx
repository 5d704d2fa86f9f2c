// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { ReactElement } from 'react';
import { useText } from '../i18n/text';
import type { MetricsPoint } from '../api/generated';
import { ChartPanel } from './ChartPanel';
import { percentileSeries, quantities, seriesOf, successAxis } from './curves';

interface Props {
  points: MetricsPoint[] | undefined; // undefined: not yet known
  now: number;
  window: number;
  group: string;
}

// The four charts of one selection: calls, success, failures, latency.
export function SelectionCharts({ points, now, window, group }: Props): ReactElement {
  const text = useText();
  const frame = { now, window, group };
  const one = (name: 'calls' | 'success' | 'failures', label: string, colour: string) =>
    points && [
      seriesOf(points, quantities[name], label, colour, {
        kind: name === 'failures' ? 'bar' : 'area',
      }),
    ];
  const success = one('success', text('common.successRate'), 'series-4');
  return (
    <div className="charts">
      <ChartPanel
        {...frame}
        title={text('common.calls')}
        series={one('calls', text('common.calls'), 'series-1')}
        format={quantities.calls.format}
        least={quantities.calls.least}
      />
      <ChartPanel
        {...frame}
        title={text('common.successRate')}
        series={success?.map((s) => ({ ...s, kind: 'line' as const }))}
        format={quantities.success.format}
        {...successAxis(success)}
      />
      <ChartPanel
        {...frame}
        title={text('common.latency')}
        series={points && percentileSeries(points)}
        format={quantities.tp99.format}
        least={quantities.tp99.least}
      />
      <ChartPanel
        {...frame}
        title={text('common.failures')}
        series={one('failures', text('common.failures'), 'bad')}
        format={quantities.failures.format}
        least={quantities.failures.least}
      />
    </div>
  );
}
