// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { Segmented, Skeleton } from 'antd';
import type { ReactElement, ReactNode } from 'react';
import { useParams, useSearchParams } from 'react-router-dom';
import { useData, useMovers } from '../../../api/figures';
import { EmptyHint } from '../../../components/EmptyHint';
import { Failure } from '../../../components/Failure';
import { beforeOf } from '../../../components/figureNames';
import { PageHead } from '../../../components/PageHead';
import { Panel } from '../../../components/Panel';
import { useText, type TextKey } from '../../../i18n/text';
import { newestMinute } from '../../../lib/question';
import { ServiceHead } from '../ServiceHead';
import { againsts, moverSpans, orders, type MovedBy } from './movement';
import { MoversTable } from './MoversTable';

interface View {
  by: MovedBy;
  span: number;
  against: number;
  set: (name: string, value: string) => void;
}

// What changed most between two windows (KESS-045, 047): of all services, or within one.
export default function MoversPage(): ReactElement {
  const { line, service: name } = useParams();
  const service = line && name ? `${line}/${name}` : '';
  const text = useText();
  const view = useView();
  return (
    <>
      {service ? (
        <ServiceHead service={service} />
      ) : (
        <PageHead title={text('movers.page')} />
      )}
      <Pickers view={view} />
      <Moved key={service} service={service} view={view} />
    </>
  );
}

function Moved({ service, view }: { service: string; view: View }): ReactElement {
  const text = useText();
  const { by, span, against } = view;
  const data = useData();
  const to = newestMinute(data.data?.complete_until ?? 0);
  const movers = useMovers(
    to > 0
      ? {
          from: to - span, to, against, by,
          where: service ? [{ dimension: 'callee', value: service, how: '=' }] : [],
        }
      : undefined,
  );
  const found = movers.data?.dimensions;
  let body: ReactNode = found?.map((dimension) => (
    <MoversTable
      key={dimension.dimension}
      dimension={dimension}
      by={by}
      shown={{ service, span, against }}
    />
  ));
  if (data.data && to <= 0) {
    body = (
      <Panel>
        <EmptyHint title={text('figures.never')} text={text('figures.never.text')} />
      </Panel>
    );
  } else if (!found && !movers.error) {
    body = <Skeleton active paragraph={{ rows: 8 }} className="pad" />;
  }
  return (
    <>
      <Failure errors={[data.error, movers.error]} />
      <p className="completeness">{text(`movers.by.${by}.text` as TextKey)}</p>
      <div className="movers" data-of={service ? 'one' : 'all'}>
        {body}
      </div>
    </>
  );
}

function Pickers({ view }: { view: View }): ReactElement {
  const text = useText();
  return (
    <div className="section-controls">
      <Segmented<MovedBy>
        aria-label={text('movers.by')}
        value={view.by}
        options={orders.map((value) => ({ value, label: text(`movers.by.${value}` as TextKey) }))}
        onChange={(value) => view.set('by', value)}
      />
      <Segmented
        aria-label={text('window.label')}
        value={view.span}
        options={moverSpans.map((value) => ({
          value, label: text(`movers.span.${value}` as TextKey),
        }))}
        onChange={(value) => view.set('span', String(value))}
      />
      <Segmented
        aria-label={text('figures.compare')}
        value={view.against}
        options={againsts.map((value) => ({
          value, label: value === 0 ? text('movers.before') : beforeOf(value, text),
        }))}
        onChange={(value) => view.set('against', String(value))}
      />
    </div>
  );
}

function useView(): View {
  const [params, setParams] = useSearchParams();
  const among = <T,>(name: string, all: readonly T[], first: T): T =>
    all.find((one) => String(one) === params.get(name)) ?? first;
  return {
    by: among('by', orders, 'calls'),
    span: among('span', moverSpans, 600),
    against: among('against', againsts, 0),
    set: (name, value) => {
      params.set(name, value);
      setParams(params, { replace: true });
    },
  };
}
