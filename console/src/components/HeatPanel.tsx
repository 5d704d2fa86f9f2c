// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { Skeleton } from 'antd';
import { lazy, Suspense, useState, type ReactElement, type ReactNode } from 'react';
import { useHeat } from '../api/figures';
import type { MetricsCondition, MetricsHeatReply } from '../api/generated';
import { useText } from '../i18n/text';
import { rangeOf, toldOf } from '../lib/heat';
import { columnsOf, type Bounds } from '../lib/question';
import { formatDay } from '../lib/time';
import { formatCount, formatMicros } from '../lib/units';
import { Failure } from './Failure';

const HeatMap = lazy(() => import('./HeatMap'));

const kColumns = 120;

interface Props {
  where: MetricsCondition[];
  bounds: Bounds | undefined; // undefined: not yet known
  title?: string;
  format?: (value: number) => string; // of what is not a latency
  extra?: ReactNode;
  onChoose?: (from: number, to: number) => void; // a column was chosen: whole minutes
}

// How many calls took how long, over time. A column is chosen with a click, or with the arrow keys
// and Enter.
export function HeatPanel(props: Props): ReactElement {
  const { where, bounds, title, format = formatMicros, extra, onChoose } = props;
  const text = useText();
  const step = bounds ? columnsOf(bounds, kColumns) : 0;
  const heat = useHeat(bounds && { where, from: bounds.from, to: bounds.to, step, rows: 0 });
  const shown = title ?? text('heat.title');
  const reply = heat.data;
  return (
    <section className="panel chart-panel heat-panel" aria-label={shown}>
      <header className="panel-head">
        <h2>{shown}</h2>
        {extra}
      </header>
      <Failure errors={[heat.error]} />
      <Suspense fallback={<Skeleton.Node active className="chart-skeleton" />}>
        {!reply ? (
          <Skeleton.Node active className="chart-skeleton" />
        ) : reply.columns.length === 0 ? (
          <div className="none">{text('figures.nocalls')}</div>
        ) : (
          <Columns
            reply={reply}
            step={step}
            format={format}
            onChoose={(column) => {
              const { from, to } = rangeOf(reply, column, step);
              onChoose?.(from, to);
            }}
          />
        )}
      </Suspense>
    </section>
  );
}

interface ColumnsProps {
  reply: MetricsHeatReply;
  step: number;
  format: (value: number) => string;
  onChoose: (column: number) => void;
}

function Columns({ reply, step, format, onChoose }: ColumnsProps): ReactElement {
  const text = useText();
  const last = reply.columns.length - 1;
  const [cursor, setCursor] = useState<number | null>(null);
  const at = Math.min(cursor ?? last, last);
  const { calls, most, slowest } = toldOf(reply, at);
  const bound = (value: number | undefined): string => (value ? format(value) : '0');
  const row = (which: number): string =>
    which < 0
      ? '–'
      : `${bound(reply.bounds_us[which])}–${bound(reply.bounds_us[which + 1])}`;
  const told = text('heat.column', {
    time: formatDay((reply.columns[at]?.from ?? 0) * 1000), calls: formatCount(calls),
    most: row(most), slowest: row(slowest),
  });
  const keys: Record<string, number> = {
    ArrowLeft: at - 1, ArrowRight: at + 1, Home: 0, End: last,
  };
  return (
    <div
      className="heat"
      role="slider"
      tabIndex={0}
      aria-label={text('heat.keys')}
      aria-valuemin={0}
      aria-valuemax={last}
      aria-valuenow={at}
      aria-valuetext={told}
      onFocus={() => setCursor(at)}
      onBlur={() => setCursor(null)}
      onKeyDown={(event) => {
        const next = keys[event.key];
        if (event.key === 'Enter') onChoose(at);
        else if (next !== undefined) setCursor(Math.max(0, Math.min(last, next)));
        else return;
        event.preventDefault();
      }}
    >
      <HeatMap reply={reply} step={step} format={format} cursor={cursor} onChoose={onChoose} />
      <p className="heat-told">{cursor === null ? text('heat.hint') : told}</p>
    </div>
  );
}
