// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { ReactElement } from 'react';
import { Link } from 'react-router-dom';
import type { MetricsDescribeReply, MetricsFigures } from '../../../api/generated';
import { useText } from '../../../i18n/text';
import { formatClock } from '../../../lib/time';
import { formatCount, formatPercent } from '../../../lib/units';

interface Props {
  data: MetricsDescribeReply | undefined;
  points: MetricsFigures[];
}

// Whether what is shown is all there was. Red if calls of a point shown are known to be missing.
export function Completeness({ data, points }: Props): ReactElement | null {
  const text = useText();
  if (!data) return null;
  const least = Math.min(1, ...points.map((point) => point.completeness));
  const until = formatClock(data.complete_until);
  return (
    <p className="completeness" data-level={least < 1 ? 'bad' : 'good'} data-figure="complete">
      <span>{text('figures.complete', { until, lost: formatCount(data.calls_lost) })}</span>{' '}
      {least < 1 && (
        <b>{text('figures.incomplete', { share: formatPercent(least, 3) })}</b>
      )}{' '}
      <Link to="/data">{text('data.page')}</Link>
    </p>
  );
}
