// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { CloseOutlined } from '@ant-design/icons';
import { Button, Segmented } from 'antd';
import { useEffect, useRef, useState, type ReactElement } from 'react';
import { Link } from 'react-router-dom';
import { useData, useFigures } from '../../api/figures';
import type { MetricsFiguresReplyLine } from '../../api/generated';
import { DataList, kWidths, type Column } from '../../components/DataList';
import { Failure } from '../../components/Failure';
import { nameOf, valueOf } from '../../components/figureNames';
import { Panel } from '../../components/Panel';
import { QuestionChart } from '../../components/QuestionChart';
import { SpanPicker, useSpan } from '../../components/SpanPicker';
import { successColumn } from '../../components/successColumn';
import { useText } from '../../i18n/text';
import { chartOf } from '../../lib/charts';
import { figuresUrl, serviceUrl } from '../../lib/paths';
import {
  boundsOf, conditionsOf, isTold, kDay, newestMinute, whereParams, type Bounds, type Dimension,
} from '../../lib/question';
import { zoneOf } from '../../lib/time';
import { formatChange, formatMicros, formatRate } from '../../lib/units';

export interface Pair {
  caller: string; // "" is outside
  callee: string;
}

interface Props {
  pair: Pair;
  onClose: () => void;
}

const parts: Dimension[] = ['method', 'callee_host', 'caller_host', 'result'];
const kShown = 20;

// One line of the graph in any window: its curves, and which methods, instances and hosts it is
// made of, held against yesterday.
export function EdgePanel({ pair, onClose }: Props): ReactElement {
  const text = useText();
  const [span, setter] = useSpan();
  const head = useRef<HTMLElement>(null);
  useEffect(() => {
    head.current?.scrollIntoView({ block: 'nearest' });
    head.current?.focus();
  }, [pair.caller, pair.callee]);
  const data = useData();
  const until = data.data?.complete_until ?? 0;
  const filters = [{ dimension: 'caller' as const, value: pair.caller }];
  const where = conditionsOf(pair.callee, filters);
  const bySecond = isTold(data.data?.sets ?? [], ['caller'], true);
  const bounds =
    newestMinute(until) > 0 ? boundsOf(until, span, bySecond, zoneOf(until)) : undefined;
  const name = (service: string): string => service || text('common.unknownCaller');
  return (
    <section ref={head} tabIndex={-1} className="edge" aria-label={text('edge.title')}>
      <div className="section-head">
        <h2>
          {pair.caller ? <Link to={serviceUrl(pair.caller)}>{pair.caller}</Link> : name('')}
          {' → '}
          <Link to={serviceUrl(pair.callee)}>{pair.callee}</Link>
        </h2>
        <div className="section-controls">
          <SpanPicker span={span} setter={setter} />
          <Link to={`${figuresUrl(pair.callee)}?span=${span.seconds}&${whereParams(filters)}`}>
            {text('edge.all')}
          </Link>
          <Button
            type="text"
            icon={<CloseOutlined />}
            aria-label={text('edge.close')}
            onClick={onClose}
          />
        </div>
      </div>
      <Failure errors={[data.error]} />
      {data.data && !bounds && <p className="none">{text('figures.never')}</p>}
      <div className="charts three">
        {[
          chartOf(text('common.calls'), 'calls', where),
          chartOf(text('common.successRate'), 'success_rate', where),
          chartOf(text('common.tp99'), 'tp', where),
        ].map((chart) => (
          <QuestionChart key={chart.title} chart={chart} bounds={bounds} group="edge" />
        ))}
      </div>
      <EdgeParts pair={pair} bounds={bounds} />
    </section>
  );
}

function EdgeParts({ pair, bounds }: { pair: Pair; bounds: Bounds | undefined }): ReactElement {
  const text = useText();
  const [by, setBy] = useState<Dimension>('method');
  const found = useFigures(
    bounds && {
      where: conditionsOf(pair.callee, [{ dimension: 'caller', value: pair.caller }]),
      group_by: [by], quantiles: [500_000, 990_000], limit: kShown, earlier: [kDay],
      from: bounds.from, to: bounds.to, step: 0,
    },
  );
  return (
    <Panel
      title={text('figures.breakdown')}
      extra={
        <Segmented<Dimension>
          size="small"
          aria-label={text('figures.breakdown')}
          value={by}
          options={parts.map((value) => ({ value, label: nameOf(value, text) }))}
          onChange={setBy}
        />
      }
    >
      <Failure errors={[found.error]} />
      <PartTable by={by} callee={pair.callee} lines={found.error ? [] : found.data?.lines} />
      <p className="none">{text('edge.against')}</p>
    </Panel>
  );
}

interface TableProps {
  by: Dimension;
  callee: string;
  lines: MetricsFiguresReplyLine[] | undefined;
}

type Row = MetricsFiguresReplyLine;

function PartTable({ by, callee, lines }: TableProps): ReactElement {
  const text = useText();
  const latency = (title: string, at: number): Column<Row> => ({
    key: title,
    title,
    align: 'right',
    width: kWidths.latency + 20,
    render: ({ total, earlier: [before] }) => (
      <>
        {formatMicros(total.quantiles_us[at] ?? 0)}
        <small className="changed">
          {before?.calls
            ? formatChange(total.quantiles_us[at] ?? 0, before.quantiles_us[at] ?? 0)
            : ''}
        </small>
      </>
    ),
  });
  const columns: Column<Row>[] = [
    {
      key: 'key',
      title: nameOf(by, text),
      narrow: 'head',
      ellipsis: true,
      render: ({ key: [value = ''] }) => (
        <Link
          to={`${figuresUrl(callee)}?${whereParams([{ dimension: by, value }])}`}
          title={value}
        >
          {valueOf(value, text)}
        </Link>
      ),
    },
    {
      key: 'calls',
      title: text('common.calls'),
      align: 'right',
      width: kWidths.calls,
      render: ({ total, earlier: [before] }) => (
        <>
          {formatRate(total.calls_per_second)}
          <small className="changed">{formatChange(total.calls, before?.calls ?? 0)}</small>
        </>
      ),
    },
    successColumn(text, ({ total }) => total),
    latency('TP50', 0),
    latency('TP99', 1),
  ];
  return (
    <DataList
      label={text('edge.parts')}
      rows={lines}
      rowKey={(row) => row.key.join(' ')}
      columns={columns}
      fits
      empty={text('figures.nocalls')}
    />
  );
}
