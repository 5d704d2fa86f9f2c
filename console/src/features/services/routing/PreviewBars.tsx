// SPDX-FileCopyrightText: 2026 The Bellrock Authors
// SPDX-License-Identifier: Apache-2.0
import type { ReactElement } from 'react';
import type { RoutingPreviewMoveReplySite } from '../../../api/generated';
import { useText } from '../../../i18n/text';
import { formatRate } from '../../../lib/units';

interface Props {
  sites: RoutingPreviewMoveReplySite[];
  from: string;
  to: string;
}

// Calls/s of each site now and after the move, against what it can carry.
export function PreviewBars({ sites, from, to }: Props): ReactElement {
  const text = useText();
  const most = Math.max(
    1e-9,
    ...sites.flatMap((site) => [site.calls_per_s, site.after_calls_per_s, site.capacity]),
  );
  const percent = (rate: number): string => `${(100 * rate) / most}%`;
  return (
    <table className="preview-bars" aria-label={text('route.move.preview')}>
      <thead>
        <tr>
          <th scope="col">{text('common.site')}</th>
          <th scope="col">{text('route.move.nowAfter')}</th>
          <th scope="col" className="number">{text('route.move.capacity')}</th>
        </tr>
      </thead>
      <tbody>
        {sites.map((site) => (
          <tr key={site.site} data-part={site.site === from || site.site === to}>
            <th scope="row">
              {site.site} <small>{text('route.pool.instances', { count: site.instances })}</small>
            </th>
            <td>
              <span className="preview-bar" aria-hidden="true">
                <i style={{ width: percent(site.calls_per_s) }} />
                <i
                  data-over={site.capacity > 0 && site.after_calls_per_s > site.capacity}
                  style={{ width: percent(site.after_calls_per_s) }}
                />
                {site.capacity > 0 && <b style={{ left: percent(site.capacity) }} />}
              </span>
              {formatRate(site.calls_per_s)} → <b>{formatRate(site.after_calls_per_s)}</b>
            </td>
            <td className="number">
              {site.capacity > 0 ? formatRate(site.capacity) : text('route.move.notKnown')}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
