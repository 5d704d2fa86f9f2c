// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { ReactElement } from 'react';
import type { MetricsPoint, MetricsStatsReply, NamingStatsReply } from '../../api/generated';
import { kNowSeconds } from '../../api/queries';
import { Figure } from '../../components/Figure';
import { useText } from '../../i18n/text';
import { lastPoint, sumOfNewest } from '../../lib/series';
import { levelOf, successRate } from '../../lib/success';
import {
  formatCount,
  formatMicros,
  formatPercent,
  formatRate,
  formatTotal,
} from '../../lib/units';

interface Props {
  naming: NamingStatsReply | undefined;
  metrics: MetricsStatsReply | undefined;
  points: MetricsPoint[] | undefined;
}

export function OverviewFigures({ naming, metrics, points }: Props): ReactElement {
  const text = useText();
  const sum = sumOfNewest(points, kNowSeconds);
  const rate = successRate(sum.calls, sum.failures);
  const newest = lastPoint(points);
  const level = levelOf(rate, sum.calls);
  const missing = naming ? naming.instances - naming.working : 0;
  return (
    <div className="figures">
      <Figure
        name="services"
        label={text('common.services')}
        value={formatCount(naming?.services ?? 0)}
        hint={text('overview.services.hint')}
        loading={!naming}
      />
      <Figure
        name="instances"
        label={text('common.instances')}
        value={<InstanceCount naming={naming} />}
        hint={
          missing > 0
            ? text('overview.missing', { count: formatCount(missing) })
            : text('overview.allWorking')
        }
        level={missing > 0 ? 'warn' : undefined}
        loading={!naming}
      />
      <Figure
        name="calls"
        label={text('common.calls')}
        value={formatRate(newest?.calls ?? 0)}
        hint={text(newest?.calls ? 'common.last1' : 'common.nocalls')}
        loading={!points}
      />
      <Figure
        name="success"
        label={text('common.successRate')}
        value={sum.calls > 0 ? formatPercent(rate, 3) : '–'}
        hint={text('common.last10')}
        level={level}
        loading={!points}
      />
      <Figure
        name="tp99"
        label={text('common.tp99')}
        value={formatMicros(newest?.tp99_us ?? 0)}
        hint={newest?.max_us ? text('common.max', { value: formatMicros(newest.max_us) }) : ''}
        loading={!points}
      />
      <Counted metrics={metrics} />
    </div>
  );
}

function InstanceCount({ naming }: { naming: NamingStatsReply | undefined }): ReactElement {
  return (
    <>
      {formatCount(naming?.working ?? 0)}
      <small> / {formatCount(naming?.instances ?? 0)}</small>
    </>
  );
}

// Whether every call that was made is in the figures: counted = expected.
function Counted({ metrics }: { metrics: MetricsStatsReply | undefined }): ReactElement {
  const text = useText();
  const counted = metrics?.calls_counted ?? 0;
  const expected = metrics?.calls_expected ?? 0;
  const part = expected > 0 ? counted / expected : 1;
  const values = { counted: formatCount(counted), expected: formatCount(expected) };
  return (
    <Figure
      name="counted"
      label={text('overview.counted')}
      value={<span title={text('overview.counted.title', values)}>{formatTotal(counted)}</span>}
      hint={text('overview.counted.part', { percent: formatPercent(part, 3) })}
      level={part >= 1 ? undefined : 'warn'}
      loading={!metrics}
    />
  );
}
