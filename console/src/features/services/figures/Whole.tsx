// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { ReactElement } from 'react';
import { useFigures } from '../../../api/figures';
import type { MetricsCondition, MetricsDescribeReply } from '../../../api/generated';
import { Failure } from '../../../components/Failure';
import { Panel } from '../../../components/Panel';
import { useText } from '../../../i18n/text';
import { Completeness } from './Completeness';
import { FigureCurves } from './FigureCurves';
import { CurvePickers } from './pickers';
import {
  boundsEarlier, kDay, kWeek, quantiles, type Bounds, type Grain,
} from '../../../lib/question';
import { Totals } from './Totals';
import type { View, ViewSetter } from './view';

interface Props {
  where: MetricsCondition[];
  bounds: Bounds | undefined; // undefined: not yet known
  allowed: Grain[];
  data: MetricsDescribeReply | undefined;
  view: View;
  setter: ViewSetter;
}

// All calls that the page is narrowed to, together: totals, curves, and whether any are missing.
export function Whole({ where, bounds, allowed, data, view, setter }: Props): ReactElement {
  const text = useText();
  const common = { where, quantiles };
  const earlier = [...new Set([kDay, kWeek, view.compare])].filter((one) => one > 0);
  const now = useFigures(bounds && { ...common, ...bounds, earlier });
  const before = useFigures(
    bounds && view.compare > 0
      ? { ...common, ...boundsEarlier(bounds, view.compare) }
      : undefined,
  );
  const line = now.data?.lines[0];
  return (
    <>
      <Failure errors={[now.error, before.error]} />
      <Completeness data={data} points={line?.points ?? []} />
      <Panel title={text('figures.totals')}>
        <Totals line={now.data && (line ?? null)} earlier={earlier} />
      </Panel>
      <div className="section-head">
        <h2>{text('detail.curves')}</h2>
        <CurvePickers view={view} setter={setter} bounds={bounds} allowed={allowed} />
      </div>
      <FigureCurves
        where={where}
        points={now.data && (line?.points ?? [])}
        before={view.compare > 0 ? (before.data?.lines[0]?.points ?? []) : []}
        bounds={bounds}
        view={view}
      />
    </>
  );
}
