// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { ReactElement } from 'react';
import { Link, useSearchParams } from 'react-router-dom';
import { EmptyHint } from '../../components/EmptyHint';
import { PageHead } from '../../components/PageHead';
import { Panel } from '../../components/Panel';
import { SpanPicker, useSpan } from '../../components/SpanPicker';
import { useText } from '../../i18n/text';
import { figuresUrl, partsOf, serviceUrl } from '../../lib/paths';
import { whereParams } from '../../lib/question';
import { MetricCharts } from './MetricCharts';

// The process of an instance: what it uses, and how much it has to do.
export default function ProcessPage(): ReactElement {
  const text = useText();
  const [params] = useSearchParams();
  const instance = params.get('instance') ?? '';
  const { service } = partsOf(instance);
  const [span, setter] = useSpan(3600);
  if (!service) {
    return (
      <>
        <PageHead title={text('process.page')} />
        <Panel>
          <EmptyHint title={text('process.none')} text={text('process.none.text')}>
            <Link to="/services">{text('page.services')}</Link>
          </EmptyHint>
        </Panel>
      </>
    );
  }
  const where = whereParams([{ dimension: 'callee_host', value: instance }]);
  return (
    <>
      <PageHead
        title={instance}
        before={
          <Link className="up" to={serviceUrl(service)}>
            {service} /
          </Link>
        }
      >
        <div className="section-controls">
          <Link to={`${figuresUrl(service)}?span=${span.seconds}&${where}`}>
            {text('process.calls')}
          </Link>
          <SpanPicker span={span} setter={setter} />
        </div>
      </PageHead>
      <MetricCharts callee={`process:${service}`} host={instance} span={span} />
    </>
  );
}
