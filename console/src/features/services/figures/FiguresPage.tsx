// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { Alert } from 'antd';
import type { ReactElement } from 'react';
import { useParams } from 'react-router-dom';
import { useData } from '../../../api/figures';
import type { MetricsDescribeReply } from '../../../api/generated';
import { AddToDashboard } from '../../../components/AddToDashboard';
import { EmptyHint } from '../../../components/EmptyHint';
import { Failure } from '../../../components/Failure';
import { HeatPanel } from '../../../components/HeatPanel';
import { Panel } from '../../../components/Panel';
import { SpanPicker } from '../../../components/SpanPicker';
import { useText } from '../../../i18n/text';
import { chartOf } from '../../../lib/charts';
import { ServiceHead } from '../ServiceHead';
import { Breakdown } from './Breakdown';
import { Filters } from './Filters';
import { listOfDimensions } from '../../../components/figureNames';
import {
  boundsOf, conditionsOf, grainsOf, isTold, kWeek, newestMinute, wordOf,
} from '../../../lib/question';
import { zoneOf } from '../../../lib/time';
import { Whole } from './Whole';
import { useView, type View, type ViewSetter } from './view';

export default function FiguresPage(): ReactElement {
  const { line = '', service: name = '' } = useParams();
  const service = `${line}/${name}`;
  return <FiguresDetail key={service} service={service} />;
}

function FiguresDetail({ service }: { service: string }): ReactElement {
  const text = useText();
  const [view, setter] = useView();
  const data = useData();
  const complete = data.data?.complete_until ?? 0;
  return (
    <>
      <ServiceHead service={service}>
        <SpanPicker span={view.span} setter={{ set: setter.setSpan }} />
      </ServiceHead>
      <Failure errors={[data.error]} />
      <Filters filters={view.filters} onChange={setter.setFilters} />
      {data.data && complete === 0 ? (
        <Panel>
          <EmptyHint title={text('figures.never')} text={text('figures.never.text')} />
        </Panel>
      ) : (
        <Asked service={service} view={view} setter={setter} data={data.data} />
      )}
    </>
  );
}

interface AskedProps {
  service: string;
  view: View;
  setter: ViewSetter;
  data: MetricsDescribeReply | undefined;
}

function Asked({ service, view, setter, data }: AskedProps): ReactElement {
  const text = useText();
  const sets = data?.sets ?? [];
  const filtered = view.filters.map((one) => one.dimension);
  if (data && !isTold(sets, filtered)) {
    return (
      <Alert
        className="banner"
        type="warning"
        showIcon
        title={text('figures.untold', { dimensions: listOfDimensions(filtered, text) })}
      />
    );
  }
  const where = conditionsOf(service, view.filters);
  const until = data?.complete_until ?? 0;
  const bySecond = isTold(sets, filtered, true);
  const bounds = data && boundsOf(
    until, view.span, bySecond, zoneOf(until), Math.max(view.compare, kWeek),
  );
  const heat = chartOf(`${text('heat.title')} · ${service}`, 'heat', where);
  return (
    <>
      <Whole
        key={view.filters.map(wordOf).join(' ')}
        where={where}
        bounds={bounds}
        allowed={grainsOf(view.span, newestMinute(until), bySecond)}
        data={data}
        view={view}
        setter={setter}
      />
      <HeatPanel
        where={where}
        extra={<AddToDashboard chart={heat} />}
        bounds={bounds}
        onChoose={(from, to) => setter.setSpan({ seconds: to - from, to })}
      />
      <Breakdown where={where} bounds={bounds} sets={sets} view={view} setter={setter} />
    </>
  );
}
