// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { Skeleton } from 'antd';
import type { ReactElement } from 'react';
import { useData, useFigures } from '../../api/figures';
import { EmptyHint } from '../../components/EmptyHint';
import { Failure } from '../../components/Failure';
import { Panel } from '../../components/Panel';
import { QuestionChart } from '../../components/QuestionChart';
import { useText } from '../../i18n/text';
import { boundsOf, kMinute, newestMinute, type Bounds, type Span } from '../../lib/question';
import { zoneOf } from '../../lib/time';
import { chartOfMetric, metricsOf } from './hosts';

interface Props {
  callee: string; // "host:sh"
  host: string; // the host, or the instance
  span: Span;
}

// A chart for each metric that the host or process reports.
export function MetricCharts({ callee, host, span }: Props): ReactElement {
  const text = useText();
  const data = useData();
  const bounds = boundsOfMinutes(data.data?.complete_until ?? 0, span);
  const found = useFigures(
    bounds && {
      from: bounds.from, to: bounds.to, step: 0, limit: 1000,
      where: [
        { dimension: 'callee', value: callee, how: '=' },
        { dimension: 'callee_host', value: host, how: '=' },
      ],
      group_by: ['method', 'result'],
    },
  );
  const metrics = found.data && metricsOf(found.data.lines);
  const never = data.data !== undefined && !bounds;
  return (
    <>
      <Failure errors={[data.error, found.error]} />
      {never || metrics?.length === 0 ? (
        <Panel>
          <EmptyHint title={text('hosts.nothing')} text={text('hosts.nothing.text', { host })} />
        </Panel>
      ) : !metrics ? (
        <Skeleton active paragraph={{ rows: 8 }} className="pad" />
      ) : (
        <div className="charts three">
          {metrics.map((metric) => (
            <QuestionChart
              key={metric.name}
              chart={chartOfMetric(callee, host, metric)}
              bounds={bounds}
              group={host}
            />
          ))}
        </div>
      )}
    </>
  );
}

// These are kept by the minute.
function boundsOfMinutes(until: number, span: Span): Bounds | undefined {
  if (newestMinute(until) <= 0) return undefined;
  const bounds = boundsOf(until, span, false, zoneOf(until));
  return { ...bounds, step: Math.max(bounds.step, kMinute) };
}
