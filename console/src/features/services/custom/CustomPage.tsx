// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { Segmented, Skeleton } from 'antd';
import type { ReactElement } from 'react';
import { useParams, useSearchParams } from 'react-router-dom';
import { useData, useFigures } from '../../../api/figures';
import { EmptyHint } from '../../../components/EmptyHint';
import { Failure } from '../../../components/Failure';
import { Panel } from '../../../components/Panel';
import { QuestionChart } from '../../../components/QuestionChart';
import { SpanPicker, useSpan } from '../../../components/SpanPicker';
import { useText } from '../../../i18n/text';
import { titleOf } from '../../../lib/metrics';
import { boundsOf, kMinute, newestMinute, type Bounds } from '../../../lib/question';
import { zoneOf } from '../../../lib/time';
import { ServiceHead } from '../ServiceHead';
import { chartsOf, metricsOf, partsOf, type Metric } from './custom';

const kEach = '*'; // each combination of attributes
const kMetricsMax = 1000; // by their attributes

// What a service reports of its own: counters, gauges and distributions.
export default function CustomPage(): ReactElement {
  const { line = '', service: name = '' } = useParams();
  const service = `${line}/${name}`;
  const text = useText();
  const [span, setter] = useSpan(3600);
  const data = useData();
  const until = data.data?.complete_until ?? 0;
  const bounds = data.data && until > 0 ? boundsOf(until, span, false, zoneOf(until)) : undefined;
  const found = useFigures(
    bounds && {
      where: [{ dimension: 'callee', value: `custom:${service}`, how: '=' }],
      group_by: ['method', 'caller', 'result'], from: bounds.from, to: bounds.to, step: 0,
      limit: kMetricsMax,
    },
  );
  const metrics = found.data && metricsOf(found.data.lines);
  const never = data.data !== undefined && newestMinute(until) <= 0;
  return (
    <>
      <ServiceHead service={service}>
        <SpanPicker span={span} setter={setter} />
      </ServiceHead>
      <Failure errors={[data.error, found.error]} />
      {never || metrics?.length === 0 ? (
        <Panel>
          <EmptyHint
            title={text('custom.none')}
            text={text('custom.none.text', { callee: `custom:${service}` })}
          />
        </Panel>
      ) : !metrics ? (
        <Skeleton active paragraph={{ rows: 8 }} className="pad" />
      ) : (
        metrics.map((metric) => (
          <OneMetric key={metric.name} service={service} metric={metric} bounds={bounds} />
        ))
      )}
    </>
  );
}

interface Props {
  service: string;
  metric: Metric;
  bounds: Bounds | undefined;
}

function OneMetric({ service, metric, bounds }: Props): ReactElement {
  const text = useText();
  const [params, setParams] = useSearchParams();
  const by = params.getAll('by').find((one) => one.startsWith(`${metric.name}:`)) ?? '';
  const chosen = by.slice(metric.name.length + 1);
  const attribute = metric.attributes.find(({ name }) => name === chosen);
  const choose = (next: string): void => {
    const others = params.getAll('by').filter((one) => !one.startsWith(`${metric.name}:`));
    params.delete('by');
    for (const one of others) params.append('by', one);
    if (next) params.append('by', `${metric.name}:${next}`);
    setParams(params, { replace: true });
  };
  const minutes = bounds && { ...bounds, step: Math.max(bounds.step, kMinute) };
  return (
    <section className="own" aria-label={metric.name}>
      <div className="section-head">
        <h2>
          {titleOf(metric.name)} <code>{metric.name}</code>{' '}
          <small>{text(`custom.kind.${metric.kind}`)}</small>
        </h2>
        {metric.attributes.length > 0 && (
          <Segmented
            aria-label={text('custom.by')}
            value={attribute?.name ?? (chosen === kEach ? kEach : '')}
            options={[
              { value: '', label: text('custom.by.none') },
              ...metric.attributes.map(({ name }) => ({ value: name, label: name })),
              { value: kEach, label: text('custom.by.each') },
            ]}
            onChange={choose}
          />
        )}
      </div>
      <div className="charts">
        {chartsOf(service, metric, chosen ? 'caller' : '').map((chart) => (
          <QuestionChart
            key={chart.title}
            chart={chart}
            parts={attribute && partsOf(attribute)}
            bounds={minutes}
            group={service}
          />
        ))}
      </div>
    </section>
  );
}
