// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import { Alert } from 'antd';
import type { ReactElement } from 'react';
import { Link } from 'react-router-dom';
import { useCurves, useMetricsStats, useNamingStats, useTable } from '../../api/queries';
import { EmptyHint, kRegisterCommand } from '../../components/EmptyHint';
import { Failure } from '../../components/Failure';
import { PageHead } from '../../components/PageHead';
import { Panel } from '../../components/Panel';
import { SelectionCharts } from '../../components/SelectionCharts';
import { useWindow, WindowPicker } from '../../components/WindowPicker';
import { useText } from '../../i18n/text';
import { FailureCodes } from './FailureCodes';
import { OverviewFigures } from './OverviewFigures';
import { WorstServices } from './WorstServices';

const kWorst = 8;

export default function OverviewPage(): ReactElement {
  const text = useText();
  const window = useWindow();
  const naming = useNamingStats();
  const metrics = useMetricsStats();
  const curves = useCurves({}, '', window);
  const worst = useTable({ groupBy: ['callee'], orderBy: 'success_rate', limit: kWorst });
  const codes = useTable({ groupBy: ['callee', 'code'], orderBy: 'failures', limit: kWorst });
  const points = curves.data ? (curves.data.lines.get('') ?? []) : undefined;
  const errors = [naming, metrics, curves, worst, codes].map((query) => query.error);
  const noServices = naming.data?.services === 0;
  return (
    <>
      <PageHead title={text('page.overview')}>
        <WindowPicker />
      </PageHead>
      <Failure errors={errors} />
      {naming.data?.storage_error && (
        <Alert
          className="banner"
          type="error"
          showIcon
          title={text('error.storage')}
          description={naming.data.storage_error}
        />
      )}
      <OverviewFigures naming={naming.data} metrics={metrics.data} points={points} />
      {noServices ? (
        <Panel>
          <EmptyHint
            title={text('overview.empty.title')}
            text={text('overview.empty.text')}
            command={kRegisterCommand}
          />
        </Panel>
      ) : (
        <>
          <SelectionCharts
            points={points}
            now={curves.data?.now ?? 0}
            window={window}
            group="overview"
          />
          <div className="columns">
            <Panel
              title={text('overview.worst')}
              extra={<Link to="/services">{text('overview.all')}</Link>}
            >
              <WorstServices rows={worst.data?.rows} />
            </Panel>
            <Panel title={text('overview.codes')}>
              <FailureCodes rows={codes.data?.rows} />
            </Panel>
          </div>
        </>
      )}
    </>
  );
}
